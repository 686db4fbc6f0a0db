"""How the tests of all journeys go, run once for each state of the definitions.

Tests are a function of the documents: what came of them holds until a document changes.
"""

from collections import defaultdict
from collections.abc import Mapping
from threading import Lock
from weakref import WeakKeyDictionary

import msgspec

from trenza.app import Instance
from trenza.definitions import documents_beside, revision
from trenza.equipment import KINDS
from trenza.testing import run_tests


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Of one journey."""

    tests: int
    passed: int


_kept: WeakKeyDictionary[Instance, tuple[int, Mapping[str, Proof]]] = WeakKeyDictionary()
_alone = Lock()


def proofs_of(instance: Instance) -> Mapping[str, Proof]:
    """By journey."""
    with _alone, instance.database.read() as tx:
        now = revision(tx)
        kept = _kept.get(instance)
        if kept is None or kept[0] != now:
            documents = [each for each in documents_beside(tx, []) if each.kind != "SegmentTest"]
            tests = instance.in_force(tx).of("JourneyTest")
            kept = now, _counted({each.key: each.passed for each in run_tests(documents, KINDS)}, tests)
            _kept[instance] = kept
    return kept[1]


def _counted(results: Mapping[str, bool], tests: Mapping[str, object]) -> dict[str, Proof]:
    by_journey: dict[str, list[bool]] = defaultdict(list)
    for key, passed in results.items():
        for journey in getattr(tests.get(key), "uses", ()):
            by_journey[journey].append(passed)
    return {key: Proof(tests=len(each), passed=sum(each)) for key, each in by_journey.items()}
