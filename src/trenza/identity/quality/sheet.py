"""The sheet put together: what tallies know, what a look finds, what the log tells of the last days."""

from collections import Counter, defaultdict
from datetime import date, timedelta

from trenza.definitions import local_instant, local_time
from trenza.identity import store as graph_store
from trenza.identity.graph import AMBIGUOUS, SHARED
from trenza.identity.model import Operation, person_text
from trenza.identity.quality import store
from trenza.identity.quality.looking import look
from trenza.identity.quality.model import Changes, Merge, Quality, Standings, TypeStanding
from trenza.identity.types import IdentifierTypes
from trenza.kernel import Instant, JsonObject, format_instant
from trenza.storage import Transaction

DAYS = 28
_MERGES = 10
_DEFAULT_TYPES = IdentifierTypes()


def quality(tx: Transaction, now: Instant, zone: str, types: IdentifierTypes = _DEFAULT_TYPES) -> Quality:
    """The whole sheet as of now.

    Args:
        tx: to read with.
        now: the last day is the local one of it.
        zone: the instance's.
        types: the instance's types.
    """
    standings = stand(tx, types)
    return Quality(
        standings=standings,
        look=look(tx, standings, types),
        changes=changes(tx, now, zone),
        merges=last_merges(tx),
    )


def stand(tx: Transaction, types: IdentifierTypes = _DEFAULT_TYPES) -> Standings:
    """How many people and identifiers there are, and how many of those join nobody."""
    flagged = store.count_flagged(tx)
    counted = graph_store.count_identifiers(tx)
    ordered = sorted(counted, key=lambda type_: (types.get(type_).priority, type_))
    return Standings(
        people=graph_store.count_people(tx),
        types=tuple(
            TypeStanding(
                type=type_,
                identifiers=counted[type_],
                shared=flagged.get((type_, SHARED), 0),
                ambiguous=flagged.get((type_, AMBIGUOUS), 0),
            )
            for type_ in ordered
        ),
    )


def changes(tx: Transaction, now: Instant, zone: str) -> tuple[Changes, ...]:
    """The last days, the oldest first; those on which nothing changed too."""
    today = local_time(now, zone).date()
    days = [today - timedelta(days=number) for number in reversed(range(DAYS))]
    counts: defaultdict[date, Counter[Operation]] = defaultdict(Counter)
    for at, op, count in store.count_changes(tx, local_instant(days[0].year, days[0].month, days[0].day, 0, 0, zone)):
        counts[local_time(at, zone).date()][op] += count
    return tuple(
        Changes(
            day=day,
            merges=counts[day]["merge"],
            splits=counts[day]["split"],
            cuts=counts[day]["cut"],
            restores=counts[day]["restore"],
        )
        for day in days
    )


def last_merges(tx: Transaction, limit: int = _MERGES) -> tuple[Merge, ...]:
    """Who was merged last, the latest first, under who they are now; those who were erased since are left out."""
    rows = store.select_merges(tx, limit)
    now = graph_store.find_people(tx, {winner for _, winner, _, _ in rows})
    return tuple(
        Merge(at=at, person=now[winner], identifiers=leaves, cause=cause)
        for at, winner, leaves, cause in rows
        if winner in now
    )


def quality_as_json(found: Quality) -> JsonObject:
    """The sheet as the command line and the API print it: figures and ids, nobody's identifiers."""
    look_ = found.look
    return {
        "people": found.standings.people,
        "identifiers": found.standings.identifiers,
        "shared": found.standings.shared,
        "ambiguous": found.standings.ambiguous,
        "lookedAt": look_.looked_at,
        "isWhole": look_.is_whole,
        "types": [
            {
                "type": each.type,
                "identifiers": each.identifiers,
                "people": look_.spreads[each.type].people if each.type in look_.spreads else None,
                "mostPerPerson": look_.spreads[each.type].most if each.type in look_.spreads else None,
                "shared": each.shared,
                "ambiguous": each.ambiguous,
            }
            for each in found.standings.types
        ],
        "largestPeople": [
            {"person": person_text(each.person), "identifiers": each.identifiers} for each in look_.largest_people
        ],
        "largestComponents": [
            {"person": person_text(each.person), "identifiers": each.identifiers, "people": each.people}
            for each in look_.largest_components
        ],
        "bridges": [
            {
                "link": each.evidence.link,
                "person": person_text(each.person),
                "messages": each.evidence.count,
                "sides": list(each.sides),
            }
            for each in look_.bridges
        ],
        "days": [
            {
                "day": each.day.isoformat(),
                "merges": each.merges,
                "splits": each.splits,
                "cuts": each.cuts,
                "restores": each.restores,
            }
            for each in found.changes
        ],
        "lastMerges": [
            {
                "at": format_instant(each.at),
                "person": person_text(each.person),
                "identifiers": each.identifiers,
                "cause": each.cause,
            }
            for each in found.merges
        ],
    }
