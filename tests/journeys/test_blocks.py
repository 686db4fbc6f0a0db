"""A text as blocks: whatever can be read is shown, and each fault stands at the block it is about."""

from pathlib import Path

import pytest

import trenza.demo
from trenza.definitions import Document, Reading, block_of, read_documents
from trenza.definitions.editing import read_value, remove
from trenza.journeys.blocks import blocks
from trenza.journeys.reading import read_journey

REAL = [
    *sorted(Path(trenza.demo.__file__).parent.glob("definitions/*.yaml")),
    *sorted((Path(__file__).parent / "stories").glob("*.yaml")),
]
DOCUMENTS = [
    document
    for path in REAL
    for document in read_documents(path.read_text(encoding="utf-8"), path.name)[0]
    if document.kind in {"Journey", "Segment"}
]
KNOWN: dict[str, set[str]] = {}
for _path in REAL:
    for _each in read_documents(_path.read_text(encoding="utf-8"), _path.name)[0]:
        KNOWN.setdefault(_each.kind, set()).add(_each.key)
TEXT = """\
kind: Journey
key: j
enter:
  event: Cart Updated
  if:
    any:
      - segment: nobody
      - all: [{event: {name: A, withn: 1h}}]
policy: {purpose: marketing}
steps:
  - wait: 1 day
  - branch:
      when:
        - if: {trait: {plan: {is: gold}}}
          then:
            - send: {channel: email}
            - dance: {}
      else: [end]
  - split:
      name: ways
      arms: {a: {weight: 1, then: [{wait: 1h}]}, b: {weight: 1, then: []}}
"""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: f"{each.file}-{each.key}")
def test_every_real_document_is_shown_whole_and_by_the_names_of_its_runs(document: Document) -> None:
    view = blocks(document.written, document.kind, KNOWN)
    assert () == view.faults
    assert all(block.form for block in view.each())
    for block in view.each():
        if block.path:
            remove(document.written, block.path)
    if document.kind == "Journey":
        journey = read_journey(document, Reading(KNOWN))
        assert set(journey.steps) == {block.name for block in view.each() if block.kind == "step"}


def test_faults_stand_at_the_innermost_block() -> None:
    view = blocks(TEXT, "Journey", KNOWN)
    found = {block.path: [fault.why for fault in block.faults] for block in view.each() if block.faults}
    assert found == {
        ("enter", "if", "any", 0): ["there is no Segment with the key `nobody`"],
        ("enter", "if", "any", 1, "all", 0): ["unknown field `withn`"],
        ("steps", 0): ["a duration is wanted here, not a text (`1 day`)"],
        ("steps", 1, "branch", "when", 0, "then", 0): ["`template` is missing"],
        ("steps", 1, "branch", "when", 0, "then", 1): ["this is no step"],
    }
    assert 5 == len(view.faults)
    assert (7, 18) == (view.faults[0].line, view.faults[0].column)


def test_blocks_show_their_fields_and_where_more_may_stand() -> None:
    view = blocks(TEXT, "Journey", KNOWN)
    by_path = {block.path: block for block in view.each()}
    assert {"kind": "Journey", "key": "j"} == {part.key: part.value for part in by_path[()].parts}
    wait = by_path["steps", 0]
    assert ("wait", "wait-1", [("wait", "1 day")]) == (wait.form, wait.name, [(p.key, p.value) for p in wait.parts])
    branch = by_path["steps", 1]
    assert [("when", "arms", True), ("else", "steps", True)] == [
        (slot.key, slot.accepts, slot.is_written) for slot in branch.slots
    ]
    send = by_path["steps", 1, "branch", "when", 0, "then", 0]
    assert ("send", "send-branch-2.then1.1", 16) == (send.form, send.name, send.line)
    assert "" == by_path["steps", 1, "branch", "when", 0, "then", 1].form
    assert ["a", "b"] == [arm.name for arm in by_path["steps", 2].slots[0].blocks]
    assert "wait-ways.a.1" == by_path["steps", 2, "split", "arms", "a", "then", 0].name


def test_what_is_no_yaml_has_faults_and_no_blocks() -> None:
    view = blocks("kind: Segment\nkey: [", "Segment", KNOWN)
    assert view.root is None
    assert [(2, 7)] == [(fault.line, fault.column) for fault in view.faults] or view.faults[0].line >= 2
    assert blocks("", "Segment", KNOWN).root is None


def test_a_document_that_is_not_finished_is_shown_as_far_as_it_goes() -> None:
    for text in (
        "kind: Segment\n",
        "kind: Segment\nkey: a\nwhere: 3\n",
        "where: {all: 3}\n",
        "kind: Journey\nkey: j\n",
    ):
        view = blocks(text, "Segment", KNOWN)
        assert view.root is not None
        assert view.faults
    wrong = blocks("kind: Segment\nkey: a\nwhere: {all: [], any: []}\n", "Segment", KNOWN)
    assert [("", 1)] == [(block.form, len(block.faults)) for block in wrong.each() if block.path]


def test_a_second_document_is_said() -> None:
    text = "kind: Segment\nkey: a\nwhere: {all: []}\n---\nkind: Segment\nkey: b\nwhere: {all: []}\n"
    assert blocks(text, "Segment", KNOWN).faults


def test_a_block_leaves_out_what_is_a_slot() -> None:
    node = read_value("a: 1\nb: 2\n")
    assert ["a", "b"] == [part.key for part in block_of(node, (), "section", "x", node).parts]
