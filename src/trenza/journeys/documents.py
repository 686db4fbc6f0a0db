"""The kinds of document that this room reads: journeys, caps, quiet hours; what they refer to."""

from collections.abc import Collection, Sequence

from trenza.definitions import Document, Kind, Node, Reading
from trenza.journeys import store
from trenza.journeys.model import Journey
from trenza.journeys.reading import read_cap, read_journey, read_quiet_hours
from trenza.journeys.schema import CAP_SCHEMA, JOURNEY_SCHEMA, QUIET_HOURS_SCHEMA
from trenza.journeys.tests import JOURNEY_TEST
from trenza.storage import Transaction


class _Recorder(Reading):
    """Reads without faults and notes every reference."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()

    def reference(self, node: Node, kind: str) -> str:
        """Note the key."""
        if isinstance(node.value, str):
            self.found.add((kind, node.value))
        return self.text(node)


def references(document: Document) -> Collection[tuple[str, str]]:
    """(kind, key) of all documents that a journey names: segments, templates, caps, quiet hours."""
    recorder = _Recorder()
    read_journey(document, recorder)
    return sorted(recorder.found)


def effects_on_people(tx: Transaction, old: Journey | None, new: Journey | None) -> Sequence[str]:
    """What a changed journey means for the people who stand in it, for `trenza plan`."""
    if old is None:
        return []
    standing = {step: count for (_, step), count in store.count_open(tx, old.key).items() if step}
    total = sum(standing.values())
    if not total:
        return []
    if new is None:
        return [f"{total} open runs end where they stand: the journey is removed"]
    if not new.policy.moves:
        return [f"{total} open runs end as they began, in their own version (on_update: pin)"]
    removed = {step: count for step, count in standing.items() if step not in new.steps}
    told = [
        f"{count} runs stand in `{step}`, which is removed: they end in their own version"
        for step, count in removed.items()
    ]
    moved = total - sum(removed.values())
    return [*told, f"{moved} runs go on in the new version from the step they stand in"] if moved else told


JOURNEY = Kind(
    name="Journey", read=read_journey, schema=JOURNEY_SCHEMA, references=references, effects=effects_on_people
)
CAP = Kind(name="Cap", read=read_cap, schema=CAP_SCHEMA)
QUIET_HOURS = Kind(name="QuietHours", read=read_quiet_hours, schema=QUIET_HOURS_SCHEMA)
KINDS = (JOURNEY, CAP, QUIET_HOURS, JOURNEY_TEST)
"""All of this room."""
