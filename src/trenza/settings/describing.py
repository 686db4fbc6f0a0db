"""The settings as a page lists them: what each is for, its value, where that comes from, what waits for a restart."""

from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from trenza.settings.loading import FILE, convert, read_environment, read_file
from trenza.settings.model import Settings
from trenza.settings.saving import EDITABLE, SECRETS

Origin = Literal["command_line", "environment", "file", "default"]
_COMMAND_LINE: Final = frozenset({"data", "database", "log", "lake", "host", "port"})
_URLS: Final = frozenset({"database", "log", "smtp", "twilio"})
"""They may hold a password; it is never shown."""


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """One setting."""

    name: str
    description: str
    value: str
    """As it counts now; of a secret only where it leads, empty where nothing is set."""
    waiting: str | None
    """What `trenza.toml` says meanwhile and counts after a restart; None where nothing changes."""
    origin: Origin
    is_secret: bool
    is_editable: bool
    """It can be saved, and a saved value would count: neither environment nor command line is stronger."""


def describe_settings(settings: Settings) -> list[Described]:
    """Every setting of a running instance.

    Args:
        settings: as they were loaded at its start.

    Raises:
        Invalid: `trenza.toml` was changed by hand and cannot be used any more.
    """
    environment, file = read_environment(), read_file(settings.data / FILE)
    then = convert({"data": settings.data, **file, **environment})
    return [_describe(field, settings, then, environment, file) for field in msgspec.structs.fields(Settings)]


def _describe(
    field: msgspec.structs.FieldInfo,
    now: Settings,
    then: Settings,
    environment: Mapping[str, Any],
    file: Mapping[str, Any],
) -> Described:
    name = field.name
    value, later = getattr(now, name), getattr(then, name)
    origin = _origin(name, environment, file, differs=value != later, is_default=value == field.default)
    changes = value != later and origin != "command_line"
    return Described(
        name=name,
        description=str(getattr(field.type, "__metadata__")[0].description),  # noqa: B009 — typed as a bare type
        value=_text(name, value),
        waiting=_text(name, later) if changes else None,
        origin=origin,
        is_secret=name in SECRETS or name == "secret",
        is_editable=name in EDITABLE and origin in {"file", "default"},
    )


def _origin(
    name: str, environment: Mapping[str, Any], file: Mapping[str, Any], *, differs: bool, is_default: bool
) -> Origin:
    """Where the value that counts comes from; what was saved since the start came from the file or the default."""
    if name in _COMMAND_LINE and (differs or (name == "data" and not is_default and name not in environment)):
        return "command_line"
    if name in environment:
        return "environment"
    return "default" if is_default and (differs or name not in file) else "file"


def _text(name: str, value: object) -> str:
    if name == "secret":
        return "•••" if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "\n".join(map(str, value))
    return _without_password(str(value)) if name in _URLS else str(value)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc=f"•••@{parts.netloc.rpartition('@')[2]}").geturl()
