"""Putting the settings together, and refusing values that an instance could not work with."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from trenza.kernel import Invalid
from trenza.settings.model import Settings

FILE: Final = "trenza.toml"
_SHAPES: Final = {
    "public_url": re.compile(r"(https?://[^\s/?#@]+[^\s?#]*)?"),
    "country": re.compile(r"[A-Z]{2}"),
    "smtp": re.compile(r"(smtps?://\S+)?"),
    "mail_from": re.compile(r"[^\r\n]*[^\s@<>]+@[^\s@<>]+>?"),
    "twilio": re.compile(r"(https?://[^\s:@/]+:[^\s@]+@\S+)?"),
    "sms_from": re.compile(r"\+[1-9]\d{6,14}"),
}
_WRONG = re.compile(r"`\$\.(\w+)")


class WrongSettings(Invalid):
    """Settings have values that cannot be used.

    Args:
        names: of the settings.
        why: what is wrong, without the values, for some are secret.
    """

    def __init__(self, names: tuple[str, ...], why: str) -> None:
        super().__init__(f"a setting is wrong: {why}", "see docs/reference/settings.md")
        self.names = names


def load_settings(given: dict[str, Any] | None = None) -> Settings:
    """Put the settings together: given, environment, `trenza.toml`, defaults.

    Raises:
        WrongSettings: a setting is unknown or has a wrong value; the message names it.
        Invalid: `trenza.toml` is no TOML.
    """
    given = {name: value for name, value in (given or {}).items() if value is not None}
    environment = read_environment()
    data = Path(given.get("data") or environment.get("data") or Settings().data)
    return convert({**read_file(data / FILE), **environment, **given, "data": data})


def convert(values: Mapping[str, Any]) -> Settings:
    """Values by name as settings.

    Raises:
        WrongSettings: they cannot be used.
    """
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise WrongSettings(tuple(_WRONG.findall(str(error))), str(error)) from error
    wrong = tuple(name for name, shape in _SHAPES.items() if not shape.fullmatch(getattr(settings, name)))
    if not _is_zone(settings.timezone):
        wrong = ("timezone", *wrong)
    if wrong:
        raise WrongSettings(wrong, f"the value of {' and of '.join(wrong)} cannot be used")
    return settings


def read_environment() -> dict[str, Any]:
    """What the environment says, by setting."""
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        value = os.environ.get(f"TRENZA_{field.name.upper()}")
        if value is not None:
            found[field.name] = value.split(",") if field.name == "blocked_values" else value
    return found


def read_file(path: Path) -> dict[str, Any]:
    """What `trenza.toml` says; nothing where there is none.

    Raises:
        Invalid: it is no TOML.
    """
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path.name} cannot be read: {error}", "mend the line it names") from error


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True
