import jsonschema
import pytest

from trenza.content import TEMPLATE_KIND, Template, read_template
from trenza.definitions import Document, Reading, content_version, make_node
from trenza.kernel import JsonValue


def _read(channels: JsonValue, **more: JsonValue) -> tuple[Template, list[str]]:
    node = make_node({"kind": "Template", "key": "cart_1", **more, "channels": channels})
    document = Document(kind="Template", key="cart_1", node=node, file="t.yaml", text="", version=content_version(node))
    reading = Reading()
    template = read_template(document, reading)
    return template, [fault.why for fault in reading.faults]


def test_a_template_has_a_version_for_each_channel() -> None:
    template, faults = _read(
        {
            "email": {"subject": {"es": "Hola", "en": "Hi"}, "body": "<p>{{ person.name }}</p>"},
            "sms": {"text": "Hola {{ person.name }}"},
            "push": {"title": "a", "body": "b"},
            "whatsapp": {"template": "cart", "language": "es", "parameters": ["{{ person.name }}", {"es": "x"}]},
            "in_app": {"body": "b", "button": "c"},
            "fax": {"text": "x"},
        },
        title={"es": "Carrito"},
    )

    assert [] == faults
    assert ["email", "sms", "push", "whatsapp", "in_app", "fax"] == list(template.channels)
    assert {"es": "Hola", "en": "Hi"} == template.channels["email"].fields["subject"]
    assert ({"": "{{ person.name }}"}, {"es": "x"}) == template.channels["whatsapp"].parameters


def test_all_faults_of_all_texts_are_said_at_once() -> None:
    _, faults = _read(
        {
            "email": {"subject": "{{ persn.name }}", "body": "{{ person.name | shout }}"},
            "sms": {"text": {"es": "{% if person.vip %}", "en": "ok"}},
            "push": {"titel": "a", "body": "{% include 'x' %}"},
            "whatsapp": {},
        }
    )

    assert [
        "unknown variable `persn.name` (line 1, column 4 of the text)",
        "unknown filter `shout` (line 1, column 18 of the text)",
        "expected tag endif, found end of expression (line 1, column 1 of the text)",
        "unknown field `titel`",
        "`title` is missing",
        "unexpected tag 'include' (line 1, column 4 of the text)",
        "needs `template` or `text`",
    ] == faults


@pytest.mark.parametrize("filter_", ["safe", "escapejs"])
def test_there_is_no_way_to_let_markup_of_a_person_through(filter_: str) -> None:
    assert [f"unknown filter `{filter_}` (line 1, column 15 of the text)"] == _read(
        {"sms": {"text": "{{ person.x | " + filter_ + " }}"}}
    )[1]


@pytest.mark.parametrize(
    "channels", [None, [], "sms", {}, {"sms": None}, {"sms": {"text": 3}}, {"Bad Slug": {"text": "x"}}]
)
def test_what_is_no_template_is_a_fault_and_nothing_worse(channels: JsonValue) -> None:
    assert _read(channels)[1]


def test_the_schema_takes_what_the_reader_takes() -> None:
    document = {
        "kind": "Template",
        "key": "k",
        "channels": {"email": {"subject": "s", "mjml": "<mjml/>"}, "whatsapp": {"template": "t", "parameters": ["a"]}},
    }

    jsonschema.validate(document, TEMPLATE_KIND.schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document, "channels": {"sms": {"body": "x"}}}, TEMPLATE_KIND.schema)
