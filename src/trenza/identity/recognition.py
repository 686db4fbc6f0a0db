"""Recognition at a contact: from whatever identifiers somebody shows to who they are, in one indexed look-up.

A till, a telephone, a web server hold a card, a number written any way, a receipt, a log-in. Each is brought to its
normal form, its leaf is a hash of that, and the leaf's row says whose it is. Nothing is written and nobody is joined:
that takes an event.
"""

from collections.abc import Collection, Iterable
from typing import Literal

import msgspec

from trenza.identity import store
from trenza.identity.graph import AMBIGUOUS, SHARED
from trenza.identity.hashes import hash_leaf
from trenza.identity.model import Identifier, Leaf, Person, identifier_number, is_hash, person_text
from trenza.identity.normalise import BlockedValues, normalise
from trenza.identity.types import IdentifierTypes
from trenza.kernel import Invalid, JsonObject
from trenza.storage import Transaction

_DEFAULT_TYPES = IdentifierTypes()
_NONE_BLOCKED = BlockedValues(())
State = Literal["known", "unknown", "shared", "ambiguous", "nobody"]
"""`shared` and `ambiguous` are known too, and say nothing of who it is. `nobody`: malformed or blocked."""


class Shown(msgspec.Struct, frozen=True, gc=False):
    """An identifier that was shown, and what is known of it."""

    type: str
    value: str
    """In its normal form; as it was written where it has none."""
    leaf: Leaf | None
    """None where it identifies nobody."""
    state: State
    person: Person | None = None
    """Whose it is, where it is known and stands for one person."""


class Recognition(msgspec.Struct, frozen=True, gc=False):
    """Who shows these identifiers."""

    shown: tuple[Shown, ...]
    """The strongest first."""

    @property
    def person(self) -> Person | None:
        """Whose the strongest of them is; None where none of them tells."""
        return next(iter(self.people), None)

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody whom they point to, the most strongly pointed to first."""
        return tuple(dict.fromkeys(each.person for each in self.shown if each.person is not None))

    @property
    def agree(self) -> bool:
        """Whether they do not point to several people."""
        return len(self.people) < 2  # noqa: PLR2004 — one, or nobody


def recognise(
    tx: Transaction,
    identifiers: Iterable[tuple[str, str]],
    country: str = "",
    types: IdentifierTypes = _DEFAULT_TYPES,
    blocked: BlockedValues = _NONE_BLOCKED,
) -> Recognition:
    """Say who shows these identifiers.

    Args:
        tx: where to look.
        identifiers: `(type, value)` pairs as people write them.
        country: two letters, for phones written without one.
        types: the instance's types.
        blocked: values that identify nobody.
    """
    read = [_read(type_, value, country, types, blocked) for type_, value in dict.fromkeys(identifiers)]
    rows = standing_of(tx, [Identifier(each.type, each.value) for each in read if each.leaf is not None])
    known = [each if (row := rows.get(each.leaf or 0)) is None else _known(each, *row) for each in read]
    return Recognition(tuple(sorted(known, key=lambda each: (types.get(each.type).priority, each.value, each.type))))


def standing_of(tx: Transaction, identifiers: Collection[Identifier]) -> dict[Leaf, tuple[Person, int]]:
    """Whose normalised identifiers are, and their flags; those that nobody was seen with are left out.

    A plain one of which only the hash was seen, and a hash of which only the plain one was, are that person's too.
    """
    leaves = {each.number: hash_leaf(each.type, each.value) for each in identifiers}
    rows = store.find_standing(tx, [leaf for pair in leaves.items() for leaf in pair if leaf is not None])
    found = {leaf: row for leaf, hashed in leaves.items() if (row := rows.get(leaf) or rows.get(hashed or 0))}
    hashes = [each.number for each in identifiers if is_hash(each.type) and each.number not in found]
    if hashes and (plains := store.select_plains(tx, hashes)):
        rows = store.find_standing(tx, plains.values())
        found |= {leaf: rows[plain] for leaf, plain in plains.items() if plain in rows}
    return found


def read_names(names: Collection[str]) -> list[tuple[str, str]]:
    """Identifiers written `TYPE:VALUE`.

    Raises:
        Invalid: one of them is not so written; it is not repeated, for it may be somebody's.
    """
    pairs = [name.partition(":") for name in names]
    wrong = [str(place) for place, (type_, colon, value) in enumerate(pairs, 1) if not (type_ and colon and value)]
    if wrong or not pairs:
        raise Invalid(
            f"no identifier: {', '.join(wrong) or 'none is given'}", "write TYPE:VALUE, as in phone:600 11 12 22"
        )
    return [(type_, value) for type_, _, value in pairs]


def recognition_json(found: Recognition) -> JsonObject:
    """A recognition as the command line and the API print it."""
    return {
        "person": None if found.person is None else person_text(found.person),
        "agree": found.agree,
        "people": [person_text(person) for person in found.people],
        "identifiers": [
            {
                "type": each.type,
                "value": each.value,
                "state": each.state,
                "person": None if each.person is None else person_text(each.person),
            }
            for each in found.shown
        ],
    }


def _read(type_: str, value: str, country: str, types: IdentifierTypes, blocked: BlockedValues) -> Shown:
    normal = None if value in blocked else normalise(type_, value, country, types)
    if normal is None:
        return Shown(type_, value, None, "nobody")
    return Shown(type_, normal, identifier_number(type_, normal), "unknown")


def _known(shown: Shown, person: Person, flags: int) -> Shown:
    state: State = "shared" if flags & SHARED else "ambiguous" if flags & AMBIGUOUS else "known"
    return Shown(shown.type, shown.value, shown.leaf, state, person if state == "known" else None)
