"""The block editor on journeys: every step can be added between any two, and everything it offers can be done."""

import html
import json
import re

import pytest
from tests.web.conftest import Browser
from tests.web.test_editor import csrf_of, state_of
from tests.web.test_journeys import JOURNEY, TEMPLATE, save

from trenza.app import Instance
from trenza.journeys import describe_sections, describe_steps

LEAST = (
    "kind: Journey\nkey: j\nenter: {event: Begun}\npolicy: {purpose: marketing}\nsteps:\n  - wait: 1h\n  - wait: 2h\n"
)


def bench(browser: Browser, token: str, text: str, operation: object = None) -> str:
    sent = {"kind": "Journey", "state": json.dumps(text), "op": json.dumps(operation) if operation else ""}
    answer = browser.post("/editor/apply", data=sent, headers={"x-csrf-token": token})
    assert 200 == answer.status_code, (operation, answer.text)
    return answer.text


@pytest.fixture
def token(signed_in: Browser, instance: Instance) -> str:
    save(instance, TEMPLATE)
    return csrf_of(signed_in.get("/journeys/new").text)


@pytest.mark.parametrize("form", [each.key for each in describe_steps()])
def test_every_step_goes_between_two_others_and_all_it_offers_can_be_done(
    signed_in: Browser, token: str, form: str
) -> None:
    page = bench(signed_in, token, LEAST)
    offered = [json.loads(html.unescape(each)) for each in re.findall('data-op="([^"]+)"', page)]
    between = next(each for each in offered if each.get("form") == form and each.get("index") == 1)

    text = state_of(bench(signed_in, token, LEAST, between))

    assert re.search(rf"wait: 1h\n  - {form}\b.*\n(.*\n)*  - wait: 2h", text)
    drawn = bench(signed_in, token, text)
    assert f'data-kind="step" data-form="{form}"' in drawn
    pressed = [json.loads(html.unescape(each)) for each in re.findall('data-op="([^"]+)"', drawn)]
    mine = [
        each for each in pressed if each["op"] not in {"set", "title", "insert"} and each["path"][:2] == ["steps", 1]
    ]
    assert mine
    for operation in mine:
        assert 'id="editor-bench"' in bench(signed_in, token, state_of(bench(signed_in, token, text, operation)))


@pytest.mark.parametrize("form", [each.key for each in describe_sections() if each.key not in {"enter", "policy"}])
def test_every_section_can_be_added_and_taken_away(signed_in: Browser, token: str, form: str) -> None:
    page = bench(signed_in, token, LEAST)
    offered = [json.loads(html.unescape(each)) for each in re.findall('data-op="([^"]+)"', page)]
    add = next(each for each in offered if each["op"] == "insert" and each.get("form") == form)

    text = state_of(bench(signed_in, token, LEAST, add))

    assert f"\n{form}:" in text
    assert f'data-kind="section" data-form="{form}"' in bench(signed_in, token, text)
    assert LEAST == state_of(bench(signed_in, token, text, {"op": "remove", "path": [form]}))


def test_an_entry_gets_a_condition_and_a_branch_another_way(signed_in: Browser, token: str) -> None:
    page = bench(signed_in, token, JOURNEY)
    offered = [json.loads(html.unescape(each)) for each in re.findall('data-op="([^"]+)"', page)]
    condition = next(each for each in offered if each["op"] == "insert" and each["path"] == ["enter", "if"])
    way = next(each for each in offered if each["op"] == "add" and each["path"][-1] == "when")

    assert "instance: properties.cart, if:" in state_of(bench(signed_in, token, JOURNEY, condition))
    assert 2 == state_of(bench(signed_in, token, JOURNEY, way)).count("then:")
    assert "# a night" in state_of(bench(signed_in, token, JOURNEY, way))


def test_switching_to_yaml_and_back_changes_not_one_byte_of_a_journey(signed_in: Browser, token: str) -> None:
    text = JOURNEY.replace("\n", "\r\n") + "# the end"
    sent = {"kind": "Journey", "state": json.dumps(text), "yaml": text}

    answer = signed_in.post("/editor/apply", data=sent, headers={"x-csrf-token": token})

    assert text.encode() == state_of(answer.text).encode()
