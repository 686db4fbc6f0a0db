"""What is compared, and how near is how near: the same levels for the scorer in place and for Splink's SQL.

Only what is alike by itself stands apart. Street, postcode and city are one comparison, for they go together: compared
one by one, relatives at one address would be counted as alike three times.
"""

from collections.abc import Sequence

from trenza.matching.likeness import jaro_winkler, within_edits
from trenza.matching.model import Comparison, Condition, Field, Key, Level, Values

SLACK = 1e-9
"""A likeness that is the bound but for the last bit reaches it, here and in SQL."""
OTHERWISE = "different"


def _same(field: Field) -> Condition:
    return Condition("same", field)


def _alike(field: Field, least: float) -> Condition:
    return Condition("alike", field, least)


def _edits(field: Field, most: int) -> Condition:
    return Condition("edits", field, most)


_SWAPPED = Condition("swapped", "given", 0, "family")
_DIFFERENT = Level(OTHERWISE)

COMPARISONS: tuple[Comparison, ...] = (
    Comparison(
        "given",
        ("given",),
        (
            Level("same", (_same("given"),)),
            Level("swapped", (_SWAPPED,)),
            Level("very_alike", (_alike("given", 0.92),)),
            Level("alike", (_alike("given", 0.8),)),
            _DIFFERENT,
        ),
        optional=("family",),
    ),
    Comparison(
        "family",
        ("family",),
        (
            Level("same", (_same("family"),)),
            Level("very_alike", (_alike("family", 0.92),)),
            Level("alike", (_alike("family", 0.8),)),
            _DIFFERENT,
        ),
    ),
    Comparison(
        "born",
        ("born",),
        (
            Level("same", (_same("born"),)),
            Level("one_edit", (_edits("born", 1),)),
            Level("two_edits", (_edits("born", 2),)),
            _DIFFERENT,
        ),
    ),
    Comparison(
        "address",
        ("street",),
        (
            Level("same", (_same("street"), _same("postcode"))),
            Level("same_street", (_same("street"),)),
            Level("very_alike", (_alike("street", 0.92), _edits("postcode", 1))),
            Level("alike", (_alike("street", 0.85),)),
            Level("same_postcode", (_same("postcode"),)),
            Level("same_city", (_same("city"),)),
            _DIFFERENT,
        ),
        optional=("postcode", "city"),
    ),
    Comparison(
        "email",
        ("email",),
        (
            Level("same", (_same("email"),)),
            Level("one_edit", (_edits("email", 1),)),
            Level("alike", (_alike("email", 0.92),)),
            _DIFFERENT,
        ),
    ),
    Comparison(
        "phone",
        ("phone",),
        (
            Level("same", (_same("phone"),)),
            Level("one_edit", (_edits("phone", 1),)),
            Level("two_edits", (_edits("phone", 2),)),
            _DIFFERENT,
        ),
    ),
    Comparison(
        "document",
        ("document",),
        (
            Level("same", (_same("document"),)),
            Level("one_edit", (_edits("document", 1),)),
            Level("two_edits", (_edits("document", 2),)),
            _DIFFERENT,
        ),
    ),
)
BY_NAME = {each.name: each for each in COMPARISONS}

BLOCKING: tuple[tuple[Field | Key, ...], ...] = (
    ("document",),
    ("email",),
    ("phone",),
    ("names",),
    ("born", "given_1"),
    ("born", "family_1"),
    ("born", "postcode"),
    ("born", "city"),
    ("family", "postcode"),
    ("given", "postcode"),
    ("family_1", "street"),
    ("given_1", "street"),
    ("street", "postcode"),
)
KEYS: dict[Key, Field] = {"names": "given", "given_1": "given", "family_1": "family"}
"""The field that each key needs most."""
"""Two records are compared that agree on all fields of one of these."""


def level_of(comparison: Comparison, one: Values, other: Values) -> Level | None:
    """The first level that holds of two records; None where a value is missing."""
    if any(field not in one or field not in other for field in comparison.fields):
        return None
    return next(level for level in comparison.levels if all(holds(each, one, other) for each in level.conditions))


def holds(condition: Condition, one: Values, other: Values) -> bool:
    """Whether a condition holds of two records; not where a value is missing."""
    a, b = one.get(condition.field), other.get(condition.field)
    if a is None or b is None:
        return False
    if condition.test == "same":
        return a == b
    if condition.test == "alike":
        return jaro_winkler(a, b) >= condition.bound - SLACK
    if condition.test == "edits":
        return within_edits(a, b, int(condition.bound))
    return condition.other is not None and a == other.get(condition.other) and b == one.get(condition.other)


def with_keys(values: Values) -> dict[str, str]:
    """A record's values, and what is made of them to look it up by."""
    found = {str(field): value for field, value in values.items()}
    given, family = values.get("given"), values.get("family")
    if given:
        found["given_1"] = given[0]
    if family:
        found["family_1"] = family[0]
    if given and family:
        found["names"] = " ".join(sorted((given, family)))
    return found


def keys_of(values: Values, blocking: Sequence[Sequence[Field | Key]]) -> list[str]:
    """What a record is looked up by: one key for each blocking rule of which it has all fields."""
    found = with_keys(values)
    return [
        "\x1f".join(("+".join(rule), *(found[field] for field in rule)))
        for rule in blocking
        if all(field in found for field in rule)
    ]
