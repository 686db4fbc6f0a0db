"""`kind: MatchModel`: what was learned, as a document that can be read, changed, pulled and applied like any other.

It holds chances and thresholds, no value of anybody: whoever is erased leaves nothing in it.
"""

from typing import Any

from trenza.definitions import Document, Kind, Node, Reading, make_node, print_node
from trenza.matching.comparisons import BY_NAME, KEYS
from trenza.matching.model import FIELDS, Chance, MatchModel

_KIND = "MatchModel"
_CLUSTERINGS = ("average", "best", "threshold")
_WORDS = (*FIELDS, *KEYS)


def read_model(document: Document, reading: Reading) -> MatchModel:
    """The model of a document; what is wrong with it stands in `reading.faults`."""
    fields = reading.mapping(
        document.node, ["kind", "key", "prior", "review", "blocking", "comparisons"], ["title", "accept", "clustering"]
    )
    if "title" in fields:
        reading.localised(fields["title"])
    return MatchModel(
        key=document.key,
        prior=_chance(fields["prior"], reading, most=0.5),
        review=float(reading.number(fields["review"])),
        accept=float(reading.number(fields["accept"])) if "accept" in fields else None,
        clustering=reading.choice(fields["clustering"], _CLUSTERINGS) if "clustering" in fields else "average",  # type: ignore[arg-type]  # one of the choices
        blocking=tuple(_rule(each, reading) for each in reading.items(fields["blocking"])),
        comparisons=_comparisons(fields["comparisons"], reading),
        version=document.version,
    )


def print_model(model: MatchModel) -> str:
    """The canonical text of a model."""
    content: dict[str, Any] = {"kind": _KIND, "key": model.key, "prior": model.prior, "review": model.review}
    if model.accept is not None:
        content["accept"] = model.accept
    content["clustering"] = model.clustering
    content["blocking"] = [list(rule) for rule in model.blocking]
    content["comparisons"] = {
        name: {level: {"m": chance.m, "u": chance.u} for level, chance in levels.items()}
        for name, levels in model.comparisons.items()
    }
    return print_node(make_node(content))


def _rule(node: Node, reading: Reading) -> tuple[Any, ...]:
    items = reading.items(node)
    if isinstance(node.value, list) and not items:
        reading.fault(node, "an empty rule would compare everybody with everybody", f"name one of {', '.join(_WORDS)}")
    return tuple(reading.choice(each, _WORDS) for each in items)


def _comparisons(node: Node, reading: Reading) -> dict[str, dict[str, Chance]]:
    given = reading.fields(node)
    found = {}
    for name, each in given.items():
        comparison = BY_NAME.get(name)
        if comparison is None:
            reading.fault_at_key(node, name, f"`{name[:60]}` is not compared", reading.suggest(name, BY_NAME))
            continue
        levels = reading.mapping(each, [level.name for level in comparison.levels])
        found[name] = {level: _level(body, reading) for level, body in levels.items()}
    return found


def _level(node: Node, reading: Reading) -> Chance:
    if node.missing:
        return Chance(0.5, 0.5)
    fields = reading.mapping(node, ["m", "u"])
    return Chance(_chance(fields["m"], reading), _chance(fields["u"], reading))


def _chance(node: Node, reading: Reading, most: float = 1.0) -> float:
    number = float(reading.number(node))
    if not 0 < number <= most:
        if isinstance(node.value, int | float):
            reading.fault(node, f"{number:g} is no chance here", f"write a number above 0, up to {most:g}")
        return most
    return number


_CHANCE: dict[str, Any] = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
_LEVEL: dict[str, Any] = {
    "type": "object",
    "properties": {"m": _CHANCE, "u": _CHANCE},
    "required": ["m", "u"],
    "additionalProperties": False,
}

MATCH_MODEL = Kind(
    name=_KIND,
    read=read_model,
    schema={
        "type": "object",
        "properties": {
            "kind": {"const": _KIND},
            "key": {"type": "string"},
            "title": {
                "anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}],
            },
            "prior": {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
            "review": {"type": "number"},
            "accept": {"type": "number"},
            "clustering": {"enum": list(_CLUSTERINGS)},
            "blocking": {
                "type": "array",
                "items": {"type": "array", "minItems": 1, "items": {"enum": list(_WORDS)}},
            },
            "comparisons": {
                "type": "object",
                "properties": {
                    name: {
                        "type": "object",
                        "properties": {level.name: _LEVEL for level in comparison.levels},
                        "required": [level.name for level in comparison.levels],
                        "additionalProperties": False,
                    }
                    for name, comparison in BY_NAME.items()
                },
                "additionalProperties": False,
            },
        },
        "required": ["kind", "key", "prior", "review", "blocking", "comparisons"],
        "additionalProperties": False,
    },
)
"""`kind: MatchModel`."""
