"""What the rooms find wrong with a definition is said in the reader's language, all of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.conftest import Browser

import trenza
from trenza.web.editor.fault_words import FAULT_WORDS
from trenza.web.editor.faults import knows

HOUSE = Path(trenza.__file__).parent
ROOMS = ("content", "definitions", "events", "journeys", "segments")
CALLS = {"fault", "fault_at_key", "_fault", "Complaint"}
FILLED = "7"


def said_in_rooms() -> Iterator[str]:
    """Every sentence of a fault that stands in the code, with 7 in each of its places."""
    for room in ROOMS:
        for path in (HOUSE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in CALLS:
                    yield from (text for each in node.args if (text := _text(each)) and re.search(r"\w \w", text))


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else FILLED for each in node.values)
    return ""


def test_every_fault_that_a_room_can_find_is_known_to_the_pages() -> None:
    said = set(said_in_rooms())

    assert 100 < len(said)
    assert [] == sorted(text for text in said if not knows(text))


def test_no_fault_is_known_twice() -> None:
    assert len(FAULT_WORDS) == len(set(FAULT_WORDS))


@pytest.mark.parametrize("path", ["segments", "journeys"])
def test_a_new_text_is_not_found_fault_with_before_it_was_touched(signed_in: Browser, path: str) -> None:
    page = signed_in.get(f"/{path}/new").text

    assert ("data-untouched" in page) is ("data-faulty" in page)


def test_a_journey_that_does_nothing_is_told_so_in_spanish(signed_in: Browser) -> None:
    page = signed_in.get("/journeys/new", headers={"Accept-Language": "es"}).text

    assert "un recorrido sin pasos no hace nada" in page
    assert "without steps" not in page


def test_what_could_not_be_saved_is_said_in_words_and_not_as_a_message_of_success(signed_in: Browser) -> None:
    page = signed_in.get("/segments/new").text
    csrf = re.findall('name="csrf" value="([0-9a-f]+)"', page)[0]

    answer = signed_in.post("/segments/new", data={"csrf": csrf, "base": "", "yaml": "kind: Segment\nkey: s\n"})

    assert 422 == answer.status_code
    assert "FaultLine" not in answer.text
