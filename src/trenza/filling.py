"""Filling what is newer than the people: they are asked page by page for new and changed segments, and for the search.

A page is a transaction under the hallway's lock, so nobody is missed or doubled at the seam: whoever has an event
meanwhile is asked by the hallway, and asking twice changes nothing. How far it has come is a position of its own.
"""

from trenza.equipment import Equipment, Tools
from trenza.identity import Person, identifiers_page, known_of, people_page
from trenza.kernel import Instant
from trenza.pipeline import CONSUMER
from trenza.profiles import expected_entries
from trenza.search import add_entries
from trenza.segments import filled, mark_filled, retire
from trenza.storage import (
    Database,
    Position,
    Transaction,
    forget_positions,
    lock_position,
    move_position,
    read_position,
)

_PAGE = 1_000
_DONE = 1
_FILL = "fill:"
_SEARCH = f"{_FILL}search:1"
"""With another number everything is taken up anew: when the rules say other words of the same facts."""


def fill_segments(database: Database, equipment: Equipment, now: Instant) -> int:
    """Fill the next page of people; returns how many there were, 0 when every segment is complete."""
    with database.read() as tx:
        if not _incomplete(equipment.tools(tx), filled(tx)):
            return 0
    with database.write() as tx:
        lock_position(tx, CONSUMER)
        tools = equipment.tools(tx)
        return _fill_page(tx, equipment, tools, now)


def fill_search(database: Database) -> int:
    """Let the next page of identifiers be found that are older than the search; returns how many, 0 when it is done."""
    with database.read() as tx:
        if read_position(tx, _SEARCH).instant:
            return 0
    with database.write() as tx:
        lock_position(tx, CONSUMER)
        position = lock_position(tx, _SEARCH)
        page = identifiers_page(tx, position.offset, _PAGE)
        add_entries(tx, expected_entries(tx, [leaf for leaf, _, _ in page]))
        move_position(tx, _SEARCH, Position(page[-1][0]) if len(page) == _PAGE else Position(0, _DONE))
    return len(page) or 1


def _fill_page(tx: Transaction, equipment: Equipment, tools: Tools, now: Instant) -> int:
    complete = filled(tx)
    keys = _incomplete(tools, complete)
    if not keys:
        return 0
    retire(tx, [key for key in complete if key not in tools.definitions.of("Segment")], now)
    consumer = f"{_FILL}{tools.definitions.revision}"
    position = lock_position(tx, consumer)
    people = people_page(tx, position.offset, _PAGE)
    _ask(tx, equipment, tools, people, keys, max(now, position.instant))
    if len(people) < _PAGE:
        mark_filled(tx, {key: _versions(tools)[key] for key in keys if key in _versions(tools)})
        forget_positions(tx, _FILL, kept=[_SEARCH])
    else:
        move_position(tx, consumer, Position(people[-1], now))
    return len(people) or 1


def _ask(
    tx: Transaction, equipment: Equipment, tools: Tools, people: list[Person], keys: set[str], now: Instant
) -> None:
    profiles = equipment.profiles(tools)
    profiles.load(tx, known_of(tx, people, tools.types))
    facts = {person: profiles.facts(person) for person in people}
    tools.memberships.load(tx, facts)
    tools.memberships.refill(facts.values(), keys, now)
    tools.memberships.store(tx)


def _incomplete(tools: Tools, complete: dict[str, str]) -> set[str]:
    """Segments that are new, have changed, or are no more."""
    versions = _versions(tools)
    return {key for key in {*versions, *complete} if versions.get(key) != complete.get(key)}


def _versions(tools: Tools) -> dict[str, str]:
    return dict(tools.definitions.versions.get("Segment", {}))
