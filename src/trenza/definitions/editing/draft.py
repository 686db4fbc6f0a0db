"""A text under edit: splices that keep every line they need not touch.

Every method makes a new text of the old one. Whoever calls has looked that the place is there.
"""

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from trenza.definitions.editing.errors import NoSuchPlace, Path
from trenza.definitions.editing.spans import Part, Span, Spans, read_spans
from trenza.definitions.node import Node
from trenza.definitions.printing import WIDTH, print_braces, print_rows

_STEP = 2


class Piece(msgspec.Struct):
    """An entry on its way to another place."""

    rows: list[str]
    """As it stands in block style, from column 0 on, its comments above it."""
    braces: str
    """As it stands inside braces."""


def piece_of(node: Node, key: str | None, column: int) -> Piece:
    """An entry that is new."""
    inside = print_braces(node)
    wrapped = Node(value=[node]) if key is None else Node(value={key: node})
    braces = inside if key is None else print_braces(wrapped)[1:-1]
    return Piece(print_rows(wrapped, column), braces)


class Draft:
    """A text and where everything stands in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._spans: Spans = read_spans(text)

    def span(self, path: Path) -> Span:
        """The value at a path."""
        found = self._spans.root
        for name in path:
            found = _part(found, name, path).value
        return found

    def part(self, path: Path) -> Part:
        """The entry at a path."""
        return _part(self.span(path[:-1]), path[-1], path)

    def column(self, index: int) -> int:
        """How far from the beginning of its line."""
        return index - self._line_start(index)

    def is_in_block(self, path: Path) -> bool:
        """Whether the value at a path stands outside of all braces."""
        return not path or not self.span(path[:-1]).flow

    # Values

    def set_value(self, path: Path, node: Node) -> str:
        """Another value at a path."""
        part = self.part(path)
        if not self.is_in_block(path):
            return self._set_in_braces(part, print_braces(node))
        if part.head < 0:
            return self.text
        first, below = self._rows_behind_head(part, node)
        if not part.value.is_empty and "\n" not in self.text[part.head : part.value.start]:
            gap = self.text[part.head : part.value.start] if first and not below else " " if first else ""
            return self._with_rows_below(part.head, part.value.end, gap + first, below)
        line_end = self._line_end(part.head)
        written = (f" {first}" if first else "") + self.text[part.head : line_end]
        end = line_end if part.value.is_empty else self._last(part)
        return self._spliced(part.head, end, "\n".join([written, *below]))

    def open_empty(self, path: Path, rows: Sequence[str]) -> str:
        """Lines below a key or dash whose list or mapping was empty."""
        part = self.part(path)
        column = self.column(part.start) + _STEP
        return self._with_rows_below(part.head, part.value.end, "", _indented(rows, column))

    def _set_in_braces(self, part: Part, written: str) -> str:
        if not part.value.is_empty:
            return self._spliced(part.value.start, part.value.end, written)
        if part.head >= 0:
            return self._spliced(part.head, part.head, f" {written}")
        return self._spliced(part.key_end, part.key_end, f": {written}")

    def _rows_behind_head(self, part: Part, node: Node) -> tuple[str, list[str]]:
        """What stands behind the dash or colon, and the lines below."""
        column = self.column(part.start)
        mark = "-" if part.key is None else "k:"
        rows = print_rows(Node(value=[node] if part.key is None else {"k": node}), column)
        place = next(number for number, row in enumerate(rows) if row.startswith(mark))
        return rows[place][len(mark) :].strip(), _indented(rows[place + 1 :], column)

    def _with_rows_below(self, start: int, end: int, inline: str, below: Sequence[str]) -> str:
        """Splice a value; what is left of its last line stays, and lines go below it."""
        end -= self._ends_line(end)
        line_end = self._line_end(end)
        kept = self.text[end:line_end]
        kept = kept if inline or kept.strip() else ""
        return self._spliced(start, line_end, "\n".join([inline + kept, *below]))

    # Entries

    def insert(self, path: Path, index: int, piece: Piece) -> str:
        """An entry more in a list or mapping."""
        span = self.span(path)
        if not span.parts:
            return self._insert_first(path, span, piece)
        if span.flow:
            return self._insert_in_braces(span, index, piece)
        column = self.column(span.parts[0].start)
        rows = _indented(piece.rows, column)
        if index:
            return self._insert_below(span.parts[index - 1], rows)
        part = span.parts[0]
        if not self._has_own_line(part):
            written = "\n".join(rows).lstrip(" ")
            return self._spliced(part.start, part.start, f"{written}\n{' ' * column}")
        start = self._above(part)
        return self._spliced(start, start, "".join(f"{row}\n" for row in rows))

    def _insert_first(self, path: Path, span: Span, piece: Piece) -> str:
        inside = self.text[span.start + 1 : span.end - 1]
        if not path:
            return self._spliced(span.start, span.end, "\n".join(piece.rows))
        if inside.strip():
            return self._spliced(span.start + 1, span.start + 1, f"{piece.braces} ")
        fits = self.column(span.start) + len(piece.braces) + _STEP <= WIDTH
        if self.is_in_block(path) and (len(piece.rows) > 1 or not fits):
            return self.open_empty(path, piece.rows)
        return self._spliced(span.start + 1, span.end - 1, piece.braces)

    def _insert_in_braces(self, span: Span, index: int, piece: Piece) -> str:
        if index < len(span.parts):
            at = span.parts[index].start
            return self._spliced(at, at, f"{piece.braces}, ")
        at = span.parts[-1].end
        return self._spliced(at, at, f", {piece.braces}")

    def _insert_below(self, part: Part, rows: Sequence[str]) -> str:
        end = self._last(part)
        return self._spliced(end, end, "".join(f"\n{row}" for row in rows))

    def remove(self, path: Path) -> str:
        """Without an entry; a list or mapping that loses its last one stays, empty."""
        span = self.span(path[:-1])
        part = self.part(path)
        if len(span.parts) == 1 and not span.flow:
            return self._empty(path, part)
        if span.flow:
            return self._remove_in_braces(span, span.parts.index(part))
        if self._has_own_line(part):
            return self._spliced(self._above(part), self._last(part) + 1, "")
        following = span.parts[1].start
        if not self.text[part.end : following].strip():
            return self._spliced(part.start, following, "")
        return self.text[: part.start].rstrip(" ") + self.text[self._last(part) :]

    def _empty(self, path: Path, part: Part) -> str:
        written = "[]" if part.key is None else "{}"
        if len(path) > 1:
            node = Node(value=[] if part.key is None else {})
            return self.set_value(path[:-1], node)
        return self._spliced(self._above(part), self._last(part), written)

    def _remove_in_braces(self, span: Span, place: int) -> str:
        part = span.parts[place]
        if len(span.parts) == 1:
            end = part.comma + 1 if part.comma >= 0 else part.end
            return self._without([(part.start, end)])
        if place < len(span.parts) - 1:
            following = span.parts[place + 1].start
            gap = self.text[part.comma + 1 : following]
            return self._without([(part.start, following if not gap.strip(" ") else part.comma + 1)])
        comma = span.parts[place - 1].comma
        end = part.comma + 1 if part.comma >= 0 else part.end
        gap = self.text[comma + 1 : part.start]
        return self._without([(part.start, end)] if gap.strip(" ") else [(comma, end)])

    def _without(self, cuts: Sequence[tuple[int, int]]) -> str:
        """Without some stretches; a line that is left blank goes too."""
        text = self.text
        for start, end in reversed(cuts):
            line, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
            line_end = len(text) - 1 if line_end < 0 else line_end
            if line and not text[line:start].strip() and not text[end:line_end].strip():
                start, end = line, line_end + 1  # noqa: PLW2901 — the whole line
            text = text[:start] + text[end:]
        return text

    def take(self, path: Path, node: Node) -> Piece:
        """An entry as it is written, to be put elsewhere."""
        part = self.part(path)
        key = None if part.key is None else str(path[-1])
        if not self.is_in_block(path):
            written = self.text[part.start : part.end]
            if "\n" in written or (part.key is None and written[:1] not in "{[\"'" and ":" in written):
                return piece_of(node, key, 0)
            return Piece([f"- {written}" if key is None else written], written)
        column = self.column(part.start)
        above = self.text[self._above(part) : self._line_start(part.start)] if self._has_own_line(part) else ""
        rows = [*above.split("\n")[:-1], " " * column + self.text[part.start : self._last(part)]]
        rows = [row for each in rows for row in each.split("\n")]
        return Piece([_dedented(row, column) for row in rows], self._braces(part, node))

    def _braces(self, part: Part, node: Node) -> str:
        """A block's entry inside braces: as it is written, where that is a line."""
        start = part.value.start if part.key is None else part.start
        written = self.text[start : part.end]
        is_line = "\n" not in written and (part.value.flow or not part.value.parts)
        plain = not part.value.flow and self.text[part.value.start : part.value.start + 1] not in {"'", '"'}
        if is_line and not (plain and isinstance(node.value, str)):
            return written
        return piece_of(node, part.key, 0).braces

    def rename(self, path: Path, key: str) -> str:
        """Another name for a field."""
        part = self.part(path)
        written = print_braces(Node(value={key: Node(value=0)}))[1:-4]
        return self._spliced(part.key_start, part.key_end, written)

    # Lines

    def _spliced(self, start: int, end: int, written: str) -> str:
        return self.text[:start] + written + self.text[end:]

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _line_end(self, index: int) -> int:
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found

    def _last(self, part: Part) -> int:
        """Where the last line of an entry ends, its comment included."""
        return part.end - 1 if self._ends_line(part.end) else self._line_end(part.end)

    def _ends_line(self, index: int) -> bool:
        """Whether a block text that keeps its last blank lines ends here, at the beginning of a line."""
        return index > 0 and self.text[index - 1] == "\n"

    def _has_own_line(self, part: Part) -> bool:
        return not self.text[self._line_start(part.start) : part.start].strip(" ")

    def _above(self, part: Part) -> int:
        """Where the comment lines right above an entry begin."""
        ends = self._spans.ends
        place = bisect_right(ends, part.start) - 1
        while place >= 0 and ends[place] >= part.start:
            place -= 1
        bound = ends[place] if place >= 0 else 0
        start = self._line_start(part.start)
        while start > 0:
            before = self._line_start(start - 1)
            if before < bound or not self.text[before:start].lstrip(" ").startswith("#"):
                break
            start = before
        return start


def _part(span: Span, name: str | int, path: Path) -> Part:
    if isinstance(name, int):
        if 0 <= name < len(span.parts) and span.parts[name].key is None:
            return span.parts[name]
    else:
        for part in span.parts:
            if part.key == name:
                return part
    raise NoSuchPlace(path)


def _indented(rows: Sequence[str], column: int) -> list[str]:
    return [" " * column + row if row else row for row in rows]


def _dedented(row: str, column: int) -> str:
    lead = len(row) - len(row.lstrip(" "))
    return row[min(lead, column) :]
