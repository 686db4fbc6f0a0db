"""Definitions in plain words: one sentence at a time, the names in it set apart.

`tell` takes an English sentence with places and puts names into them; everything that a person wrote is escaped.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from babel.units import format_unit
from markupsafe import Markup

from trenza.definitions import localise
from trenza.journeys import Step, Wait
from trenza.kernel import JsonValue
from trenza.web.render import View
from trenza.web.words import name_deed, name_event

UNITS = {"ms": "duration-millisecond", "s": "duration-second", "m": "duration-minute", "h": "duration-hour"}
_DAYS = "duration-day"
CALENDAR_WORDS = "{days}, by the calendar"


class Speaker:
    """Says things in the reader's language.

    Args:
        view: of the request.
        objects: what is in force, by kind and key: names of segments and the like.
        steps: of the journey that is spoken of, by name.
    """

    def __init__(
        self, view: View, objects: Mapping[str, Mapping[str, Any]], steps: Mapping[str, Step] | None = None
    ) -> None:
        self._view = view
        self._objects = objects
        self._steps = steps or {}
        self.language = view.language

    def say(self, text: str) -> str:
        """An English text of a table."""
        return self._view.say(text)

    def tell(self, text: str, **names: object) -> Markup:
        """A sentence with names in it; a name that is markup already stays as it is."""
        marked = {
            key: each if isinstance(each, Markup) else Markup("<b>{}</b>").format(each) for key, each in names.items()
        }
        return Markup(self.say(text)).format(**marked)  # noqa: S704 — our own sentence

    def name(self, kind: str, key: JsonValue) -> Markup:
        """What a document is called; its key where it has no title or is not there."""
        found = self._objects.get(kind, {}).get(key) if isinstance(key, str) else None
        title = getattr(found, "title", None)
        return Markup("<b>{}</b>").format(localise(title, self.language) if title else shown(key))

    def event(self, name: JsonValue, *, begins: bool = False) -> str:
        """What an event is called; `begins`: at the beginning of a line."""
        return (name_event if begins else name_deed)(self._view, shown(name))

    def wait(self, name: str) -> Wait | None:
        """A wait of the journey that is spoken of."""
        found = self._steps.get(name)
        return found if isinstance(found, Wait) else None

    def span(self, text: JsonValue) -> str:
        """A duration: `20 hours`."""
        written = shown(text)
        if written.endswith(" calendar_day"):
            return self.say(CALENDAR_WORDS).format(days=self._unit(written.split(" ", maxsplit=1)[0], _DAYS))
        amount = written.rstrip("dhms")
        unit = written[len(amount) :]
        return self._unit(amount, UNITS.get(unit, _DAYS)) if unit in {*UNITS, "d"} else written

    def number(self, value: JsonValue) -> str:
        """A number by locale; anything else as it is written."""
        from trenza.web.formats import Formats  # noqa: PLC0415 — a start need not wait for Babel

        if isinstance(value, int | float) and not isinstance(value, bool):
            return Formats(self.language, "UTC", 0).number(value)
        return shown(value)

    def moment(self, value: JsonValue) -> str:
        """An instant by locale and the instance's zone."""
        from trenza.web.formats import Formats  # noqa: PLC0415 — the same

        try:
            return Formats(self.language, self._view.instance.settings.timezone, 0).moment(shown(value))
        except ValueError:
            return shown(value)

    def join(self, parts: Sequence[Markup], word: str) -> Markup:
        """`a, b and c`."""
        if len(parts) < 2:  # noqa: PLR2004 — nothing to join
            return parts[0] if parts else Markup("")
        return Markup("{} {} {}").format(Markup(", ").join(parts[:-1]), self.say(word), parts[-1])

    def _unit(self, amount: str, unit: str) -> str:
        try:
            return str(format_unit(int(amount), unit, locale=self.language))
        except ValueError:
            return amount


def shown(value: JsonValue) -> str:
    """A value as a document writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {shown(each)}" for key, each in value.items())
    return "" if value is None else str(value)
