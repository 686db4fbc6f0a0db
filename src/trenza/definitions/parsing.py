"""From the text of a file to documents: a strict part of YAML 1.2, with the place of everything and the comments kept.

No anchors, aliases, tags or directives, no key twice, no key that is not a text, and bounded size and depth: what is
read is a tree of the size of its text, so no file can blow up. A fault in one document does not hide those of the next.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from trenza.definitions.comments import Entry, attach_comments
from trenza.definitions.node import Document, Node, content_version
from trenza.definitions.printing import print_node
from trenza.definitions.reading import Reading
from trenza.definitions.scalars import NotFinite, read_plain
from trenza.kernel import Fault, Invalid

MOST_CHARACTERS = 500_000
"""More than any definition needs; a larger file is refused whole."""
DEEPEST = 200
"""Levels of nesting of mappings and lists."""
_MARKER = re.compile(r"^---(?=\s|$)", re.MULTILINE)
_KEY = re.compile(r"[^\W_][\w.-]{0,99}")
_TAB = re.compile(r"^ *\t", re.MULTILINE)


def read_documents(text: str, file: str) -> tuple[list[Document], list[Fault]]:
    """All documents of a file and all its faults.

    Args:
        text: the file's content.
        file: its name, as faults and the instance show it.
    """
    if len(text) > MOST_CHARACTERS:
        return [], [_fault(file, 1, 1, "the file is too large", f"keep it under {MOST_CHARACTERS:,} characters")]
    documents: list[Document] = []
    reading = Reading()
    loose = ""
    for line, chunk in _chunks(text):
        node = _read_chunk(chunk, file, line, reading)
        document = node and _document(node, loose + chunk, file, len(documents), reading)
        if document:
            documents.append(document)
            loose = ""
        elif documents:
            documents[-1].written += chunk
        else:
            loose += chunk
    return documents, reading.faults


def read_folder(path: Path | str) -> tuple[list[Document], list[Fault]]:
    """All documents of every `*.yaml` below a folder, in the order of the files' names.

    Raises:
        Invalid: there is no such folder.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise Invalid(f"there is no folder {folder}", "name the folder that holds the definitions")
    documents: list[Document] = []
    faults: list[Fault] = []
    for each in sorted(folder.rglob("*.yaml")):
        name = each.relative_to(folder).as_posix()
        if not each.is_file():
            continue
        try:
            text = each.read_bytes().decode("utf-8")
        except (UnicodeDecodeError, OSError):
            faults.append(_fault(name, 1, 1, "the file cannot be read as UTF-8 text", "save it as UTF-8"))
            continue
        found, wrong = read_documents(text, name)
        documents += found
        faults += wrong
    return documents, faults + _twice(documents)


def read_node(text: str, file: str = "") -> tuple[Node | None, list[Fault]]:
    """One YAML value of any shape, for doors that take a part of a document."""
    reading = Reading()
    return _read_chunk(text, file, 1, reading), reading.faults


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The text of each document with the line it begins at; together they are the file, byte for byte."""
    starts = [found.start() for found in _MARKER.finditer(text)]
    if not starts or text[: starts[0]].strip():
        lead = [line for line in text[: starts[0] if starts else None].splitlines() if line.strip()]
        if not starts or not all(line.startswith(("#", "%")) for line in lead):
            starts = [0, *starts]
    edges = [0, *starts[1:], len(text)]
    for start, end in pairwise(edges):
        if text[start:end].strip():
            yield text.count("\n", 0, start) + 1, text[start:end]


def _read_chunk(chunk: str, file: str, line: int, reading: Reading) -> Node | None:
    text = chunk.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    builder = _Builder(file, line, reading)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except _TooDeep:
        return None
    except MarkedYAMLError as error:
        reading.faults.append(_syntax_fault(error, text, file, line))
        return None
    except ReaderError as error:
        before = text[: error.position]
        place = line + before.count("\n"), error.position - before.rfind("\n")
        why = "a character that YAML does not allow"
        reading.faults.append(_fault(file, *place, why, "take it out, or write it as `\\u…` in double quotes"))
        return None
    except (YAMLError, ValueError, RecursionError, IndexError, AttributeError, NotImplementedError):
        reading.faults.append(_fault(file, line, 1, "this is no YAML", "write `key: value` lines"))
        return None
    if builder.root is not None:
        attach_comments(text, builder.root, builder.entries, builder.spans)
    return builder.root


def _document(node: Node, chunk: str, file: str, position: int, reading: Reading) -> Document | None:
    if node.value is None:
        return None
    if not isinstance(node.value, dict):
        reading.fault(node, "a document is a mapping", "begin it with `kind: …` and `key: …`")
        return None
    before = len(reading.faults)
    stand_in = Node(value=None, missing=True)
    for name in ("kind", "key"):
        if name not in node.value:
            reading.fault(node, f"`{name}` is missing", f"add `{name}: …`")
    kind, key = node.value.get("kind", stand_in), node.value.get("key", stand_in)
    reading.text(kind)
    reading.text(key)
    if len(reading.faults) > before or not key.value:
        if key.value == "":
            reading.fault(key, "the key is empty", "give the object a name that never changes")
        return None
    if not _KEY.fullmatch(key.value):  # what else is wrong with the document is told all the same
        reading.fault(key, "a key begins with a letter or digit", "use letters, digits, `_`, `-` and `.`, up to 100")
    text, version = print_node(node), content_version(node)
    return Document(
        kind=kind.value,
        key=key.value,
        node=node,
        file=file,
        text=text,
        version=version,
        written=chunk,
        position=position,
    )


def _twice(documents: list[Document]) -> list[Fault]:
    first: dict[tuple[str, str], Document] = {}
    faults = []
    for document in documents:
        other = first.setdefault((document.kind, document.key), document)
        if other is not document:
            node = document.node.value["key"]
            why = f"{document.kind} `{document.key}` stands twice: also in {other.file}, line {other.node.line}"
            faults.append(_fault(document.file, node.line, node.column, why, "give one of them another key"))
    return faults


def _syntax_fault(error: MarkedYAMLError, text: str, file: str, line: int) -> Fault:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return _fault(file, line, 1, "this is no YAML", "write `key: value` lines")
    why = " ".join(str(part) for part in (error.context, error.problem) if part)
    row = text.split("\n")[mark.line] if mark.line < text.count("\n") + 1 else ""
    mend = "mend the YAML here: check indentation, quotes and brackets"
    if _TAB.match(row):
        mend = "indent with spaces, never with tabs"
    elif "mapping values are not allowed" in why:
        mend = "put the text in quotes where it holds a colon, or begin a new line"
    return _fault(file, line + mark.line, mark.column + 1, why, mend)


def _fault(file: str, line: int, column: int, why: str, mend: str) -> Fault:
    return Fault(file=file, line=line, column=column, why=why, mend=mend)


class _TooDeep(Exception):
    """Nested past the limit; the fault is noted."""


class _Builder:
    """Puts the tree together out of the parser's events, without recursion."""

    def __init__(self, file: str, line: int, reading: Reading) -> None:
        self.root: Node | None = None
        self.entries: list[Entry] = []
        self.spans: list[tuple[int, int]] = []
        self._file = file
        self._line = line
        self._reading = reading
        self._open: list[Node] = []
        self._keys: list[tuple[str, int, int] | None] = []
        self._skipped = False

    def take(self, event: object) -> None:
        """One event of the parser."""
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._begin(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._end(event)
        elif isinstance(event, AliasEvent):
            node = self._node(event, None)
            self._reading.fault(node, "there are no aliases in this language", "write the value out")
            self._place(event, node)
        elif isinstance(event, DocumentStartEvent):
            self._document(event)

    def _document(self, event: DocumentStartEvent) -> None:
        node = self._node(event, None)
        if event.tags or (event.version and tuple(event.version) != (1, 2)):
            self._reading.fault(node, "only YAML 1.2 without tags is read", "take the `%` line away")
        if self.root is not None:
            self._reading.fault(node, "a new document begins here", "put a line `---` before it")
            self._skipped = True

    def _scalar(self, event: ScalarEvent) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self.spans.append((start, end))
        node = self._node(event, event.value)
        self._refuse_extras(event, node)
        if any("\ud800" <= letter <= "\udfff" for letter in event.value):
            self._reading.fault(node, "half a character", "write the whole character, not one half of its pair")
            event.value = node.value = ""
        waiting = bool(self._open) and isinstance(self._open[-1].value, dict) and self._keys[-1] is None
        if event.style is None and not waiting:
            try:
                node.value = read_plain(event.value)
            except NotFinite:
                self._reading.fault(node, "this is no number that can be reckoned with", "write up to 40 digits")
                node.value = 0
            node.written = event.value if isinstance(node.value, float) else ""
        self._place(event, node)

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        value: object = {} if isinstance(event, MappingStartEvent) else []
        node = self._node(event, value)
        node.flow = bool(event.flow_style)
        self._refuse_extras(event, node)
        if len(self._open) == DEEPEST:
            self._reading.fault(node, f"nested deeper than {DEEPEST} levels", "name parts of it and refer to them")
            raise _TooDeep
        self._place(event, node)
        self._open.append(node)
        self._keys.append(None)

    def _end(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        node = self._open.pop()
        self._keys.pop()
        if node.flow:
            for entry in reversed(self.entries):
                if entry.node is node:
                    entry.end = event.end_mark.index
                    break

    def _refuse_extras(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent, node: Node) -> None:
        if event.anchor:
            self._reading.fault(node, "there are no anchors in this language", "take the `&…` away")
        if event.tag and not (isinstance(event, ScalarEvent) and event.tag == "!"):
            self._reading.fault(node, "there are no tags in this language", "take the `!…` away")

    def _place(self, event: object, node: Node) -> None:
        """Put a finished scalar, or a collection that begins, where it belongs."""
        if self._skipped:
            return
        if not self._open:
            self.root = node
            return
        parent, key = self._open[-1], self._keys[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
            self._enter(event, node, parent)
        elif key is None:
            self._key(event, node, parent)
        else:
            parent.value.setdefault(key[0], node)
            self._keys[-1] = None
            self.entries.append(Entry(key[1], key[2], node, parent, _end_of(event)))

    def _key(self, event: object, node: Node, parent: Node) -> None:
        if not isinstance(event, ScalarEvent):
            self._reading.fault(node, "a key is a text", "write a name before the colon")
            name = ""
        else:
            name = str(event.value)
        if name in parent.value:
            self._reading.fault(node, f"the key `{name[:60]}` stands twice in one mapping", "keep one of them")
        parent.keys.setdefault(name, (node.line, node.column))
        mark = getattr(event, "start_mark", None)
        self._keys[-1] = (name, mark.line if mark else 0, mark.index if mark else 0)

    def _enter(self, event: object, node: Node, parent: Node) -> None:
        mark = getattr(event, "start_mark", None)
        line, index = (mark.line, mark.index) if mark else (0, 0)
        self.entries.append(Entry(line, index, node, parent, _end_of(event)))

    def _node(self, event: object, value: object) -> Node:
        mark = getattr(event, "start_mark", None)
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return Node(value=value, file=self._file, line=self._line + line, column=column + 1)


def _end_of(event: object) -> int:
    mark = getattr(event, "end_mark", None)
    return mark.index if mark else 0
