"""The words of the room: identifier, its type, link, person.

A **leaf** is an identifier's number (`identifier_number`): events and facts hang on leaves and are never rewritten. A
**person** is a set of leaves, named by the number of one of them: the one first seen, ties by number.
"""

from typing import Literal

import msgspec

from trenza.kernel import Instant, number_text, short_hash, text_number

Kind = Literal["account", "contact", "card", "device", "token"]
Leaf = int
Person = int
_PREFIX = "per_"


class IdentifierType(msgspec.Struct, frozen=True, kw_only=True):
    """A setting: how identifiers of one type behave."""

    name: str
    kind: Kind
    priority: int
    """1 is the strongest; an event hangs on its strongest identifier."""
    people: int
    """Distinct accounts it may be seen with before it counts as shared and joins nobody."""
    per_person: int = 0
    """How many a person may have; 0 is any number."""
    normaliser: Literal["text", "email", "phone", "lower"] = "text"


class Identifier(msgspec.Struct, frozen=True, gc=False):
    """One identifier, normalised. Two types never meet by equal value."""

    type: str
    value: str

    @property
    def number(self) -> Leaf:
        """Its leaf: 63 bits of a hash of `type:value`, equal everywhere."""
        return identifier_number(self.type, self.value)

    def __str__(self) -> str:
        return f"{self.type}:{self.value}"


class Move(msgspec.Struct, frozen=True, gc=False):
    """Leaves that now belong to another person than a moment ago."""

    leaves: tuple[Leaf, ...]
    before: Person
    after: Person


class Resolution(msgspec.Struct, frozen=True, gc=False):
    """What an event meant for identity."""

    leaf: Leaf
    """The leaf it hangs on for ever: that of its strongest usable identifier."""
    person: Person
    moves: tuple[Move, ...] = ()


def identifier_number(type_: str, value: str) -> Leaf:
    """The leaf of an identifier."""
    return short_hash(f"{type_}:{value}")


def person_text(person: Person) -> str:
    """The public id of a person: `per_` and 13 letters."""
    return _PREFIX + number_text(person)


def text_person(text: str) -> Person | None:
    """The person that a public id names; None where the text is none."""
    return text_number(text.removeprefix(_PREFIX)) if text.startswith(_PREFIX) else None


class Known(msgspec.Struct, frozen=True, gc=False):
    """An identifier of a person as facts hold it."""

    type: str
    value: str
    leaf: Leaf
    first_seen: Instant
    """Least event time it was seen at."""
    last_seen: Instant
    joins: bool = True
    """False where it is shared or ambiguous: it then stands alone and reaches nobody."""
