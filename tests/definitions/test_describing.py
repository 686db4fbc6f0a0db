"""Everything that the schema allows is described, and every skeleton is good as it is."""

from collections.abc import Iterator

import pytest

from trenza.definitions import Field, Form, Offers, Reading, read_documents, read_node
from trenza.definitions.editing import insert_item, read_value, set_value
from trenza.journeys.describing import describe_sections, describe_steps
from trenza.journeys.model import Policy
from trenza.journeys.reading import read_journey
from trenza.journeys.reading_steps import Layout
from trenza.segments import read_predicate
from trenza.segments.describing import describe_predicates
from trenza.segments.reading import _Reader

NAMES = {
    "Segment": ("vip",),
    "Template": ("hello",),
    "Cap": ("marketing",),
    "QuietHours": ("nights",),
    "event": ("Order Completed",),
    "trait": ("plan",),
    "channel": ("email",),
    "purpose": ("marketing",),
    "wait": ("came_back",),
    "step": ("start",),
}
OFFERS = Offers(names=NAMES)
JOURNEY = """\
kind: Journey
key: j
enter: {event: Cart Updated}
policy: {purpose: marketing}
steps:
  - wait: {for: 1h, name: start}
"""


def known() -> Reading:
    return Reading({kind: NAMES[kind] for kind in ("Segment", "Template", "Cap", "QuietHours")})


def each(field: Field) -> Iterator[Field]:
    yield field
    for inner in field.fields:
        yield from each(inner)


def test_every_condition_that_the_reader_knows_is_described() -> None:
    forms = {form.key for form in describe_predicates(in_journey=True)}
    assert set(_Reader(Reading(), None)._forms) == forms  # noqa: SLF001 — the table of the language
    assert forms - {"step"} == {form.key for form in describe_predicates()}


def test_every_step_that_the_reader_knows_is_described() -> None:
    layout = Layout(Reading(), Policy(purpose="service"))
    assert set(layout._readers) == {form.key for form in describe_steps()}  # noqa: SLF001 — the same


@pytest.mark.parametrize("form", describe_predicates(OFFERS, in_journey=True), ids=lambda form: form.key)
def test_the_skeleton_of_a_condition_is_without_faults(form: Form) -> None:
    node, faults = read_node(form.skeleton)
    assert node is not None
    reading = known()
    read_predicate(node, reading, steps={"came_back"})
    assert [] == [*faults, *reading.faults]


@pytest.mark.parametrize("form", describe_steps(OFFERS), ids=lambda form: form.key)
def test_the_skeleton_of_a_step_is_without_faults_once_it_is_inserted(form: Form) -> None:
    text = insert_item(JOURNEY, ["steps"], 1, read_value(form.skeleton))
    documents, faults = read_documents(text, "j.yaml")
    reading = known()
    read_journey(documents[0], reading)
    assert [] == [*faults, *reading.faults]


@pytest.mark.parametrize("form", describe_sections(OFFERS), ids=lambda form: form.key)
def test_the_skeleton_of_a_section_is_without_faults(form: Form) -> None:
    section = read_value(form.skeleton).value[form.key].plain()
    text = JOURNEY if form.key in {"enter", "policy"} else JOURNEY + f"{form.key}: {{}}\n"
    documents, faults = read_documents(set_value(text, [form.key], section), "j.yaml")
    reading = known()
    read_journey(documents[0], reading)
    assert [] == [*faults, *reading.faults]


def test_a_form_says_what_its_fields_are() -> None:
    forms = {form.key: form.body for form in (*describe_predicates(), *describe_steps(), *describe_sections())}
    event = {field.name: field for field in forms["event"].fields}
    assert ("text", True, "event") == (event["name"].type, event["name"].required, event["name"].of)
    assert ("duration", "named", "instant") == (event["within"].type, event["where"].type, event["since"].type)
    assert "predicates" == forms["all"].type
    send = {field.name: field for field in forms["send"].fields}
    assert ("choice", "delivered") == (send["fallback_unless"].type, send["fallback_unless"].default)
    assert ("delivered", "opened", "clicked", "replied") == send["fallback_unless"].choices
    assert ["Template", "Template"] == [field.of for field in each(send["template"]) if field.type == "text"]
    branch = {field.name: field for field in forms["branch"].fields}
    assert ("list", "steps") == (branch["when"].type, branch["else"].type)
    assert ["predicate", "steps"] == [field.type for field in branch["when"].fields[0].fields]
    assert ("number", 0, 100) == (
        forms["holdout"].fields[0].type,
        forms["holdout"].fields[0].least,
        forms["holdout"].fields[0].most,
    )
    kinds = {field.type for body in forms.values() for field in each(body)}
    assert "any" not in kinds - {field.type for key in ("set", "end") for field in each(forms[key])}


def test_without_names_a_skeleton_begins_empty_and_can_still_be_inserted() -> None:
    for form in (*describe_predicates(), *describe_steps()):
        assert form.key in read_value(form.skeleton).value
