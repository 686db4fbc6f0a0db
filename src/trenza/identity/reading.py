"""From the identifiers of a message to numbers and pairs: normalised, without what identifies nobody, strongest first.

Clients repeat themselves, so every answer is kept; nothing here knows who anybody is.
"""

from collections.abc import Collection

import msgspec

from trenza.identity.graph import link_number
from trenza.identity.model import IdentifierType, Leaf, identifier_number
from trenza.identity.normalise import BlockedValues, normalise
from trenza.identity.types import IdentifierTypes

MOST_IDENTIFIERS = 20
"""Of one message; the strongest count."""
_KEPT = 32_768
_LONGEST_KEPT = 512

Part = tuple[Leaf, IdentifierType, str]
Pair = tuple[int, int, int]


class Reading(msgspec.Struct, frozen=True, gc=False):
    """What a message's identifiers come to."""

    parts: tuple[Part, ...]
    """Leaf, type and normal value; by priority, then value."""
    pairs: tuple[Pair, ...]
    """Which of them are evidence for each other: two places in `parts` and the link's number."""
    leaves: tuple[Leaf, ...] = ()
    """Those of `parts`."""
    has_hashes: bool = False
    """Some of them are hashes: their evidence may stand on others."""


NOTHING = Reading((), ())


class Reader:
    """Reads identifiers.

    Args:
        types: the instance's identifier types.
        blocked: values that identify nobody.
        country: two letters for phones without a country, where the source has none.
    """

    def __init__(self, types: IdentifierTypes, blocked: Collection[str], country: str) -> None:
        self._types = types
        self._blocked = BlockedValues(blocked)
        self._country = country
        self._kept: dict[tuple[tuple[tuple[str, str], ...], str], Reading] = {}

    def read(self, identifiers: tuple[tuple[str, str], ...], country: str) -> Reading:
        """Read the raw `(type, value)` pairs of a message."""
        found = self._kept.get((identifiers, country))
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._read(identifiers, country or self._country)
            if sum(len(type_) + len(value) for type_, value in identifiers) <= _LONGEST_KEPT:
                self._kept[identifiers, country] = found
        return found

    def _read(self, identifiers: tuple[tuple[str, str], ...], country: str) -> Reading:
        parts: dict[Leaf, Part] = {}
        for type_, value in identifiers:
            if value in self._blocked or (normal := normalise(type_, value, country, self._types)) is None:
                continue
            number = identifier_number(type_, normal)
            parts[number] = (number, self._types.get(type_), normal)
        ordered = sorted(parts.values(), key=lambda part: (part[1].priority, part[2], part[1].name))
        return paired(ordered[:MOST_IDENTIFIERS])


def paired(parts: Collection[Part]) -> Reading:
    """Say which identifiers of one message are evidence for each other.

    With an account each hangs on the account, so that cutting one link parts the two; without one each hangs on each,
    so that a shared one among them does not keep the others apart.
    """
    parts = tuple(parts)
    centres = 1 if parts and parts[0][1].kind == "account" else len(parts)
    pairs = [
        (one, other, link_number(parts[one][0], parts[other][0]))
        for one in range(centres)
        for other in range(one + 1, len(parts))
    ]
    has_hashes = any(part[1].is_hash for part in parts)
    return Reading(parts, tuple(pairs), tuple(part[0] for part in parts), has_hashes)
