"""Edits keep what they do not touch: the oracle is the same edit on plain lists and dicts, and the lines themselves."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import trenza.demo
from trenza.definitions import Node, read_documents, read_node
from trenza.definitions.editing import (
    KeyTaken,
    NoSuchPlace,
    insert_item,
    insert_key,
    move,
    operations,
    read_value,
    remove,
    rename_key,
    set_value,
)
from trenza.kernel import Faulty, encode_json

REAL = [
    *sorted(Path(trenza.demo.__file__).parent.glob("definitions/*.yaml")),
    *sorted((Path(__file__).parents[1] / "journeys" / "stories").glob("*.yaml")),
]
WRITTEN = [
    document.written
    for path in REAL
    for document in read_documents(path.read_text(encoding="utf-8"), path.name)[0]
    if document.kind in {"Journey", "Segment"}
]

COMMENTS = re.compile(r"# (?:above|about it|one|two|beside|why|end| - no: )")

# Documents of every layout


class Layout:
    """Writes plain values in ways of its own choosing."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw

    def one_of(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def maybe(self, of: int = 2) -> bool:
        return bool(self.draw(st.integers(1, of)) == 1)

    def document(self, value: dict[str, Any]) -> str:
        rows = self.one_of([], ["---"], ["# above", ""]) + self.block(value, 0)
        return "\n".join(rows) + str(self.one_of("\n", "", "\n# end\n"))

    def block(self, value: Any, column: int) -> list[str]:
        rows: list[str] = []
        pad = " " * column
        for key in value if isinstance(value, dict) else range(len(value)):
            rows += self.one_of([], [], [], [""], [pad + "# about it"], ["", pad + "# one", pad + "# two"])
            head = pad + (self.key(str(key)) + ":" if isinstance(value, dict) else "-")
            rows += self.entry(head, value[key], column, isinstance(value, dict))
        return rows

    def key(self, key: str) -> str:
        return str(self.one_of(key, key, f'"{key}"'))

    def entry(self, head: str, value: Any, column: int, in_mapping: bool) -> list[str]:
        beside = self.one_of("", "", "", "  # beside", " # - no: [item")
        if not isinstance(value, dict | list) or not value or self.maybe(3):
            if isinstance(value, str) and value.startswith("two") and self.maybe():
                return [
                    head + self.one_of(" |", " |-", " >", " | # so"),
                    " " * column + "   two",
                    " " * column + "   # lines",
                ]
            if value is None and self.maybe():
                return [head + beside]
            return [head + self.one_of(" ", "  ") + self.flow(value, column) + beside]
        if not in_mapping and self.maybe():
            inner = self.block(value, column + 2)
            assume(inner[0].strip() and not inner[0].strip().startswith("#"))
            return [head + " " + inner[0].lstrip(), *inner[1:]]
        deeper = column + self.one_of(2, 4)
        if in_mapping and isinstance(value, list) and self.maybe():
            deeper = column
        return [head + beside, *self.block(value, deeper)]

    def flow(self, value: Any, column: int) -> str:
        if isinstance(value, dict | list):
            texts = (
                [f"{key}: {self.flow(each, column)}" for key, each in value.items()]
                if isinstance(value, dict)
                else [self.flow(each, column) for each in value]
            )
            brackets = "{}" if isinstance(value, dict) else "[]"
            if texts and self.maybe(3):
                pad = "\n" + " " * (column + 3)
                inner = f",{self.one_of('', ' # why')}{pad}".join(texts)
                return f"{brackets[0]}{pad}{inner}{self.one_of('', ',')}{pad}{brackets[1]}"
            return brackets[0] + str(self.one_of("", " ")) + ", ".join(texts) + brackets[1]
        if isinstance(value, str):
            return str(self.one_of(f'"{value}"', value)) if value.replace(" ", "").isalnum() else f'"{value}"'
        return encode_json(value).decode()


SCALARS = st.sampled_from(["a", "b c", "x: y", "# no", "- z", "", "two", 1, 2.5, True, False, None, "ñ"])
KEYS = st.sampled_from(["a", "bc", "d_e", "f"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


@st.composite
def documents(draw: Any) -> str:
    value = draw(st.dictionaries(KEYS, VALUES, min_size=1, max_size=3))
    text = Layout(draw).document(value)
    node, faults = read_node(text)
    assume(node is not None and not faults)
    return str(draw(st.sampled_from([text, text, text.replace("\n", "\r\n")])))


def plain(text: str) -> Any:
    node, faults = read_node(text)
    assert [] == faults
    assert node is not None
    return node.plain()


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = []
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        found += [(*here, key), *paths(value[key], (*here, key))]
    return found


def at(value: Any, path: Any) -> Any:
    for name in path:
        value = value[name]
    return value


def keeps(before: str, after: str, path: tuple[Any, ...], *, whole: bool = False) -> None:
    """Lines above the entry (its comments aside) and below it are the same; `whole`: its siblings may change."""
    node = read_value(before)
    first, last = _lines(node, path[:-1] if whole else path)
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    while first > 0 and (old[first - 1].lstrip().startswith("#") or _is_its_dash(old[first - 1], path)):
        first -= 1
    above, below = old[:first], old[last:]
    if below and path and below[0].lstrip().startswith(_closing(node, path)):
        del below[0]  # what was removed ended on this line, beside what comes behind it
    assert above == new[: len(above)]
    if below and not below[-1].endswith("\n"):
        new[-1:] = [new[-1].rstrip("\r\n")]
    assert not below or below == new[-len(below) :]


def _lines(root: Node, path: tuple[Any, ...]) -> tuple[int, int]:
    """First line of an entry from 0, and the first line that belongs to something behind it."""
    if not path:
        return 0, 1 << 30
    parent = root
    for name in path[:-1]:
        parent = parent.value[name]
    node = parent.value[path[-1]]
    first = parent.keys[path[-1]][0] if isinstance(parent.value, dict) else node.line
    end = _last_line(node)
    behind = [line for line in _all_lines(root) if line > end]
    return first - 1, (min(behind) - 1 if behind else 1 << 30)


def _is_its_dash(line: str, path: tuple[Any, ...]) -> bool:
    """Whether a line holds nothing but the dash of an item whose value stands below it."""
    return bool(path) and isinstance(path[-1], int) and re.fullmatch(r"-(\s+#.*)?", line.strip()) is not None


def _closing(root: Node, path: tuple[Any, ...]) -> tuple[str, ...]:
    """With what an entry may end that is written in brackets."""
    value: Any = root
    for name in path:
        value = value.value[name]
    return ("]",) if isinstance(value.value, list) else ("}",) if isinstance(value.value, dict) else ()


def _last_line(node: Node) -> int:
    return max([node.line, *(_last_line(each) for each in node.children()), *(line for line, _ in node.keys.values())])


def _all_lines(node: Node) -> list[int]:
    return [
        node.line,
        *(line for line, _ in node.keys.values()),
        *(x for each in node.children() for x in _all_lines(each)),
    ]


TEXTS = st.one_of(documents(), st.sampled_from(WRITTEN))


@given(TEXTS, st.data())
@settings(max_examples=40, deadline=None)
def test_a_value_that_is_set_is_read_again_and_set_back_is_an_equal_document(text: str, data: Any) -> None:
    before = plain(text)
    path = data.draw(st.sampled_from(paths(before)))
    value = data.draw(VALUES)
    wanted = copy.deepcopy(before)
    at(wanted, path[:-1])[path[-1]] = value
    after = set_value(text, path, value)
    assert encode_json(wanted) == encode_json(plain(after))
    keeps(text, after, path)
    assert encode_json(before) == encode_json(plain(set_value(after, path, at(before, path))))
    assert text == set_value(text, path, at(before, path))


@given(TEXTS, st.data())
@settings(max_examples=40, deadline=None)
def test_an_entry_that_is_inserted_and_removed_leaves_an_equal_document(text: str, data: Any) -> None:
    before = plain(text)
    places = [path for path in [(), *paths(before)] if isinstance(at(before, path), list | dict)]
    path = data.draw(st.sampled_from(places))
    there = at(before, path)
    index = data.draw(st.integers(0, len(there)))
    value = data.draw(VALUES)
    wanted = copy.deepcopy(before)
    if isinstance(there, list):
        at(wanted, path).insert(index, value)
        after, entry = insert_item(text, path, index, value), (*path, index)
    else:
        fields = list(there.items())
        fields.insert(index, ("new", value))
        inner = at(wanted, path)
        inner.clear()
        inner.update(fields)
        after, entry = insert_key(text, path, "new", value, index), (*path, "new")
    assert encode_json(wanted) == encode_json(plain(after))
    back = remove(after, entry)
    assert encode_json(before) == encode_json(plain(back))
    if there and "\n" not in text.strip("\n"):
        assert text.strip() == back.strip()


def test_what_is_removed_may_end_on_the_line_of_what_comes_behind_it() -> None:
    text = 'a: {a: "a", bc: [\n   ], d_e: "a"}\nbc: "a"\n'
    after = remove(text, ("a", "bc"))

    assert 'a: {a: "a", d_e: "a"}\nbc: "a"\n' == after
    keeps(text, after, ("a", "bc"))


@given(TEXTS, st.data())
@settings(max_examples=40, deadline=None)
def test_an_entry_that_is_removed_takes_only_its_own_lines(text: str, data: Any) -> None:
    before = plain(text)
    path = data.draw(st.sampled_from(paths(before)))
    wanted = copy.deepcopy(before)
    del at(wanted, path[:-1])[path[-1]]
    after = remove(text, path)
    assert encode_json(wanted) == encode_json(plain(after))
    emptied = not at(wanted, path[:-1])
    keeps(text, after, path[:-1] if emptied else path, whole=emptied and len(path) == 1)


@given(TEXTS, st.data())
@settings(max_examples=40, deadline=None)
def test_an_entry_that_is_moved_keeps_its_comments_and_moved_back_is_an_equal_document(text: str, data: Any) -> None:
    before = plain(text)
    path = data.draw(st.sampled_from(paths(before)))
    lists = [each for each in [(), *paths(before)] if each[: len(path)] != path]
    key = path[-1] if isinstance(path[-1], str) else None
    kind = list if key is None else dict
    targets = [
        each
        for each in lists
        if isinstance(at(before, each), kind) and (each == path[:-1] or key is None or key not in at(before, each))
    ]
    to = data.draw(st.sampled_from(targets))
    index = data.draw(st.integers(0, len(at(before, to)) - (to == path[:-1])))
    after = move(text, path, to, index)
    wanted, inner = copy.deepcopy(before), None
    target, source = at(wanted, to), at(wanted, path[:-1])
    inner = source.pop(path[-1])
    if isinstance(target, list):
        target.insert(index, inner)
    else:
        fields = list(target.items())
        fields.insert(index, (key, inner))
        target.clear()
        target.update(fields)
    assert encode_json(wanted) == encode_json(plain(after))
    assert sorted(COMMENTS.findall(text)) == sorted(COMMENTS.findall(after))


@given(TEXTS, st.data())
@settings(max_examples=40, deadline=None)
def test_a_field_that_is_renamed_keeps_its_value_and_its_place(text: str, data: Any) -> None:
    before = plain(text)
    fields = [path for path in paths(before) if isinstance(path[-1], str)]
    path = data.draw(st.sampled_from(fields))
    after = rename_key(text, path, "other name")
    assert list(at(plain(after), path[:-1])) == [
        "other name" if each == path[-1] else each for each in at(before, path[:-1])
    ]
    assert text.replace('"', "") == rename_key(after, (*path[:-1], "other name"), path[-1]).replace('"', "")


STEPS = """\
# the whole
kind: Journey   # not Segment
steps:

  # first of all
  - wait: 20h   # long

  # then
  - branch:
      when:
      - {if: {all: []}, then: [{wait: 1h}]}  # an arm
      else: []
  - 'send' # at last
"""


def test_edits_of_a_journey_read_as_a_person_would_write_them() -> None:
    more = insert_item(STEPS, ["steps"], 1, read_value("send: {channel: email, template: hello}"))
    assert STEPS.replace("# long\n", "# long\n  - send: {channel: email, template: hello}\n") == more
    assert STEPS == remove(more, ["steps", 1])
    inner: list[str | int] = ["steps", 1, "branch", "when", 0, "then"]
    assert STEPS.replace("[{wait: 1h}]", "[{wait: 1h}, end]") == insert_item(STEPS, inner, 1, "end")
    assert STEPS.replace("20h ", "3d ") == set_value(STEPS, ["steps", 0, "wait"], "3d")
    assert STEPS.replace("else: []", "else: ['send']").replace("  - 'send' # at last\n", "") == move(
        STEPS.replace(" # at last", ""), ["steps", 2], ["steps", 1, "branch", "else"], 0
    )
    first = "\n  # first of all\n  - wait: 20h   # long\n"
    assert STEPS.replace(first[1:], "") + first[1:] == move(STEPS, ["steps", 0], ["steps"], 2)


def test_what_moves_into_braces_with_a_comment_opens_them() -> None:
    moved = move(STEPS, ["steps", 0], ["steps", 1, "branch", "when", 0, "then"], 1)
    assert "# first of all" in moved
    assert "# long" in moved
    assert plain(moved)["steps"][0]["branch"]["when"][0]["then"] == [{"wait": "1h"}, {"wait": "20h"}]
    assert moved.startswith("# the whole\nkind: Journey   # not Segment\nsteps:\n")


def test_a_place_that_is_not_there_is_said() -> None:
    nowhere: list[list[str | int]] = [[], ["a"], ["steps", 9], ["steps", "x"], ["kind", "x"], ["steps", -1]]
    for path in nowhere:
        with pytest.raises(NoSuchPlace):
            set_value(STEPS, path, 1)
        with pytest.raises(NoSuchPlace):
            remove(STEPS, path)
    with pytest.raises(NoSuchPlace):
        insert_item(STEPS, ["steps"], 4, 1)
    with pytest.raises(NoSuchPlace):
        insert_item(STEPS, [], 0, 1)
    with pytest.raises(NoSuchPlace):
        move(STEPS, ["steps", 1], ["steps", 1, "branch", "else"], 0)
    with pytest.raises(KeyTaken):
        insert_key(STEPS, [], "kind", 1)
    with pytest.raises(KeyTaken):
        rename_key(STEPS, ["kind"], "steps")
    with pytest.raises(Faulty):
        remove("a: [", ["a"])
    with pytest.raises(Faulty):
        set_value("a: 1\n---\nb: 2\n", ["a"], 3)


def test_pairs_without_braces_are_printed_anew() -> None:
    assert {"a": [{"b": 1, "c": 2}, 3]} == plain(insert_key("a: [b: 1, 3]\n", ["a", 0], "c", 2))


def test_line_breaks_of_two_kinds_stay_where_they_are() -> None:
    assert "a: 1\r\nb: 9\rc: 3\n" == set_value("a: 1\r\nb: 2\rc: 3\n", ["b"], 9)


@pytest.mark.parametrize("text", WRITTEN)
def test_nothing_of_the_real_documents_needs_to_be_printed_anew(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_reprinted", None)
    monkeypatch.setattr(operations, "print_node", None)
    before = plain(text)
    for path in [each for each in paths(before) if len(each) < 4][::2]:
        remove(text, path)
        if isinstance(path[-1], int):
            insert_item(text, path[:-1], path[-1], {"wait": "1h"})
            move(text, path, path[:-1], 0)
