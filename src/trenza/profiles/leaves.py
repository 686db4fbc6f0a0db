"""What hangs on leaves, and how it is put together for a person."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import msgspec

from trenza.events import Occurrence
from trenza.identity import Known, Leaf, Person
from trenza.kernel import Instant
from trenza.profiles.facts import ConsentWord, Facts, TraitVersion
from trenza.profiles.reach import Destination, addresses

_Key = TypeVar("_Key", str, tuple[str, str])
_Item = TypeVar("_Item")


class LeafFacts(msgspec.Struct):
    """What hangs on one leaf, each list in order of event time."""

    traits: dict[str, list[TraitVersion]] = msgspec.field(default_factory=dict)
    consents: dict[tuple[str, str], list[ConsentWord]] = msgspec.field(default_factory=dict)
    events: dict[str, list[Occurrence]] = msgspec.field(default_factory=dict)


def see(facts: Facts, at: Instant, leaves: Collection[Leaf]) -> None:
    """Note when identifiers were last seen, the rest of them being as it was."""
    for place, each in enumerate(facts.identifiers):
        if at > each.last_seen and each.leaf in leaves:
            seen = Known(each.type, each.value, each.leaf, each.first_seen, at, each.joins, each.priority)
            facts.identifiers[place] = seen


def hold(holders: dict[str, set[Person]], facts: Facts) -> None:
    """Note whose each identifier's value is."""
    for each in facts.identifiers:
        holders.setdefault(each.value, set()).add(facts.person)


def post_addresses(facts: Facts) -> Sequence[Destination]:
    """Where letters to a person would go."""
    return addresses(facts, "direct_mail") if "address" in facts.traits else ()


def union(
    parts: Sequence[dict[_Key, list[_Item]]],
    order: Callable[[_Item], Any] | None = None,
) -> dict[_Key, list[_Item]]:
    """Lists of one key put together, in order; always fresh lists, for they grow apart from those of the leaves."""
    whole: dict[_Key, list[_Item]] = {key: items[:] for key, items in parts[0].items()} if parts else {}
    for part in parts[1:]:
        for key, items in part.items():
            if (held := whole.get(key)) is None:
                whole[key] = list(items)
            else:
                held.extend(items)
                held.sort(key=order)
    return whole


def order_of(version: TraitVersion) -> tuple[Instant, str]:
    """Versions stand in order of event time, ties by messageId."""
    return version.at, version.message_id
