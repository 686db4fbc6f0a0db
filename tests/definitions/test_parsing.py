import pytest

from trenza.definitions import read_documents, read_node
from trenza.definitions.parsing import DEEPEST, MOST_CHARACTERS
from trenza.kernel import JsonValue

TAB = "while scanning for the next token found character '\\t' that cannot start any token"
ODD = [
    "\x85",
    "\u2028kind: A",
    "%",
    "%%\n---",
    "&",
    "*",
    "!",
    "|",
    ">",
    "@",
    "`",
    "'",
    '"',
    "?",
    "? ? ?",
    ":",
    "{",
    "]",
]


def faults_of(text: str) -> list[tuple[int, int, str]]:
    _, faults = read_documents(text, "a.yaml")
    return [(fault.line, fault.column, fault.why) for fault in faults]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02T10:00:00+01:00", "2026-03-02T10:00:00+01:00"),
        ("null", None),
        ("~", None),
        ("", None),
        ("10", 10),
        ("-3", -3),
        ("+3", 3),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("2.40", 2.4),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.", 1.0),
        ("24h", "24h"),
        ("7 calendar_day", "7 calendar_day"),
        ("'true'", "true"),
        ('"10"', "10"),
        ("ES", "ES"),
        ("Cart Updated", "Cart Updated"),
        ("a:b", "a:b"),
        ("a#b", "a#b"),
    ],
)
def test_a_plain_scalar_means_what_yaml_1_2_says(written: str, value: JsonValue) -> None:
    node, faults = read_node(f"a: {written}")

    assert [] == faults
    assert node is not None
    assert value == node.plain()["a"]
    assert type(value) is type(node.plain()["a"])


def test_many_documents_stand_in_one_file_and_each_keeps_its_own_text() -> None:
    text = "# licence\n---\nkind: A\nkey: a\n---\nkind: B\nkey: b\n...\n---\n# nothing\n"

    documents, faults = read_documents(text, "a.yaml")

    assert [] == faults
    assert [("A", "a", 0), ("B", "b", 1)] == [(each.kind, each.key, each.position) for each in documents]
    assert text == "".join(each.written for each in documents)
    assert (6, 1) == (documents[1].node.line, documents[1].node.column)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "---\n---\n"])
def test_a_file_without_documents_is_no_fault(text: str) -> None:
    assert ([], []) == read_documents(text, "a.yaml")


def test_byte_order_mark_and_windows_line_ends_are_taken() -> None:
    text = "\ufeffkind: A\r\nkey: a\r\ntext: |\r\n  one\r\n  two\r\n"

    (document,), faults = read_documents(text, "a.yaml")

    assert [] == faults
    assert text == document.written
    assert "one\ntwo\n" == document.node.plain()["text"]


def test_all_faults_of_all_documents_are_said_at_once() -> None:
    text = "kind: A\nkey: a\nkey: b\n---\nkind: [B\n---\nkey: c\n---\nkind: D\nkey: d\nx: &y 1\nz: *y\n"

    assert [
        (3, 1, "the key `key` stands twice in one mapping"),
        (6, 1, "while parsing a flow sequence expected ',' or ']', but got '<stream end>'"),
        (7, 1, "`kind` is missing"),
        (11, 4, "there are no anchors in this language"),
        (12, 4, "there are no aliases in this language"),
    ] == [(line, column, why) for line, column, why in faults_of(text)]


@pytest.mark.parametrize(
    ("text", "line", "column", "why"),
    [
        ("- a\n- b\n", 1, 1, "a document is a mapping"),
        ("kind: A\n", 1, 1, "`key` is missing"),
        ("kind: 3\nkey: a\n", 1, 7, "a text is wanted here, not a number (`3`)"),
        ("kind: A\nkey: ''\n", 2, 6, "the key is empty"),
        ("kind: A\nkey: a/b\n", 2, 6, "a key begins with a letter or digit"),
        ("kind: A\nkey: -a\n", 2, 6, "a key begins with a letter or digit"),
        ("kind: A\nkey: true\n", 2, 6, "a text is wanted here, not a boolean (`true`)"),
        ("kind: A\nkey: a\nx: .inf\n", 3, 4, "this is no number that can be reckoned with"),
        ("kind: A\nkey: a\nx: .nan\n", 3, 4, "this is no number that can be reckoned with"),
        ("kind: A\nkey: a\nx: 1e999\n", 3, 4, "this is no number that can be reckoned with"),
        ("kind: A\nkey: a\nx: " + "9" * 5000 + "\n", 3, 4, "this is no number that can be reckoned with"),
        ("kind: A\nkey: a\n? [x]\n: 1\n", 3, 3, "a key is a text"),
        ("kind: A\nkey: a\nx: !!python/object:os.system {}\n", 3, 4, "there are no tags in this language"),
        ("kind: A\nkey: a\nx: !secret b\n", 3, 4, "there are no tags in this language"),
        ('kind: A\nkey: a\nx: "\\ud800"\n', 3, 4, "half a character"),
        ("%YAML 1.1\n---\nkind: A\nkey: a\n", 2, 1, "only YAML 1.2 without tags is read"),
        ("%TAG ! tag:x,2026:\n---\nkind: A\nkey: a\n", 2, 1, "only YAML 1.2 without tags is read"),
        ("kind: A\nkey: a\n...\nkind: B\nkey: b\n", 4, 1, "a new document begins here"),
        ("kind: A\nkey: a\nx: {b: 1, b: 2}\n", 3, 11, "the key `b` stands twice in one mapping"),
        (
            "kind: A\n\tkey: a\n",
            2,
            1,
            "while scanning for the next token found character '\\t' that cannot start any token",
        ),
        ("kind: A\nkey: a\nx: b: c\n", 3, 5, "mapping values are not allowed here"),
        ("kind: A\nkey: \x00\n", 2, 6, "a character that YAML does not allow"),
        ("kind: A\nkey: a\x07\n", 2, 7, "a character that YAML does not allow"),
    ],
)
def test_a_fault_names_its_place(text: str, line: int, column: int, why: str) -> None:
    assert (line, column, why) == faults_of(text)[0]


def test_a_second_key_does_not_replace_the_first() -> None:
    node, _ = read_node("a: 1\na: 2\n")

    assert node is not None
    assert {"a": 1} == node.plain()


def test_an_alias_bomb_is_refused_at_once() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 30))

    documents, faults = read_documents("kind: A\nkey: a\nl0: &l0 [lol]\n" + levels, "a.yaml")

    assert all("alias" in fault.why or "anchors" in fault.why for fault in faults)
    assert 1 == len(documents)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_what_is_nested_too_deep_is_refused_at_once(opening: str) -> None:
    assert f"nested deeper than {DEEPEST} levels" in faults_of(opening * 20_000)[0][2]


def test_what_is_nested_as_deep_as_allowed_is_read() -> None:
    node, faults = read_node("[" * DEEPEST + "]" * DEEPEST)

    assert [] == faults
    assert node is not None


def test_a_file_that_is_too_large_is_refused_whole() -> None:
    assert [(1, 1, "the file is too large")] == faults_of("a" * (MOST_CHARACTERS + 1))


@pytest.mark.parametrize("text", ODD)
def test_no_text_brings_the_reader_down(text: str) -> None:
    read_documents(text, "a.yaml")


def test_a_document_with_a_key_that_cannot_be_is_read_all_the_same() -> None:
    documents, faults = read_documents("kind: A\nkey: a b\nmore: 1\n", "a.yaml")

    assert [("a b", {"kind", "key", "more"})] == [(each.key, set(each.node.value)) for each in documents]
    assert ["a key begins with a letter or digit"] == [fault.why for fault in faults]
