"""The small words that the readers of this room share: times of day, weekdays, names, conditions."""

import re
from collections.abc import Collection

from trenza.definitions import Node, Reading
from trenza.journeys.model import DAYS
from trenza.segments import Predicate, read_predicate

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_SLUG = re.compile(r"[a-z][a-z0-9_-]{0,62}")


def read_condition(node: Node, reading: Reading, waits: Collection[str] | None = None) -> Predicate:
    """A predicate inside a journey; `waits` are the named ones whose outcome it may ask for."""
    return read_predicate(node, reading, steps=waits)


def read_time(node: Node, reading: Reading) -> int:
    """A time of day `HH:MM` as minutes since midnight."""
    text = reading.text(node)
    if (found := _TIME.fullmatch(text)) is None:
        if isinstance(node.value, str):
            reading.fault(node, f"`{text[:60]}` is no time of day", 'write `"21:00"`, from 00:00 to 23:59')
        return 0
    return int(found[1]) * 60 + int(found[2])


def read_days(node: Node, reading: Reading) -> frozenset[int]:
    """Weekdays `[mon, …, sun]` as 0 to 6."""
    items = reading.items(node)
    if not items and isinstance(node.value, list):
        reading.fault(node, "an empty list names no day", "leave `days` out for every day")
    return frozenset(DAYS.index(reading.choice(item, DAYS)) for item in items) or frozenset(range(7))


def read_names(node: Node, reading: Reading) -> tuple[str, ...]:
    """A list of slugs, each once, at least one."""
    names = [read_slug(item, reading) for item in reading.items(node)]
    if isinstance(node.value, list) and not names:
        reading.fault(node, "the list is empty", "name at least one")
    if len(set(names)) < len(names):
        reading.fault(node, "a name stands twice in the list", "name each once")
    return tuple(dict.fromkeys(names))


def read_slug(node: Node, reading: Reading) -> str:
    """A name made of small letters, digits and underscores."""
    name = reading.text(node)
    if isinstance(node.value, str) and not _SLUG.fullmatch(name):
        reading.fault(node, f"`{name[:60]}` is no name", "write small letters, digits, `_` or `-`, a letter first")
    return name
