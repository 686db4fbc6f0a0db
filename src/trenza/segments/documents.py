"""`kind: Segment`: reading the document, and what it refers to."""

from collections.abc import Collection, Iterable, Mapping

from trenza.definitions import Document, Kind, Node, Reading
from trenza.kernel import Fault
from trenza.segments.model import Segment
from trenza.segments.reading import read_predicate
from trenza.segments.schema import SEGMENT_SCHEMA


def read_segment(document: Document, reading: Reading) -> Segment:
    """Read a segment; faults are noted in `reading`."""
    fields = reading.mapping(document.node, ["kind", "key", "where"], ["title"])
    return Segment(
        key=document.key,
        title=reading.localised(fields["title"]) if "title" in fields else {"": document.key},
        where=read_predicate(fields["where"], reading),
        version=document.version,
    )


def references(document: Document) -> Collection[tuple[str, str]]:
    """The segments that a document's predicates name, wherever they stand."""
    return sorted({("Segment", key) for key, _ in _segment_nodes(document.node)})


def circles(documents: Iterable[Document]) -> list[Fault]:
    """A fault for each segment that refers to itself, by way of others or not."""
    nodes = {each.key: dict(_segment_nodes(each.node)) for each in documents if each.kind == "Segment"}
    faults = []
    for key in nodes:
        way = _way_back(key, nodes)
        if way:
            node = nodes[key][way[1]]
            why = f"the segment refers to itself: {' → '.join(way)}"
            mend = "take one of the references out"
            faults.append(Fault(file=node.file, line=node.line, column=node.column, why=why, mend=mend))
    return faults


def in_order(segments: Mapping[str, Segment]) -> list[str]:
    """The keys, each behind those it refers to."""
    ordered: dict[str, None] = {}
    for start in sorted(segments):
        stack = [start]
        while stack:
            key = stack[-1]
            waiting = [each for each in sorted(segments[key].where.needs.segments) if each in segments]
            open_ones = [each for each in waiting if each not in ordered and each not in stack]
            if open_ones:
                stack += open_ones[:1]
            else:
                ordered.setdefault(stack.pop())
    return list(ordered)


def _segment_nodes(root: Node) -> Iterable[tuple[str, Node]]:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node.value, dict):
            named = node.value.get("segment")
            if named is not None and isinstance(named.value, str) and len(node.value) == 1:
                yield named.value, named
        stack.extend(node.children())


def _way_back(start: str, nodes: Mapping[str, Mapping[str, Node]]) -> list[str]:
    """The shortest way from a segment back to itself; empty where there is none."""
    before: dict[str, str] = {}
    waiting = [start]
    for key in waiting:
        for following in sorted(nodes.get(key, {})):
            if following == start:
                way = [following, key]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return way[::-1]
            if following not in before:
                before[following] = key
                waiting.append(following)
    return []


SEGMENT = Kind(name="Segment", read=read_segment, schema=SEGMENT_SCHEMA, references=references, together=circles)
