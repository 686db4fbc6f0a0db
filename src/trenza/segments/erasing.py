"""How this room forgets a person: a person's name is that of a leaf, so halves that were merged go by their leaves."""

from collections.abc import Mapping

from trenza.profiles import Eraser, Subject, Trace
from trenza.segments.store import forget, people_until
from trenza.storage import Transaction


def segments_eraser() -> Eraser:
    """Memberships and the log of their changes."""

    def erase(tx: Transaction, subject: Subject) -> Mapping[str, int]:
        gone = forget(tx, {subject.person, *subject.leaves})
        return {"memberships": gone["membership"], "changes": gone["segment_change"]}

    def remains(tx: Transaction, trace: Trace) -> int:
        people = people_until(tx, trace.until)
        return sum(1 for person in people if trace.is_person(person) or trace.is_leaf(person))

    return Eraser(store="segments", erase=erase, remains=remains)
