"""The types of identifier: what each is strong enough for.

These are the built-in ones. Documents `kind: IdentifierType` change their limits and add an instance's own
(`identity.documents`).
"""

from collections.abc import Iterable
from functools import lru_cache

from msgspec.structs import replace

from trenza.identity.model import HASH_TYPES, IdentifierType
from trenza.identity.weights import Weights
from trenza.kernel import number_text, short_hash

RULES = 1
"""Of who is who (`assign`, `gathering`, `lives`): with another number every graph is worked out anew, once."""
_MANY = 2_000
"""An account or a card may gather years of receipts and browsers; one with more is a house account, or a fault."""


def _account(name: str, priority: int, people: int = 3) -> IdentifierType:
    return IdentifierType(name=name, kind="account", priority=priority, people=people, neighbours=_MANY)


DEFAULT_TYPES: tuple[IdentifierType, ...] = (
    _account("user_id", 1, people=10),
    _account("google", 11),
    _account("facebook", 12),
    _account("apple", 13),
    _account("microsoft", 14),
    _account("instagram", 15),
    _account("x", 16),
    _account("linkedin", 17),
    IdentifierType(name="loyalty_card", kind="card", priority=20, people=3, neighbours=_MANY, per_person=1),
    IdentifierType(name="email", kind="contact", priority=30, people=3, per_person=1, normaliser="email"),
    IdentifierType(name="phone", kind="contact", priority=31, people=3, per_person=2, normaliser="phone"),
    IdentifierType(name="whatsapp", kind="contact", priority=32, people=3, per_person=2, normaliser="phone"),
    IdentifierType(name="telegram", kind="contact", priority=33, people=3, per_person=1),
    IdentifierType(name="email_sha256", kind="contact", priority=40, people=3, per_person=1, normaliser="sha256"),
    IdentifierType(name="phone_sha256", kind="contact", priority=41, people=3, per_person=2, normaliser="sha256"),
    IdentifierType(name="device_id", kind="device", priority=50, people=3),
    IdentifierType(name="anonymous_id", kind="device", priority=60, people=3),
    IdentifierType(name="push_token", kind="token", priority=70, people=3),
    IdentifierType(name="web_push", kind="token", priority=71, people=3),
    IdentifierType(name="receipt", kind="token", priority=80, people=1, neighbours=20),
)
UNKNOWN_PRIORITY = 90
_UNKNOWN_PEOPLE = 3


class IdentifierTypes:
    """All types of an instance.

    Args:
        changed: types that replace a default of the same name, or are new.
    """

    def __init__(self, changed: Iterable[IdentifierType] = ()) -> None:
        self._types = {each.name: each for each in (*DEFAULT_TYPES, *changed)}
        for plain, hashed in HASH_TYPES.items():
            self._types[hashed] = _limited_as(self._types[hashed], self._types[plain])
        self.weights = Weights(self._types.values())
        self.stamp = f"{RULES}.{number_text(short_hash(repr(self.listed())))}"
        """Short name of these types and the house's rules: by others, people may be others."""

    def get(self, name: str) -> IdentifierType:
        """The type of that name; one that nobody described is a weak token."""
        if (known := self._types.get(name)) is not None:
            return known
        return unknown_type(name)

    def with_type(self, type_: IdentifierType) -> "IdentifierTypes":
        """The same with another type in the place of the one of its name."""
        return IdentifierTypes([*self._types.values(), type_])

    def is_described(self, name: str) -> bool:
        """Whether somebody described a type of that name."""
        return name in self._types

    def listed(self) -> list[IdentifierType]:
        """All described types, the strongest first."""
        return sorted(self._types.values(), key=lambda each: (each.priority, each.name))


def _limited_as(hashed: IdentifierType, plain: IdentifierType) -> IdentifierType:
    """A hash is counted with its plain identifier, so there is one limit for both."""
    return replace(hashed, people=plain.people, neighbours=plain.neighbours, per_person=plain.per_person)


def unknown_type(name: str) -> IdentifierType:
    """A type that nobody described."""
    return IdentifierType(name=name, kind="token", priority=UNKNOWN_PRIORITY, people=_UNKNOWN_PEOPLE)


def types_with(changed: Iterable[IdentifierType]) -> IdentifierTypes:
    """The types of an instance: the built-in ones with those it changed and added; equal ones are one object."""
    return _types_with(tuple(sorted(changed, key=lambda each: each.name)))


@lru_cache(maxsize=64)
def _types_with(changed: tuple[IdentifierType, ...]) -> IdentifierTypes:
    return IdentifierTypes(changed)
