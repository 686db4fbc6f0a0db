"""From the facts of a person to what is compared: a few traits under whatever name they came, folded to one form."""

import re
from collections.abc import Iterable, Mapping

from trenza.identity import Leaf
from trenza.kernel import JsonValue
from trenza.matching.model import Field, Record
from trenza.profiles import Facts
from trenza.search import fold

TRAITS: dict[Field, tuple[str, ...]] = {
    "given": ("first_name", "firstName", "given_name", "givenName", "nombre"),
    "family": ("last_name", "lastName", "family_name", "familyName", "surname", "apellidos", "apellido"),
    "born": ("birthday", "birth_date", "birthDate", "date_of_birth", "dateOfBirth", "fecha_nacimiento"),
    "street": ("street", "line1"),
    "postcode": ("postal_code", "postalCode", "postcode", "zip"),
    "city": ("city",),
    "email": ("email",),
    "phone": ("phone",),
    "document": ("national_id", "nationalId", "document", "dni", "nif"),
}
"""Names of the traits that each field is read from, the first that is there."""
_FULL = ("name", "full_name", "fullName", "nombre_completo")
_OF_ADDRESS: tuple[Field, ...] = ("street", "postcode", "city")
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 80
_FEWEST = 2
"""Fields below which a record says nothing about anybody."""


def record_of(facts: Facts) -> Record | None:
    """What is compared of a person; None where too little is known."""
    told = _told(facts)
    values = {field: folded for field, text in told.items() if (folded := _folded(field, text))}
    if len(values) < _FEWEST:
        return None
    return Record(facts.person, values, tuple(sorted(facts.leaves)))


def record_from(leaf: Leaf, told: Mapping[Field, str], list_: str = "") -> Record:
    """A record of plain values, as a file has them."""
    values = {field: folded for field, text in told.items() if (folded := _folded(field, text))}
    return Record(leaf, values, (leaf,), list_)


def _told(facts: Facts) -> dict[Field, str]:
    address = facts.trait("address")
    inside: Mapping[str, JsonValue] = address if isinstance(address, dict) else {}
    found: dict[Field, str] = {}
    for field, names in TRAITS.items():
        values = [inside.get(name) for name in names] if field in _OF_ADDRESS else []
        values += [facts.trait(name) for name in names]
        if (text := _first_text(values)) is not None:
            found[field] = text
    for field in ("email", "phone"):
        if (known := _identifier(facts, field)) is not None:
            found[field] = known
    if "given" not in found and "family" not in found:
        found.update(_parted(_first_text(facts.trait(name) for name in _FULL) or ""))
    return found


def _identifier(facts: Facts, type_: Field) -> str | None:
    held = [known for known in facts.identifiers if known.type == type_ and known.joins]
    return min(held, key=lambda known: (known.first_seen, known.value)).value if held else None


def _first_text(values: Iterable[JsonValue]) -> str | None:
    for value in values:
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None


def _parted(name: str) -> dict[Field, str]:
    """A full name: the first word is given, the rest is the family's."""
    given, _, family = name.strip().partition(" ")
    parts: dict[Field, str] = {"given": given, "family": family}
    return {field: text for field, text in parts.items() if text}


def _folded(field: Field, text: str) -> str:
    """One form: no case, accents or marks; of a day its digits, of a number its digits, of an address its words."""
    text = fold(text[: _LONGEST * 2])
    if field == "email":
        return text.strip()[:_LONGEST]
    if field == "born":
        return "".join(filter(str.isdigit, text))[:8]
    words = _WORD.findall(text)
    return (" " if field in {"given", "family", "street", "city"} else "").join(words)[:_LONGEST]
