"""What may stand at a place of a document, told from its JSON Schema: the one truth that forms are made of.

A page offers the forms, asks for their fields, and inserts a skeleton; it knows nothing of the language itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from trenza.definitions.node import make_node
from trenza.definitions.printing import print_node
from trenza.kernel import JsonValue

Schema = Mapping[str, Any]
FieldType = Literal[
    "text", "number", "whole", "boolean", "choice", "duration", "instant", "localised", "any", "list", "group",
    "named", "either", "predicate", "predicates", "steps",
]  # fmt: skip


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form."""

    name: str
    type: FieldType
    required: bool = False
    default: JsonValue = None
    """What leaving it out means, where that is a value."""
    choices: tuple[JsonValue, ...] = ()
    of: str = ""
    """What a text names: `Segment`, `Template`, `Cap`, `QuietHours` (keys of documents), `event`, `trait`, `path`,
    `channel`, `purpose`, `wait`, `step`, or nothing; see `Offers`."""
    least: float | None = None
    most: float | None = None
    fields: tuple["Field", ...] = ()
    """Of a group its fields; of a list or of a mapping with free names (`named`) the one for each entry; of `either`
    the alternatives."""
    label: str = ""
    """Translation key."""


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A condition, a step or a section that may be offered."""

    key: str
    body: Field
    """What stands behind the key."""
    skeleton: str
    """YAML of the least that can be inserted; `editing.read_value` makes a value of it."""
    label: str
    """Translation key of its name: `form.wait`."""
    help: str
    """Translation key of a sentence on what it does: `form.wait.help`."""


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """The names there are to choose from, by what a field names (`Field.of`); the page fills in what it knows."""

    names: Mapping[str, Sequence[str]] = {}

    def first(self, of: str) -> str:
        """One to begin with; empty where there is none, which the reader then says beside the block."""
        return next(iter(self.names.get(of, ())), "")


Meaning = Callable[[tuple[str, ...]], tuple[str, JsonValue]]
"""For the way to a field (form first): what it names and its default."""


class Schemas:
    """Reads fields out of JSON Schema.

    Args:
        known: schemas that are types of their own, by type.
        meaning: what no schema says.
    """

    def __init__(self, known: Sequence[tuple[Schema, FieldType]], meaning: Meaning) -> None:
        self._known = known
        self._meaning = meaning

    def field(self, name: str, schema: Schema, way: tuple[str, ...], *, required: bool = False) -> Field:
        """The field that a schema allows."""
        of, default = self._meaning(way)
        type_ = self._type(schema)
        bounds = schema.get("minimum"), schema.get("maximum")
        return Field(
            name=name,
            type=type_,
            required=required,
            default=default,
            choices=tuple(schema.get("enum", [schema["const"]] if "const" in schema else ())),
            of=of,
            least=bounds[0],
            most=bounds[1],
            fields=self._inner(type_, schema, way),
            label="field." + ".".join(way),
        )

    def _type(self, schema: Schema) -> FieldType:
        for known, type_ in self._known:
            if schema == known:
                return type_
        if "enum" in schema or "const" in schema:
            return "choice"
        if "anyOf" in schema or "oneOf" in schema:
            return "either"
        return self._plain_type(schema)

    def _plain_type(self, schema: Schema) -> FieldType:
        plain: dict[str, FieldType] = {
            "string": "text",
            "number": "number",
            "integer": "whole",
            "boolean": "boolean",
            "array": "list",
        }
        said = schema.get("type")
        if said == "object":
            return "group" if "properties" in schema else "named"
        return plain.get(said, "any") if isinstance(said, str) else "any"

    def _inner(self, type_: FieldType, schema: Schema, way: tuple[str, ...]) -> tuple[Field, ...]:
        if type_ == "group":
            required = schema.get("required", ())
            each = schema["properties"].items()
            return tuple(self.field(key, inner, (*way, key), required=key in required) for key, inner in each)
        if type_ == "list":
            return (self.field("", schema.get("items", {}), (*way, "*")),)
        if type_ == "named":
            inner = schema.get("additionalProperties", {})
            return (self.field("", inner if isinstance(inner, Mapping) else {}, (*way, "*")),)
        if type_ == "either":
            ways = schema.get("anyOf") or schema.get("oneOf") or ()
            return tuple(self.field("", inner, way) for inner in ways)
        return ()


def form_of(key: str, body: Field, skeleton: JsonValue) -> Form:
    """A form with its skeleton printed."""
    return Form(
        key=key, body=body, skeleton=print_node(make_node(skeleton)), label=f"form.{key}", help=f"form.{key}.help"
    )
