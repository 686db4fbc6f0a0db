"""By which types and rules the people of the graph are worked out, and how far a change of them has come.

Kept as a position for each stamp of types and rules (`IdentifierTypes.stamp`); only the latest has one. The hallway
goes by new types from its next batch on, and notes that here, before it does; the rest of the graph is worked out anew
page by page (`trenza.reassigning`).
"""

from typing import Final

import msgspec

from trenza.identity.model import Leaf
from trenza.identity.store import count_identifiers
from trenza.identity.types import IdentifierTypes
from trenza.storage import Position, Transaction, forget_positions, lock_position, move_position, read_position

_PREFIX: Final = "reassign:"
_UNKNOWN, _NOTED, _ASKED, _DONE = range(4)


class Standing(msgspec.Struct, frozen=True):
    """How far the graph is by the types of now."""

    last: Leaf = 0
    """The last identifier that was worked out anew, in order of numbers."""
    phase: int = _UNKNOWN

    @property
    def is_done(self) -> bool:
        """Whether everybody is who they are by the types of now."""
        return self.phase == _DONE

    @property
    def is_to_ask_for(self) -> bool:
        """Whether nobody has asked yet for the rest to be worked out anew."""
        return self.phase in {_UNKNOWN, _NOTED}


def read_standing(tx: Transaction, types: IdentifierTypes) -> Standing:
    """How far it is, to look at only."""
    return _standing(read_position(tx, _PREFIX + types.stamp))


def lock_standing(tx: Transaction, types: IdentifierTypes) -> Standing:
    """How far it is; until the transaction ends nobody else can go on with it."""
    note_types(tx, types)
    return _standing(lock_position(tx, _PREFIX + types.stamp))


def note_types(tx: Transaction, types: IdentifierTypes) -> None:
    """Note that the hallway goes by these types from now on; where there is nobody yet, all is done by that."""
    if read_standing(tx, types).phase == _UNKNOWN:
        forget_positions(tx, _PREFIX)
        _move(tx, types, Standing(phase=_NOTED if any(count_identifiers(tx).values()) else _DONE))


def mark_asked(tx: Transaction, types: IdentifierTypes) -> None:
    """Somebody has asked for the rest of the graph."""
    standing = lock_standing(tx, types)
    if standing.is_to_ask_for:
        _move(tx, types, Standing(standing.last, _ASKED))


def move_standing(tx: Transaction, types: IdentifierTypes, last: Leaf | None) -> None:
    """Identifiers up to one have been worked out anew; None: all."""
    _move(tx, types, Standing(0, _DONE) if last is None else Standing(last, _ASKED))


def _standing(position: Position) -> Standing:
    return Standing(position.offset, position.instant)


def _move(tx: Transaction, types: IdentifierTypes, standing: Standing) -> None:
    move_position(tx, _PREFIX + types.stamp, Position(standing.last, standing.phase))
