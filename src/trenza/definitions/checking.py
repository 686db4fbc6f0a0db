"""Documents to objects: every fault of every document, references and circles included, at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from trenza.definitions.node import Document
from trenza.definitions.reading import Kind, Reading
from trenza.kernel import Fault

Objects = dict[str, dict[str, Any]]


def check_documents(
    documents: Sequence[Document], kinds: Sequence[Kind], beside: Mapping[str, set[str]] | None = None
) -> tuple[Objects, list[Fault]]:
    """Read documents.

    Args:
        documents: of one folder, or of the instance.
        kinds: those that the house knows.
        beside: keys by kind that references may name besides.

    Returns:
        The objects by kind and key (only those without faults), and all faults in the order of the files.
    """
    reading = Reading(_known(documents, beside or {}))
    by_name = {kind.name: kind for kind in kinds}
    objects: Objects = defaultdict(dict)
    for document in documents:
        kind = by_name.get(document.kind)
        if kind is None:
            node = document.node.value["kind"]
            reading.fault(node, f"unknown kind `{document.kind[:60]}`", reading.suggest(document.kind, by_name))
            continue
        before = len(reading.faults)
        found = kind.read(document, reading)
        if len(reading.faults) == before:
            objects[document.kind][document.key] = found
    faults = reading.faults
    for kind in kinds:
        if kind.together is not None:
            faults = faults + kind.together(documents)
    return dict(objects), sorted(faults, key=_place)


def _known(documents: Sequence[Document], beside: Mapping[str, set[str]]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = defaultdict(set)
    for kind, keys in beside.items():
        known[kind] |= keys
    for document in documents:
        known[document.kind].add(document.key)
    return known


def _place(fault: Fault) -> tuple[str, int, int]:
    return fault.file, fault.line, fault.column
