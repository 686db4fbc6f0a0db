"""The words of the room: identifier, its type, link, person.

A **leaf** is an identifier's number (`identifier_number`): events and facts hang on leaves and are never rewritten. A
**person** is a set of leaves, named by the number of one of them: the one first seen, ties by number.
"""

from typing import Literal

import msgspec

from trenza.kernel import Instant, number_text, short_hash, text_number

Kind = Literal["account", "contact", "card", "device", "token"]
Normaliser = Literal["text", "email", "phone", "lower", "sha256"]
Rule = Literal["alias", "together", "match"]
"""`together`: one message carried both. `alias`: a message said that they are one. `match`: no message said so; the two
people are alike, and somebody or a rule accepted that they are one."""
Operation = Literal["merge", "split", "rename", "shared", "unshared", "cut", "restore", "tie", "erase"]
Leaf = int
Person = int
_PREFIX = "per_"
_HEADS = frozenset({"account", "contact", "card"})
HASH_TYPES = {"email": "email_sha256", "phone": "phone_sha256"}
"""Types that others may hand over as SHA-256, and the type that the hash has."""
_PLAIN_TYPES = {hashed: plain for plain, hashed in HASH_TYPES.items()}


class IdentifierType(msgspec.Struct, frozen=True, kw_only=True):
    """A setting: how identifiers of one type behave."""

    name: str
    kind: Kind
    priority: int
    """1 is the strongest; an event hangs on its strongest identifier."""
    people: int
    """Distinct accounts it may be seen with before it counts as shared and joins nobody."""
    neighbours: int = 500
    """Distinct identifiers of any type it may be seen with before it counts as shared."""
    per_person: int = 0
    """How many a person may have; 0 is any number. More are theirs only where an account was seen with each."""
    normaliser: Normaliser = "text"

    @property
    def is_head(self) -> bool:
        """Whether it is something that a person gives of themself, rather than a thing in their hands."""
        return self.kind in _HEADS

    @property
    def is_hash(self) -> bool:
        """Whether its values are hashes of another type's."""
        return is_hash(self.name)

    @property
    def counted_as(self) -> str:
        """The type among which it is counted: a hash of an e-mail is an e-mail."""
        return _PLAIN_TYPES.get(self.name, self.name)


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
    leaves: tuple[Leaf, ...] = ()
    """Every identifier that the event was seen with."""
    version: int = -1
    """As long as it is the same, nothing but the last sights of the person's identifiers has changed; -1: unknown."""


def is_hash(type_: str) -> bool:
    """Whether a type's values are hashes of another type's."""
    return type_ in _PLAIN_TYPES


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
    priority: int = 100
    """Of its type; 1 is the strongest."""


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """A link: why two identifiers are held to be of one person. One for each pair."""

    link: str
    """Its id, to cut and restore it by."""
    a: str
    """`type:value`."""
    b: str
    rule: Rule
    source: str
    """Name of the source of the first message."""
    count: int
    """Messages that said so."""
    first: Instant
    """Event time of the first of them."""
    last: Instant
    message_ids: tuple[str, ...]
    """Ids of the first few, by event time."""
    live: bool
    """False where somebody cut it; it then stays cut when the same evidence comes again."""


class Explanation(msgspec.Struct, frozen=True, gc=False):
    """Whether two identifiers are one person, and the path of links between them."""

    together: bool
    person: Person | None
    """The person they both are; None where they are not one."""
    links: tuple[Evidence, ...]
    """The shortest path; where they are apart, of cut links too. Empty where nothing ties them."""


class Cluster(msgspec.Struct, frozen=True, gc=False):
    """A person as the set of its identifiers, in order of first sight."""

    person: Person
    identifiers: tuple[str, ...]


class LogEntry(msgspec.Struct, frozen=True, gc=False):
    """A line of the identity log."""

    id: str
    op: Operation
    at: Instant
    winner: Person
    """Who the identifiers belong to now."""
    loser: Person
    """Who they belonged to; the identifier itself where it became shared or a link was cut."""
    leaves: int
    """How many identifiers went over."""
    cause: str
    """Id of the message, the link or the order that did it."""


class Erasure(msgspec.Struct, frozen=True, gc=False):
    """What an erasure took out of the graph."""

    identifiers: tuple[Known, ...]
    """What was erased."""
    moves: tuple[Move, ...]
    """Identifiers of others that belong to somebody else now that the evidence is gone."""
