"""Saving settings into `trenza.toml`: only what changes, with the file's comments kept, and whole or not at all."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import msgspec
import tomlkit

from trenza.kernel import Invalid
from trenza.settings.loading import FILE, convert, read_environment, read_file
from trenza.settings.model import Settings

EDITABLE: Final = (
    "public_url",
    "timezone",
    "country",
    "language",
    "mail_from",
    "sms_from",
    "smtp",
    "twilio",
    "unknown_key",
    "no_consent_object",
    "blocked_values",
)
"""What the page may change; where the instance keeps its data is told by whoever starts it."""
SECRETS: Final = frozenset({"smtp", "twilio"})
"""They are written and never shown."""


def save_settings(data: Path, changes: Mapping[str, Any]) -> tuple[str, ...]:
    """Write settings down; they count after a restart.

    Args:
        data: the instance's folder.
        changes: new values by name. A default takes the line away.

    Returns:
        The names of those that were changed.

    Raises:
        WrongSettings: a value cannot be used; nothing was written.
        Invalid: a setting that is not `EDITABLE`, or a `trenza.toml` that is no TOML.
    """
    if strangers := sorted(set(changes) - set(EDITABLE)):
        raise Invalid(f"{strangers[0][:40]} is not set here", f"these are: {', '.join(EDITABLE)}")
    path = data / FILE
    before = read_file(path)
    convert({"data": data, **before, **read_environment(), **changes})
    changed = tuple(name for name, value in changes.items() if value != before.get(name, _default(name)))
    if changed:
        _write(path, _edited(path, {name: changes[name] for name in changed}))
    return changed


def _edited(path: Path, changes: Mapping[str, Any]) -> str:
    document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    for name, value in changes.items():
        if value == _default(name):
            document.remove(name)
        else:
            document[name] = value
    return tomlkit.dumps(document)


def _default(name: str) -> Any:
    default = {field.name: field.default for field in msgspec.structs.fields(Settings)}[name]
    return list(default) if isinstance(default, tuple) else default


def _write(path: Path, text: str) -> None:
    """Whoever reads meanwhile reads the old file or the new one; it may hold secrets, so only its owner may."""
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
