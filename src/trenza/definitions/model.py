"""What the instance keeps of documents, and what an apply would do to it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from trenza.kernel import Fault, Instant, JsonValue


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """A document that is in force."""

    kind: str
    key: str
    version: str
    file: str
    """Path below the folder of definitions, with `/`."""
    position: int
    written: str
    """As it stands in the file, byte for byte."""
    updated_at: Instant


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a document, kept for ever: runs keep the version they began with."""

    kind: str
    key: str
    version: str
    text: str
    content: JsonValue
    created_at: Instant


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an apply does to one document."""

    kind: str
    key: str
    file: str = ""
    before: str = ""
    """Version now; empty: added."""
    after: str = ""
    """Version then; empty: removed."""
    effects: tuple[str, ...] = ()
    """What it means for people, in words: who stands in removed steps and where they go."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What an apply would do."""

    added: list[Change]
    changed: list[Change]
    removed: list[Change]
    unchanged: int

    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.added or self.changed or self.removed)


class Definitions(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in force, read."""

    revision: int
    objects: Mapping[str, Mapping[str, Any]]
    """By kind and key: the objects that the rooms' readers made."""
    versions: Mapping[str, Mapping[str, str]]
    """By kind and key."""
    faults: tuple[Fault, ...] = ()
    """Of documents that an earlier release took and this one does not; they are left out."""

    def of(self, kind: str) -> Mapping[str, Any]:
        """All objects of a kind, by key."""
        return self.objects.get(kind, {})

    def get(self, kind: str, key: str) -> Any | None:
        """One object; None where there is none."""
        return self.of(kind).get(key)
