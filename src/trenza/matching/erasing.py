"""How this room forgets a person: every record and candidate into which one of their leaves has gone."""

from collections.abc import Mapping

from trenza.matching.store import erase, list_numbers
from trenza.profiles import Eraser, Subject, Trace
from trenza.storage import Transaction


def matching_eraser() -> Eraser:
    """Records, the keys they are looked up by, candidates and what was decided on them."""

    def forget(tx: Transaction, subject: Subject) -> Mapping[str, int]:
        return erase(tx, subject.numbers)

    def remains(tx: Transaction, trace: Trace) -> int:
        return trace.count_numbers(list_numbers(tx))

    return Eraser(store="matching", erase=forget, remains=remains)
