"""Where segments are named: the documents in force that refer to each, and the tests that are about it."""

from collections import defaultdict
from collections.abc import Mapping

import msgspec

from trenza.definitions import Definitions, documents_beside
from trenza.equipment import KINDS
from trenza.segments import SEGMENT
from trenza.storage import Transaction

PATHS = {"Journey": "/journeys/", "Segment": "/segments/"}


class Use(msgspec.Struct, frozen=True, order=True):
    """A document that names a segment."""

    kind: str
    key: str
    title: str = ""


def uses_of(tx: Transaction, titles: Mapping[tuple[str, str], str]) -> dict[str, list[Use]]:
    """By segment, the journeys and segments that name it, each with its title."""
    found: dict[str, set[Use]] = defaultdict(set)
    references = {kind.name: kind.references for kind in KINDS if kind.references and not kind.is_test}
    for document in documents_beside(tx, []):
        of = references.get(document.kind)
        for kind, key in of(document) if of else ():
            if kind == SEGMENT.name:
                title = titles.get((document.kind, document.key), document.key)
                found[key].add(Use(document.kind, document.key, title))
    return {key: sorted(uses) for key, uses in found.items()}


def tests_of(definitions: Definitions) -> dict[str, list[str]]:
    """By segment, the keys of the tests that name it."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, test in definitions.of("SegmentTest").items():
        for segment in {*test.uses, *(each.segment for each in test.expect)}:
            found[segment].add(key)
    return {segment: sorted(keys) for segment, keys in found.items()}
