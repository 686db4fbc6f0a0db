"""The names that a page can offer: what was seen lately, and what is in force."""

from trenza.app import Instance
from trenza.definitions import Definitions, Offers
from trenza.events import latest, names_lately
from trenza.journeys import offers_of
from trenza.kernel import JsonValue
from trenza.storage import Transaction

PURPOSES = ("marketing", "service")
CHANNELS = ("email", "sms", "push", "whatsapp", "web_push", "in_app", "voice", "direct_mail")
_LATELY = 30 * 86_400_000
_LOOKED_AT = 200
_MOST = 300
_DEEP = 4


def offers_for(tx: Transaction, instance: Instance, more: dict[str, tuple[str, ...]] | None = None) -> Offers:
    """Names by what a field names (`Field.of`).

    Args:
        tx: to read with.
        instance: whose names.
        more: what only the page knows: `wait` and `step` of a journey.
    """
    definitions: Definitions = instance.in_force(tx)
    traits, paths = _heard(tx)
    known = offers_of(definitions).names
    names = {
        "event": tuple(names_lately(tx, instance.clock.now() - _LATELY)),
        "trait": traits,
        "path": paths,
        "channel": tuple(dict.fromkeys([*known["channel"], *CHANNELS])),
        "purpose": tuple(dict.fromkeys([*PURPOSES, *known["purpose"]])),
        **(more or {}),
    }
    return offers_of(definitions, names)


def _heard(tx: Transaction) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Traits and paths of properties in the latest events: names only, never values."""
    traits: dict[str, None] = {}
    paths: dict[str, None] = {}
    for event in latest(tx, _LOOKED_AT):
        message = event.message()
        if isinstance(said := message.get("traits"), dict):
            traits |= dict.fromkeys(_paths(said, ""))
        if isinstance(said := message.get("properties"), dict):
            paths |= dict.fromkeys(_paths(said, "properties."))
    return tuple(list(traits)[:_MOST]), tuple(list(paths)[:_MOST])


def _paths(value: dict[str, JsonValue], before: str, depth: int = 0) -> list[str]:
    found: list[str] = []
    for name, each in value.items():
        inner = each[0] if isinstance(each, list) and each else each
        if isinstance(inner, dict) and depth < _DEEP:
            found += _paths(inner, f"{before}{name}.", depth + 1)
        elif name and "." not in name:
            found.append(f"{before}{name}")
    return found
