"""The block editor: the text is the one truth, and what is not touched keeps every character."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from tests.web.conftest import NOW, Browser

from trenza.app import Instance
from trenza.definitions import apply_documents, find_live, read_documents
from trenza.equipment import KINDS
from trenza.segments import describe_predicates
from trenza.web.editor import key_from, text_of
from trenza.web.editor.drafts import typed_over
from trenza.web.editor.operations import GROUPS
from trenza.web.forms import Form

TEXT = """\
# who left something behind
kind: Segment
key: warm_cart
title: {es: Carrito caliente,   en: Warm cart}   # both
where:
  all:
    - event: {name: Cart Updated, within: 24h, where: {properties.total: {gte: 50}}}   # fifty
    # not bought
    - none:
        - event: {name: Order Completed, within: 24h, same: properties.cart_id}
    - any: [{trait: {address.country: {in: [ES, PT]}}}, {reachable: email}]
"""
EMPTY = "kind: Segment\nkey: s\nwhere:\n  all: []\n"
Apply = Callable[..., str]


def state_of(page: str) -> str:
    """The text that a page bears."""
    found = re.search('name="state" value="([^"]*)"', page)
    assert found is not None
    text: str = json.loads(html.unescape(found[1]))
    return text


def csrf_of(page: str) -> str:
    found = re.search('name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def save_text(instance: Instance, text: str) -> None:
    documents, faults = read_documents(text, "")
    assert [] == faults
    apply_documents(instance.database, documents, KINDS, NOW, as_written=True)


@pytest.fixture
def token(signed_in: Browser) -> str:
    return csrf_of(signed_in.get("/segments/new").text)


@pytest.fixture
def page_of(signed_in: Browser, token: str) -> Apply:
    """The bench as it is drawn after an operation."""

    def apply(text: str, **operation: Any) -> str:
        sent = {"kind": "Segment", "state": json.dumps(text), "op": json.dumps(operation) if operation else ""}
        answer = signed_in.post("/editor/apply", data=sent, headers={"x-csrf-token": token})
        assert 200 == answer.status_code, answer.text
        return answer.text

    return apply


@pytest.fixture
def after(page_of: Apply) -> Apply:
    """The text after an operation."""
    return lambda text, **operation: state_of(page_of(text, **operation))


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r"])
def test_switching_to_yaml_and_back_changes_not_one_byte(signed_in: Browser, token: str, breaks: str) -> None:
    text = "\ufeff" + TEXT.replace("\n", breaks) + breaks + "# the end, without a line break"
    shown = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    sent = {"kind": "Segment", "state": json.dumps(text), "yaml": shown}

    first = state_of(signed_in.post("/editor/apply", data=sent, headers={"x-csrf-token": token}).text)

    assert text.encode() == first.encode()
    assert text == text_of(Form({"state": [json.dumps(first)], "yaml": [shown]}))


def test_what_is_typed_as_yaml_keeps_the_line_breaks_of_the_text() -> None:
    assert "a: 1\r\nb: 2\r\n" == typed_over("a: 1\r\n", "a: 1\r\nb: 2\r\n")
    assert "a: 1\nb: 2\n" == typed_over("a: 1\n", "a: 1\r\nb: 2\r\n")


def test_an_edit_touches_its_place_and_nothing_else(after: Apply) -> None:
    path = ["where", "all", 0, "event", "within"]

    edited = after(TEXT, op="set", path=path, type="duration", raw={"amount": "3", "unit": "d"})

    assert TEXT.replace("within: 24h, where", "within: 3d, where") == edited


@pytest.mark.parametrize("form", [form.key for form in describe_predicates()])
def test_every_predicate_can_be_added_and_is_drawn_with_its_controls(after: Apply, page_of: Apply, form: str) -> None:
    text = after(EMPTY, op="insert", path=["where", "all"], index=0, form=form)

    page = page_of(text)

    assert f'data-form="{form}"' in page
    assert form in GROUPS or 'data-part="value"' in page
    assert "data-kind" in page
    assert "kind: Segment\nkey: s\n" == text[: text.index("where")]


@pytest.mark.parametrize("form", [form.key for form in describe_predicates()])
def test_every_operation_that_a_predicate_offers_can_be_done(after: Apply, page_of: Apply, form: str) -> None:
    text = after(EMPTY, op="insert", path=["where", "all"], index=0, form=form)
    offered = [json.loads(html.unescape(each)) for each in re.findall('data-op="([^"]+)"', page_of(text))]
    pressed = [each for each in offered if each["op"] not in {"set", "title", "insert"}]
    assert pressed

    for operation in pressed:
        changed = after(text, **operation)
        assert 'id="editor-bench"' in page_of(changed)
        if operation["op"] in {"add", "remove", "negate"}:
            assert text != changed, operation


@pytest.mark.parametrize(
    ("path", "type_", "raw", "written"),
    [
        (["event", "name"], "text", "Seen", "name: Seen"),
        (["event", "within"], "duration", {"amount": "2", "unit": "calendar_day"}, "within: 2 calendar_day"),
        (["event", "since"], "instant", "2026-03-02T10:00", "since: 2026-03-02T10:00:00+00:00"),
        (["event", "count"], "number", "many", "count: many"),
    ],
)
def test_what_is_typed_becomes_a_value_of_its_field(
    after: Apply, path: list[str], type_: str, raw: Any, written: str
) -> None:
    text = "kind: Segment\nkey: s\nwhere:\n  event: {name: X}\n"

    assert written in after(text, op="set", path=["where", *path], type=type_, raw=raw)


def test_conditions_are_wrapped_negated_moved_and_unwrapped(after: Apply) -> None:
    text = "kind: Segment\nkey: s\nwhere:\n  all:\n    - reachable: email\n    - reachable: sms # second\n"

    wrapped = after(text, op="wrap", path=["where", "all", 1], form="any")
    negated = after(text, op="negate", path=["where", "all", 0])

    assert (1, 1) == (wrapped.count("any:"), wrapped.count("# second"))
    assert text == after(negated, op="negate", path=["where", "all", 0])
    assert "sms # second\n    - reachable: email\n" in after(text, op="move", path=["where", "all", 0], index=1)
    assert "reachable: sms" in after(wrapped, op="unwrap", path=["where", "all", 1])
    assert 3 == after(text, op="duplicate", path=["where", "all", 0]).count("reachable")


def test_a_second_condition_beside_a_single_one_makes_a_group(after: Apply) -> None:
    text = "kind: Segment\nkey: s\nwhere:\n  reachable: email\n"

    changed = after(text, op="insert", path=["where"], form="bucket")

    assert ["reachable", "bucket"] == re.findall("reachable|bucket", changed)
    assert "all:" in changed


def test_faults_stand_at_their_block_and_in_the_list_in_the_readers_language(page_of: Apply) -> None:
    page = page_of("kind: Segment\nkey: s\nwhere:\n  all:\n    - event: {name: X, within: soon}\n")

    assert "1 cosa por corregir" in page
    assert "Línea 5:32" in page
    assert 2 == page.count("aquí se espera una duración")
    assert 'value="soon"' in page


def test_a_text_that_is_no_yaml_has_no_blocks_and_loses_nothing(page_of: Apply) -> None:
    text = "kind: Segment\nwhere: {all: [\n"

    page = page_of(text)

    assert text == state_of(page)
    assert "Corrígelo en la pestaña YAML" in page


def test_hostile_values_are_shown_as_text(page_of: Apply) -> None:
    page = page_of('kind: Segment\nkey: s\nwhere:\n  event: {name: "<script>alert(1)</script>", "<b>": 1}\n')

    assert "<script>alert" not in page
    assert "<b>" not in page


def test_no_operation_can_be_made_up(signed_in: Browser, token: str) -> None:
    for op in (
        "{",
        '{"op":"eval"}',
        '{"op":"insert","path":["where"],"form":"nope"}',
        '{"op":"remove","path":[7,"x"]}',
    ):
        sent = {"kind": "Segment", "state": json.dumps(EMPTY), "op": op}
        answer = signed_in.post("/editor/apply", data=sent, headers={"x-csrf-token": token})
        assert answer.status_code in {400, 404}, op


def test_the_key_of_a_new_document_follows_its_title_until_somebody_writes_another(
    signed_in: Browser, token: str
) -> None:
    def titled(text: str, title: str) -> str:
        op = json.dumps({"op": "title", "path": ["title"], "key": "es", "raw": title})
        sent = {"kind": "Segment", "new": "yes", "state": json.dumps(text), "op": op}
        return state_of(signed_in.post("/editor/apply", data=sent, headers={"x-csrf-token": token}).text)

    first = titled(state_of(signed_in.get("/segments/new").text), "Niños y Niñas")
    second = titled(first, "Familias")
    third = titled(second.replace("key: familias", "key: mine"), "Otra")

    assert ["key: ninos_y_ninas", "key: familias", "key: mine"] == [
        re.findall("key: .*", each)[0] for each in (first, second, third)
    ]
    assert "cafe_24_7" == key_from("Café 24/7")


def test_the_second_to_save_is_told_and_shown_the_difference_and_nothing_is_overwritten(
    signed_in: Browser, instance: Instance, token: str
) -> None:
    save_text(instance, TEXT)
    page = signed_in.get("/segments/warm_cart/edit").text
    base = re.findall('name="base" value="([^"]*)"', page)[0]
    theirs, mine = TEXT.replace("gte: 50", "gte: 80"), TEXT.replace("24h", "48h")
    form = {"csrf": token, "kind": "Segment", "base": base}

    first = signed_in.post("/segments/warm_cart/edit", data={**form, "state": json.dumps(theirs)})
    second = signed_in.post("/segments/warm_cart/edit", data={**form, "state": json.dumps(mine)})

    assert (303, 409) == (first.status_code, second.status_code)
    assert theirs == written(instance)
    assert "Otra persona lo ha guardado" in second.text
    assert "ana@example.com" in second.text
    assert "gte: 80" in second.text
    assert mine == state_of(second.text)
    on_top = re.findall('name="base" value="([^"]*)"', second.text)[0]
    again = signed_in.post("/segments/warm_cart/edit", data={**form, "base": on_top, "state": json.dumps(mine)})
    assert (303, mine) == (again.status_code, written(instance))


def test_a_save_that_changes_nothing_changes_nothing(signed_in: Browser, instance: Instance, token: str) -> None:
    save_text(instance, TEXT)
    page = signed_in.get("/segments/warm_cart/edit").text
    base = re.findall('name="base" value="([^"]*)"', page)[0]
    shown = TEXT.replace("\n", "\r\n")
    form = {"csrf": token, "base": base, "state": json.dumps(state_of(page)), "yaml": shown}

    assert 303 == signed_in.post("/segments/warm_cart/edit", data=form).status_code
    assert TEXT == written(instance)


def test_faults_keep_what_was_typed(signed_in: Browser, instance: Instance, token: str) -> None:
    text = EMPTY.replace("all: []", "event: {name: '', within: soon}")

    answer = signed_in.post("/segments/new", data={"csrf": token, "base": "", "state": json.dumps(text)})

    assert 422 == answer.status_code
    assert text == state_of(answer.text)
    with instance.database.read() as tx:
        assert find_live(tx, "Segment", "s") is None


def written(instance: Instance) -> str:
    with instance.database.read() as tx:
        live = find_live(tx, "Segment", "warm_cart")
    assert live is not None
    return live.written
