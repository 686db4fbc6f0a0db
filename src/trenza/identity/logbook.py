"""What the identity log says of a change: who joined or parted, when, and what made it so."""

from collections.abc import Sequence

from trenza.identity.model import LogEntry, Move, Operation
from trenza.identity.working import Working
from trenza.kernel import Instant, derived_id


def log_entries(working: Working, moves: Sequence[Move], at: Instant, cause: str) -> list[LogEntry]:
    """The lines that tell of moves and of identifiers that became shared."""
    entries = [
        LogEntry(
            derived_id(cause, str(at), str(move.before), str(move.after)),
            _operation(working, move),
            at,
            move.after,
            move.before,
            len(move.leaves),
            cause,
        )
        for move in moves
    ]
    for operation, leaf in working.operations:
        number = derived_id(cause, str(at), operation, str(leaf))
        entries.append(LogEntry(number, operation, at, working.nodes[leaf].person, leaf, 1, cause))
    working.operations.clear()
    return entries


def _operation(working: Working, move: Move) -> Operation:
    if working.nodes[move.before].person == move.before:
        return "split"
    return "rename" if move.after in move.leaves else "merge"
