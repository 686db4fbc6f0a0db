"""Reading `kind: Template`: every fault of every version at once, before anybody is written to."""

import re
from typing import Any

from trenza.content.forms import FORMS, OTHER, PLAIN_FIELDS, Form, form_of
from trenza.content.model import Template, Texts, Version
from trenza.definitions import Document, Kind, Node, Reading

_SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")


def read_template(document: Document, reading: Reading) -> Template:
    """The template of a document; what is wrong with it stands in `reading.faults`."""
    fields = reading.mapping(document.node, ["kind", "key", "channels"], ["title"])
    return Template(
        key=document.key,
        channels=_read_versions(fields["channels"], reading),
        title=reading.localised(fields["title"]) if "title" in fields else {},
        version=document.version,
    )


def _read_versions(node: Node, reading: Reading) -> dict[str, Version]:
    versions = reading.fields(node)
    if isinstance(node.value, dict) and not versions:
        reading.fault(node, "a template without a channel reaches nobody", "give it at least one, say `sms: {text: …}`")
    for channel in versions:
        if not _SLUG.fullmatch(channel):
            mend = "write a channel in small letters, digits and _: " + ", ".join(FORMS)
            reading.fault_at_key(node, channel, "this is no channel", mend)
    return {channel: _read_version(channel, each, reading) for channel, each in versions.items()}


def _read_version(channel: str, node: Node, reading: Reading) -> Version:
    form = form_of(channel)
    fields = reading.mapping(node, form.required, (*form.one_of, *form.optional))
    _check_choice(form, node, fields, reading)
    parameters = reading.items(fields["parameters"]) if "parameters" in fields else []
    return Version(
        channel=channel,
        fields={name: _read_field(name, each, reading) for name, each in fields.items() if name != "parameters"},
        parameters=tuple(_read_text(each, reading) for each in parameters),
    )


def _check_choice(form: Form, node: Node, fields: dict[str, Node], reading: Reading) -> None:
    chosen = [name for name in form.one_of if name in fields]
    if form.one_of and len(chosen) != 1 and isinstance(node.value, dict):
        names = " or ".join(f"`{name}`" for name in form.one_of)
        why = f"has both {' and '.join(chosen)}" if chosen else f"needs {names}"
        reading.fault(node, why, f"give exactly one of {names}")


def _read_field(name: str, node: Node, reading: Reading) -> Texts:
    return {"": reading.name(node)} if name in PLAIN_FIELDS else _read_text(node, reading)


def _read_text(node: Node, reading: Reading) -> Texts:
    from trenza.content.phrases import check_phrase  # noqa: PLC0415 — a third of a second that a start need not wait

    texts = reading.localised(node)
    places = node.value if isinstance(node.value, dict) else {}
    for language, source in texts.items():
        for complaint in check_phrase(source):
            where = f"line {complaint.line}, column {complaint.column} of the text"
            reading.fault(places.get(language, node), f"{complaint.why} ({where})", complaint.mend)
    return texts


_TEXT: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "propertyNames": {"pattern": "^[a-z]{2,3}$"}, "additionalProperties": {"type": "string"}},
    ]
}


def _field_schema(name: str) -> dict[str, Any]:
    if name == "parameters":
        return {"type": "array", "items": _TEXT}
    return {"type": "string"} if name in PLAIN_FIELDS else _TEXT


def _form_schema(form: Form) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: _field_schema(name) for name in form.fields},
        "required": list(form.required),
        "additionalProperties": False,
    }
    if form.one_of:
        schema["oneOf"] = [{"required": [name]} for name in form.one_of]
    return schema


TEMPLATE_KIND = Kind(
    name="Template",
    read=read_template,
    schema={
        "type": "object",
        "properties": {
            "kind": {"const": "Template"},
            "key": {"type": "string"},
            "title": _TEXT,
            "channels": {
                "type": "object",
                "minProperties": 1,
                "properties": {channel: _form_schema(form) for channel, form in FORMS.items()},
                "additionalProperties": _form_schema(OTHER),
                "propertyNames": {"pattern": f"^{_SLUG.pattern}$"},
            },
        },
        "required": ["kind", "key", "channels"],
        "additionalProperties": False,
    },
)
"""`kind: Template`."""
