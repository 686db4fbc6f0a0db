"""`kind: IdentifierType`: the limits of a built-in type, or a type of the instance's own. The key is the type's name.

What is not said of a built-in type is as it always is; of an own type as its sort has it. How a built-in type is read
and what it stands for cannot be said anew: the house itself goes by it (an e-mail is an address to write to).
"""

from collections.abc import Sequence
from typing import Any, Final, get_args

import msgspec

from trenza.definitions import Definitions, Document, Kind, Node, Reading, load_live
from trenza.identity.foreseeing import foresee_types, tell
from trenza.identity.model import IdentifierType, Normaliser, is_hash
from trenza.identity.store import count_identifiers
from trenza.identity.types import DEFAULT_TYPES, UNKNOWN_PRIORITY, IdentifierTypes, types_with, unknown_type
from trenza.storage import Transaction

KIND: Final = "IdentifierType"
LIMITS: Final = {"people": (1, 1_000), "neighbours": (1, 1_000_000), "per_person": (0, 1_000)}
"""What may be said of every type, with the least and the most."""
_LIMITS_WORDS = "of a built-in type only `people`, `neighbours` and `per_person` can be said"
_OWN: Final = ("sort", "priority", "normaliser")
_SORTS: Final = {"account": 19, "card": 29, "contact": 39, "device": 69, "token": UNKNOWN_PRIORITY}
"""With the strength of a type of the sort that says none."""
_FIXED: Final = {"kind": "sort", "priority": "priority", "normaliser": "normaliser"}
"""What cannot be changed once there are identifiers, with the word of the document."""
_LOOKED_AT: Final = 5_000
_STRONGEST_OF_OTHERS: Final = 20
_WEAKEST: Final = 99
_LONGEST_NAME: Final = 64
_BUILT_IN = {each.name: each for each in DEFAULT_TYPES}

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["kind", "key"],
    "properties": {
        "kind": {"const": KIND},
        "key": {"type": "string", "maxLength": _LONGEST_NAME},
        "sort": {"enum": [*_SORTS]},
        "priority": {"type": "integer", "minimum": 1, "maximum": _WEAKEST},
        "normaliser": {"enum": [*get_args(Normaliser)]},
        **{name: {"type": "integer", "minimum": least, "maximum": most} for name, (least, most) in LIMITS.items()},
    },
}


def read_type(document: Document, reading: Reading) -> IdentifierType:
    """Read a type; faults are noted in `reading`."""
    fields = reading.mapping(document.node, ("kind", "key"), (*_OWN, *LIMITS))
    if len(document.key) > _LONGEST_NAME:
        reading.fault(fields["key"], "the name of a type is too long", f"write at most {_LONGEST_NAME} characters")
    if is_hash(document.key):
        mend = f"say it of `{_BUILT_IN[document.key].counted_as}`"
        reading.fault(fields["key"], f"`{document.key}` has the limits of what it is a hash of", mend)
    begun = _BUILT_IN.get(document.key)
    if begun is None:
        begun = _read_own(document.key, fields, reading)
    for name in fields.keys() & set(_OWN) if document.key in _BUILT_IN else ():
        reading.fault_at_key(document.node, name, f"`{document.key}` is built in: its `{name}` is fixed", _LIMITS_WORDS)
    limits = {name: reading.whole(fields[name], *bounds) for name, bounds in LIMITS.items() if name in fields}
    return msgspec.structs.replace(begun, **limits)


def _read_own(name: str, fields: dict[str, Node], reading: Reading) -> IdentifierType:
    sort = reading.choice(fields["sort"], [*_SORTS]) if "sort" in fields else "token"
    priority = reading.whole(fields["priority"], 1, _WEAKEST) if "priority" in fields else _SORTS[sort]
    normaliser = reading.choice(fields["normaliser"], get_args(Normaliser)) if "normaliser" in fields else "text"
    if (sort == "account") != (priority < _STRONGEST_OF_OTHERS):
        node = fields.get("priority", fields["key"])
        mend = f"an account's priority is 1 to {_STRONGEST_OF_OTHERS - 1}, any other's {_STRONGEST_OF_OTHERS} or more"
        reading.fault(node, "an account is stronger than all that is none", mend)
    given = {"kind": sort, "priority": priority, "normaliser": normaliser}
    return msgspec.convert({**msgspec.to_builtins(unknown_type(name)), **given}, IdentifierType)


def types_in(definitions: Definitions) -> IdentifierTypes:
    """The types of the instance that these definitions are in force in."""
    return types_with(definitions.of(KIND).values())


def refuse_type(
    tx: Transaction, name: str, old: IdentifierType | None, new: IdentifierType | None
) -> tuple[str, str] | None:
    """Refuse what would have read the identifiers that there are otherwise: how they are compared, what they tie."""
    before, after = (each or _BUILT_IN.get(name) or unknown_type(name) for each in (old, new))
    changed = [told for field, told in _FIXED.items() if getattr(before, field) != getattr(after, field)]
    known = count_identifiers(tx).get(name, 0) if changed else 0
    if not known:
        return None
    what = " and ".join(changed)
    why = f"there are {known:,} identifiers of the type `{name}`: its {what} cannot be changed any more"
    kept = f"keep `sort: {before.kind}`, `priority: {before.priority}`, `normaliser: {before.normaliser}`"
    return why, f"{kept}, or send them as a type of another name"


def foresee_type(tx: Transaction, old: IdentifierType | None, new: IdentifierType | None) -> Sequence[str]:
    """What another type means for people, for `trenza plan`; counted on some thousands of identifiers."""
    name = (new or old or unknown_type("")).name
    given = load_live(tx, (IDENTIFIER_TYPE,)).of(KIND)
    others = [each for key, each in given.items() if key != name]
    return [*tell(foresee_types(tx, types_with([*others, *([new] if new else [])]), _LOOKED_AT))]


IDENTIFIER_TYPE: Final = Kind(name=KIND, read=read_type, schema=SCHEMA, effects=foresee_type, refusal=refuse_type)
