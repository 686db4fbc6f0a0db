"""Working the whole graph out anew, after a change of the identifier types or of the house's rules.

The stream goes by the new types at once; this brings the rest along, page by page. A page is a transaction under the
hallway's lock with all that follows from it (segments, runs), so that the state is right between any two. How far it
has come is stored with it (`identity.standing`): whoever goes on later goes on there.
"""

from trenza.equipment import Equipment
from trenza.identity import identifiers_page, lock_standing, move_standing
from trenza.kernel import Instant
from trenza.pipeline import CONSUMER, Passage
from trenza.storage import Database, Position, Transaction, lock_position, move_position

_PAGE = 500
_LEAVES = 1 << 63
"""Leaves are even over all numbers below it: where one stands says how much is done."""


def reassign_page(database: Database, equipment: Equipment, now: Instant) -> float:
    """Work the next page of identifiers out anew.

    Returns:
        The share of the graph that is done, 1 where all is.
    """
    try:
        with database.write() as tx:
            return _reassign_page(tx, equipment, now)
    except BaseException:
        equipment.forget()
        raise


def _reassign_page(tx: Transaction, equipment: Equipment, now: Instant) -> float:
    hallway = lock_position(tx, CONSUMER)
    rooms = equipment.rooms(tx)
    types = rooms.resolver.types
    standing = lock_standing(tx, types)
    if standing.is_done:
        return 1
    page = [leaf for leaf, _, _ in identifiers_page(tx, standing.last, _PAGE)]
    at = max(hallway.instant, now)
    passage = Passage(rooms)
    passage.work_out_anew(tx, page, at)
    if not passage.is_idle:
        passage.store(tx)
        move_position(tx, CONSUMER, Position(hallway.offset, at))
    last = page[-1] if len(page) == _PAGE else None
    move_standing(tx, types, last)
    return 1 if last is None else last / _LEAVES
