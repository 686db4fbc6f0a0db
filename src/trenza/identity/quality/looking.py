"""What no tally knows, looked for in a sample of a fixed size and around the busiest identifiers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from trenza.identity import store as graph_store
from trenza.identity.model import Person
from trenza.identity.quality import store
from trenza.identity.quality.bridges import Member, find_bridges
from trenza.identity.quality.model import Bridge, Look, Size, Spread, Standings
from trenza.identity.service import evidence_of
from trenza.identity.types import IdentifierTypes
from trenza.storage import Transaction

SAMPLE = 10_000
"""Identifiers that are looked at, about."""
_BUSIEST = 200
_SHOWN = 10
_BRIDGES = 20
_WALKED = 10_000
"""Identifiers among which bridges are looked for, about."""
_LEAST_WITH_BRIDGE = 4
_TOP = (1 << 63) - 1
_DEFAULT_TYPES = IdentifierTypes()


def look(tx: Transaction, standings: Standings, types: IdentifierTypes = _DEFAULT_TYPES, sample: int = SAMPLE) -> Look:
    """Look at about so many identifiers and all that hangs together with them; at everything where there are no more.

    How many people have one of a type is reckoned up by the number of identifiers of that type: each in the sample
    stands for one part of its person, the half where that has two.

    Args:
        tx: to read with.
        standings: what tallies know.
        types: the instance's types.
        sample: how many identifiers.
    """
    is_whole = standings.identifiers <= sample
    up_to = _TOP if is_whole else _TOP * sample // standings.identifiers
    sampled = store.select_sample(tx, up_to, 2 * sample)
    busiest = [] if is_whole else store.select_busiest(tx, _BUSIEST)
    parts = store.select_parts(tx, {*(component for component, _, _ in sampled), *busiest})
    return Look(
        is_whole=is_whole,
        looked_at=sum(part[4] for part in parts),
        spreads=_spreads(parts, sampled, standings, is_whole=is_whole),
        largest_people=_largest(Size(person=person, identifiers=count) for person, count in _sizes(parts).items()),
        largest_components=_largest_components(parts),
        bridges=_bridges(tx, parts, types),
    )


def _spreads(
    parts: Iterable[store.Part],
    sampled: Iterable[tuple[int, Person, str]],
    standings: Standings,
    *,
    is_whole: bool,
) -> Mapping[str, Spread]:
    held: Counter[tuple[Person, str]] = Counter()
    for _, person, type_, flags, count in parts:
        if not flags:
            held[person, type_] += count
    most: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for (_, type_), count in held.items():
        most[type_] = max(most[type_], count)
        people[type_] += 1
    if not is_whole:
        people = _reckoned(held, sampled, standings)
    return {type_: Spread(people=people[type_], most=count) for type_, count in most.items() if people[type_]}


def _reckoned(
    held: Mapping[tuple[Person, str], int], sampled: Iterable[tuple[int, Person, str]], standings: Standings
) -> Counter[str]:
    parts_of_people: defaultdict[str, float] = defaultdict(float)
    seen: Counter[str] = Counter()
    for _, person, type_ in sampled:
        parts_of_people[type_] += 1 / held[person, type_]
        seen[type_] += 1
    joining = {each.type: each.joining for each in standings.types}
    return Counter(
        {type_: round(joining.get(type_, 0) * parts / seen[type_]) for type_, parts in parts_of_people.items()}
    )


def _sizes(parts: Iterable[store.Part]) -> Counter[Person]:
    sizes: Counter[Person] = Counter()
    for _, person, _, flags, count in parts:
        if not flags:
            sizes[person] += count
    return sizes


def _largest_components(parts: Iterable[store.Part]) -> tuple[Size, ...]:
    within: defaultdict[int, Counter[Person]] = defaultdict(Counter)
    for component, person, _, _, count in parts:
        within[component][person] += count
    return _largest(_size_of(people) for people in within.values())


def _size_of(people: Counter[Person]) -> Size:
    largest = min(people, key=lambda person: (-people[person], person))
    return Size(person=largest, identifiers=people.total(), people=len(people))


def _largest(sizes: Iterable[Size]) -> tuple[Size, ...]:
    """Whoever has one identifier only is not large."""
    several = [each for each in sizes if each.identifiers > 1]
    return tuple(sorted(several, key=lambda each: (-each.identifiers, each.person))[:_SHOWN])


def _bridges(tx: Transaction, parts: Iterable[store.Part], types: IdentifierTypes) -> tuple[Bridge, ...]:
    rows = graph_store.select_groups(tx, _worth_walking(parts))
    members = {
        number: Member(number, person, types.get(type_).kind)
        for number, type_, _, person, _, flags, *_ in rows
        if not flags
    }
    links = {link.number: link for link in graph_store.select_links_of(tx, members)} if members else {}
    found = find_bridges(members, links.values())[:_BRIDGES]
    evidence = evidence_of(tx, [each.link for each in found], types)
    return tuple(
        Bridge(person=each.person, evidence=told, sides=each.sides) for each, told in zip(found, evidence, strict=True)
    )


def _worth_walking(parts: Iterable[store.Part]) -> list[Person]:
    """People large enough for a bridge, the largest first, until there are enough identifiers."""
    chosen, walked = [], 0
    for person, count in sorted(_sizes(parts).items(), key=lambda each: (-each[1], each[0])):
        if count < _LEAST_WITH_BRIDGE or walked >= _WALKED:
            break
        chosen.append(person)
        walked += count
    return chosen
