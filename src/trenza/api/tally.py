"""What became of the events that were sent to this process, by source: for `/metrics`.

Reasons are told apart by kind, of which there is a fixed number: a reason's own words may repeat what was sent.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from trenza.events import UNKNOWN_KEY

OTHER = "other"
KINDS: tuple[tuple[str, str], ...] = (
    # what a reason has in its words, its kind; the first that fits counts
    (UNKNOWN_KEY, "unknown_key"),
    ("plan ", "plan"),
    ("the item is not an object", "not_an_object"),
    ("the message is larger than", "too_large"),
    ("the message is nested deeper than", "too_deep"),
    ("`type` is none of", "type"),
    ("a track needs `event`", "no_event"),
    ("no identifier", "no_identifier"),
    ("is not an ISO 8601 instant", "instant"),
    (" or more characters", "too_long"),
    ("is longer than", "too_long"),
    ("has a NUL character", "nul"),
    ("is neither a text nor a number", "field"),
    ("is not an object", "field"),
    ("`context.externalIds", "field"),
)


def kind_of(reason: str) -> str:
    """The kind of a reason for which an item is no event."""
    return next((kind for words, kind in KINDS if words in reason), OTHER)


class Tally:
    """Counts of one process."""

    def __init__(self) -> None:
        self.answered: Counter[int] = Counter()
        """Requests by status."""
        self.accepted: Counter[str] = Counter()
        """Events by source."""
        self.rejected: Counter[tuple[str, str]] = Counter()
        """Items by source and kind of reason; an empty source: no source has the key."""
        self.limited: Counter[str] = Counter()
        """Requests refused because the source was over its limit."""

    def count(self, shares: Iterable[tuple[str, int]], reasons: Sequence[tuple[str, str]]) -> None:
        """Count what was kept.

        Args:
            shares: source and how many items it sent; the empty source: nobody's.
            reasons: source and reason of each item that was rejected.
        """
        rejected = Counter(source for source, _ in reasons)
        self.rejected.update((source, kind_of(reason)) for source, reason in reasons)
        for source, total in shares:
            if accepted := total - rejected[source]:
                self.accepted[source] += accepted
