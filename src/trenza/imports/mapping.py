"""The mapping document: which columns of a table become which fields of a message.

    type: track
    event: Order Completed
    message_id: {column: order, prefix: order-}
    timestamp: {column: bought, format: "%d/%m/%Y %H:%M", zone: Europe/Madrid}
    user_id: {column: customer}
    identifiers:
      loyalty_card: {column: card}
      email: {column: mail}
    properties:
      total: {column: amount, type: number, decimal: ","}
      currency: EUR
    csv: {delimiter: ";"}

A value is a constant or `{column: …}`; dots in a name make objects (`address.country`). See docs/howto/import-files.md.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from trenza.definitions import Node, Reading, is_zone, read_node
from trenza.events import MESSAGE_TYPES
from trenza.imports.values import TYPES, Field, value_of
from trenza.kernel import Fault, Faulty, JsonObject, JsonValue

_FIELDS: Final = {
    "message_id": "messageId",
    "user_id": "userId",
    "anonymous_id": "anonymousId",
    "previous_id": "previousId",
    "group_id": "groupId",
    "name": "name",
    "event": "event",
}
_OBJECTS: Final = ("properties", "traits", "context")
_OPTIONS: Final = ("type", "format", "zone", "decimal", "prefix", "missing")
_PERSONAL: Final = ("email", "phone")
_ENCODINGS: Final = ("utf-8", "latin-1", "cp1252", "utf-16")


class TableMapping(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping, read."""

    type: str
    fields: dict[str, Field] = {}
    """By the message's own name: `userId`, `event`, …"""
    timestamp: Field | None = None
    identifiers: dict[str, Field] = {}
    objects: dict[str, dict[str, Field]] = {}
    """Of `properties`, `traits` and `context`: dotted path → field."""
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"

    def columns(self) -> set[str]:
        """Every column that is asked for."""
        fields = [*self.fields.values(), *self.identifiers.values()]
        fields += [each for inner in self.objects.values() for each in inner.values()]
        return {each.column for each in [*fields, *filter(None, [self.timestamp])] if each.column}

    def message(self, row: Mapping[str, JsonValue]) -> JsonObject:
        """The message of a row.

        Raises:
            Unfit: a cell is not what the mapping says.
        """
        message: JsonObject = {"type": self.type}
        for name, field in self.fields.items():
            if (value := value_of(field, row)) is not None:
                message[name] = value
        if self.timestamp is not None and (at := value_of(self.timestamp, row)) is not None:
            message["timestamp"] = at
        for name, inner in self.objects.items():
            for path, field in inner.items():
                if (value := value_of(field, row)) is not None:
                    _put(message.setdefault(name, {}), path, value)
        self._identify(message, row)
        return message

    def _identify(self, message: JsonObject, row: Mapping[str, JsonValue]) -> None:
        for type_, field in self.identifiers.items():
            value = value_of(field, row)
            if value is None:
                continue
            if type_ not in _PERSONAL:
                context = message.setdefault("context", {})
                context.setdefault("externalIds", []).append({"type": type_, "id": value})
            elif self.type == "identify":
                message.setdefault("traits", {}).setdefault(type_, value)
            else:
                message.setdefault("context", {}).setdefault("traits", {}).setdefault(type_, value)


def read_mapping(text: str, file: str) -> TableMapping:
    """Read a mapping document.

    Raises:
        Faulty: with every fault of the document.
    """
    node, faults = read_node(text, file)
    reading = Reading()
    if node is None:
        if not faults:
            faults = [Fault(file=file, line=1, column=1, why="the mapping is empty", mend="write `type: track` …")]
        raise Faulty(faults)
    mapping = _read(node, reading)
    if faults or reading.faults:
        raise Faulty([*faults, *reading.faults])
    return mapping


def _read(node: Node, reading: Reading) -> TableMapping:
    optional = (*_FIELDS, *_OBJECTS, "timestamp", "identifiers", "csv")
    nodes = reading.mapping(node, ["type"], optional)
    type_ = reading.choice(nodes["type"], MESSAGE_TYPES)
    if type_ == "track" and "event" not in nodes:
        reading.fault(node, "a track needs a name", "add `event: …`, a text or a column")
    if not {"user_id", "anonymous_id", "identifiers"} & nodes.keys():
        reading.fault(node, "nothing says who it was", "add `user_id`, `anonymous_id` or `identifiers`")
    csv = reading.mapping(nodes["csv"], [], ["delimiter", "quote", "encoding"]) if "csv" in nodes else {}
    return TableMapping(
        type=type_,
        fields={_FIELDS[name]: _field(each, reading, "text") for name, each in nodes.items() if name in _FIELDS},
        timestamp=_field(nodes["timestamp"], reading, "instant") if "timestamp" in nodes else None,
        identifiers=_fields(nodes.get("identifiers"), reading, "text"),
        objects={name: _fields(nodes[name], reading, "") for name in _OBJECTS if name in nodes},
        delimiter=_character(csv.get("delimiter"), reading, ","),
        quote=_character(csv.get("quote"), reading, '"'),
        encoding=reading.choice(csv["encoding"], _ENCODINGS) if "encoding" in csv else "utf-8",
    )


def _fields(node: Node | None, reading: Reading, default: str) -> dict[str, Field]:
    if node is None:
        return {}
    fields = reading.fields(node)
    for name in fields:
        if any(other.startswith(f"{name}.") for other in fields):
            reading.fault_at_key(node, name, f"`{name}` is a value here and an object below", "keep one of the two")
    return {name: _field(each, reading, default) for name, each in fields.items()}


def _field(node: Node, reading: Reading, default: str) -> Field:
    if not isinstance(node.value, dict):
        if isinstance(node.value, list) or node.value is None:
            reading.fault(node, "a value or `{column: …}` is wanted here", "write `name: {column: the_column}`")
        return Field(constant=node.value)
    nodes = reading.mapping(node, ["column"], _OPTIONS)
    zone = reading.text(nodes["zone"]) if "zone" in nodes else "UTC"
    if not is_zone(zone):
        reading.fault(nodes["zone"], f"there is no zone `{zone}`", "write IANA's name: Europe/Madrid")
    type_ = reading.choice(nodes["type"], TYPES) if "type" in nodes else default
    return Field(
        column=reading.name(nodes["column"]),
        type=type_ or ("instant" if "format" in nodes else ""),
        format=reading.text(nodes["format"]) if "format" in nodes else "",
        zone=zone,
        decimal=reading.choice(nodes["decimal"], (".", ",")) if "decimal" in nodes else ".",
        prefix=reading.text(nodes["prefix"]) if "prefix" in nodes else "",
        missing=tuple(reading.text(each) for each in reading.items(nodes["missing"])) if "missing" in nodes else (),
    )


def _character(node: Node | None, reading: Reading, default: str) -> str:
    if node is None:
        return default
    text = reading.text(node)
    if len(text) != 1 or text in "\r\n\0":
        reading.fault(node, "one character is wanted here", 'write it in quotes: ";" or "\\t"')
        return default
    return text


def _put(target: JsonObject, path: str, value: JsonValue) -> None:
    *way, last = path.split(".")
    for name in way:
        target = target.setdefault(name, {})
    target[last] = value
