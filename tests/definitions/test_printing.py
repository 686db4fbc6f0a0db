from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trenza.definitions import content_version, make_node, print_node, read_documents, read_node
from trenza.definitions.node import Node

AWKWARD = ["NO", "12:30", "1e3", "- a", "a: b", "a #b", " a", "a ", "null", "~", "|", "a\nb", "a\nb\n", "\n", "a\n\n"]
NAMES = ["a", "key", "NO", "1", "a.b", ""]
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    | st.sampled_from(
        [
            "NO",
            "12:30",
            "1e3",
            "- a",
            "a: b",
            "a #b",
            " a",
            "a ",
            "null",
            "~",
            "2026-03-02",
            "|",
            "a\nb",
            "a\nb\n",
            "\n",
            "a\n\n",
        ]
    )
    | st.text("ab \n#:-\t\"'", max_size=12)
)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(NAMES)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=25
)
documents = st.dictionaries(names, values, max_size=5)
comments = st.text(st.characters(categories=["L", "N", "P", "Zs"], include_characters="# "), max_size=20)


def load(text: str) -> Node:
    node, faults = read_node(text)
    assert [] == faults, text
    assert node is not None
    return node


def decorate(node: Node, draw: Any, depth: int = 0) -> None:
    """Comments and layouts of every kind, everywhere they may stand."""
    for child in node.children():
        child.above = [f"# {draw(comments)}".rstrip() for _ in range(draw(st.integers(0, 2)))]
        child.beside = f"# {draw(comments)}".rstrip() if draw(st.booleans()) else ""
        if isinstance(child.value, dict | list):
            child.flow = draw(st.sampled_from([None, True, False]))
            decorate(child, draw, depth + 1)


@given(documents)
@settings(max_examples=120, deadline=None)
def test_what_is_printed_is_read_again_as_what_it_was(value: dict[str, Any]) -> None:
    printed = print_node(make_node(value))

    assert repr(value) == repr(load(printed).plain())
    assert printed == print_node(load(printed))


@given(documents, st.data())
@settings(max_examples=120, deadline=None)
def test_a_printed_file_with_comments_is_printed_again_byte_for_byte(
    value: dict[str, Any], data: st.DataObject
) -> None:
    node = make_node(value)
    decorate(node, data.draw)
    printed = print_node(node)

    again = load(printed)
    assert repr(value) == repr(again.plain())
    assert printed == print_node(again)
    assert content_version(node) == content_version(again)


def test_comments_live_and_move_with_their_entries() -> None:
    text = """\
# head
kind: Segment
key: warm_cart # the key


# about where
where:
    all:
    - event: {name: Cart Updated}   # did
    # not bought
    - none:
      - event: {name: Order Completed}
    - any: [{segment: vip}, # one
            {segment: new}]
text: |  # a block
    hi # no comment

    you
# foot
"""

    assert (
        print_node(load(text))
        == """\
# head
kind: Segment
key: warm_cart  # the key

# about where
where:
  all:
    - event: {name: Cart Updated}  # did
    # not bought
    - none:
        - event: {name: Order Completed}
    - any:
        - {segment: vip}  # one
        - {segment: new}
text: |  # a block
  hi # no comment

  you
# foot
"""
    )


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a: NO", 'a: "NO"\n'),
        ("a: 12:30", 'a: "12:30"\n'),
        ("a: 'x'", "a: x\n"),
        ("a: 2.40", "a: 2.40\n"),
        ("a: 2026-03-02T10:00:00+01:00", "a: 2026-03-02T10:00:00+01:00\n"),
        ("a: ~", "a: null\n"),
        ("a: {}", "a: {}\n"),
        ("a: []", "a: []\n"),
        ('a: "1"', 'a: "1"\n'),
        ('a: "x\\ny"', "a: |-\n  x\n  y\n"),
        ("a: {b: [1, {c: d}]}", "a: {b: [1, {c: d}]}\n"),
        ("- a\n- - b\n  - c\n", "- a\n- - b\n  - c\n"),
        ("a:\n- b: 1\n  c: 2\n", "a:\n  - b: 1\n    c: 2\n"),
        ("a: Carrito caliente", "a: Carrito caliente\n"),
        ("a: ñandú", "a: ñandú\n"),
        ("a: https://x.example/?q=1", "a: https://x.example/?q=1\n"),
        ("a: 50%", "a: 50%\n"),
        ("a: 'x: y'", 'a: "x: y"\n'),
    ],
)
def test_there_is_one_way_to_write_it(text: str, printed: str) -> None:
    assert printed == print_node(load(text))


def test_braces_that_do_not_fit_are_opened() -> None:
    wide = "a: {" + ", ".join(f"name_{n}: some value" for n in range(8)) + "}\n"

    assert "a:\n  name_0: some value\n" == print_node(load(wide))[:24]


def test_a_version_is_the_hash_of_the_content_alone() -> None:
    (one, same, other, turned), _ = read_documents(
        "kind: A\nkey: a\nx: 2.40\ny: [b]\n---\nkind: A # c\nkey: 'a'\n\nx: 2.4\ny:\n- b\n"
        "---\nkind: A\nkey: a\nx: 2.5\ny: [b]\n---\nkind: A\nkey: a\ny: [b]\nx: 2.40\n",
        "a.yaml",
    )

    assert 12 == len(one.version)
    assert one.version == same.version
    assert one.version != other.version
    assert one.version != turned.version  # arms of a split are drawn in written order
