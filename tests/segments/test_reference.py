"""The reference page says what the code says, its examples can be read, and the schemas agree with the readers."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from tests.segments.support import SEGMENTS
from tests.segments.test_documents import TEST
from tests.segments.test_oracle import predicates, with_instants
from trenza.definitions import Kind, Reading, check_documents, read_documents, read_node
from trenza.segments import PREDICATE_SCHEMA, SEGMENT, SEGMENT_TEST, read_predicate
from trenza.segments.comparisons import OF_TRAITS
from trenza.segments.reading import NOT_YET

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "predicates.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
KINDS: list[Kind] = [SEGMENT, SEGMENT_TEST]
FORMS = [next(iter(each["properties"])) for each in PREDICATE_SCHEMA["oneOf"]]
ANYWHERE = {"$ref": "#/$defs/predicate", "$defs": {"predicate": PREDICATE_SCHEMA}}


def table(title: str) -> list[str]:
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_the_page_lists_the_forms_and_operations_of_the_code() -> None:
    assert FORMS == table("Forms")
    assert list(OF_TRAITS) == table("Operations")
    assert all(f"`{name}`" in PAGE for name in NOT_YET)


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_can_be_read(text: str) -> None:
    if text.startswith("kind:"):
        documents, faults = read_documents(text, "page")
        _, more = check_documents(documents, KINDS, {"Segment": {"vip", "warm_cart"}})
        assert [] == [*faults, *more]
        for document in documents:
            kind = next(each for each in KINDS if each.name == document.kind)
            jsonschema.validate(document.node.plain(), kind.schema)
    else:
        node, faults = read_node(text)
        reading = Reading(SEGMENTS)
        assert node is not None
        read_predicate(node, reading)
        assert [] == [*faults, *reading.faults]
        jsonschema.validate(node.plain(), ANYWHERE)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_a_schema_is_one(kind: Kind) -> None:
    jsonschema.Draft202012Validator.check_schema(kind.schema)
    (document, *_), _ = read_documents(TEST, "a.yaml")
    if kind is SEGMENT_TEST:
        jsonschema.validate(document.node.plain(), kind.schema)


@given(predicates)
@settings(max_examples=25, deadline=None)
def test_what_the_reader_takes_the_schema_takes(source: dict[str, Any]) -> None:
    jsonschema.validate(with_instants(source), ANYWHERE)


@pytest.mark.parametrize(
    "source",
    [
        {"event": {}},
        {"event": {"name": "A", "whithin": "3d"}},
        {"event": {"name": "A", "within": "3 days"}},
        {"event": {"name": "A", "count": 3}},
        {"trait": {"a": {}}},
        {"trait": {"a": {"gt": "1"}}},
        {"consent": {"purpose": "a"}},
        {"everybody": {}},
        {},
        {"segment": "a", "reachable": "email"},
    ],
)
def test_what_the_reader_refuses_the_schema_refuses(source: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(source, ANYWHERE)
