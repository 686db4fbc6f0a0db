"""What people are called in lists: their name where they gave one, else the address or number one knows them by.

For whole pages at once: the identifiers that rows bear are looked up together, never one by one.
"""

from collections.abc import Collection, Mapping

import msgspec

from trenza.identity import Known, Leaf, Person, known_of, person_text, persons_of
from trenza.profiles import Facts, called, load_facts
from trenza.storage import Transaction

_SPOKEN = ("email", "phone", "user_id", "loyalty_card")


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody, as lists show them."""

    person: str
    """`per_…`, for addresses."""
    name: str
    """Empty for a visitor of whom nothing is known."""
    detail: str = ""
    """An address beside the name."""


def name_leaves(tx: Transaction, leaves: Collection[Leaf]) -> Mapping[Leaf, Named]:
    """Who the identifiers belong to now; whoever was erased is left out."""
    people = persons_of(tx, {leaf for leaf in leaves if leaf})
    named = name_people(tx, set(people.values()))
    return {leaf: named[person] for leaf, person in people.items() if person in named}


def name_people(tx: Transaction, people: Collection[Person]) -> Mapping[Person, Named]:
    """People by what they are called."""
    known = known_of(tx, people)
    return {person: named_by(facts) for person, facts in load_facts(tx, known).items()} if known else {}


def named_by(facts: Facts) -> Named:
    """What somebody is called, by their facts."""
    name = called({name: versions[-1].value for name, versions in facts.traits.items() if versions})
    spoken = _spoken(facts.identifiers)
    name = " ".join(name.split())[:120]
    return Named(person=person_text(facts.person), name=name or spoken, detail=spoken if name else "")


def _spoken(identifiers: Collection[Known]) -> str:
    by_type = {known.type: known.value for known in reversed(list(identifiers))}
    return next((by_type[type_] for type_ in _SPOKEN if type_ in by_type), "")
