"""Work done once the door is open, so that the first reader does not wait for it: templates, words, files, definitions.

It goes in small steps with a rest after each, so that whoever asks meanwhile shares the interpreter with it for some
milliseconds only; and whatever a page asks for before its turn is made by that page.
"""

import threading
import time
from collections.abc import Iterator

import structlog

from trenza.app import Instance
from trenza.web.assets import ASSETS
from trenza.web.icons import icon
from trenza.web.render import warm
from trenza.web.texts import LANGUAGES, Language, translate

_CALM = 0.3
"""Seconds from the opening of the door to the first step."""
_logger = structlog.get_logger(__name__)


def start_warming(instance: Instance) -> None:
    """Begin, in a thread of its own. The worker was forked before: a fork copies no thread."""
    threading.Thread(target=_warm, args=(instance,), name="warming", daemon=True).start()


def _warm(instance: Instance) -> None:
    time.sleep(_CALM)
    try:
        begun = time.perf_counter()
        for _ in steps(instance):
            time.sleep(min(time.perf_counter() - begun, _CALM))
            begun = time.perf_counter()
    except Exception:  # a page will meet the same, and say it to somebody
        _logger.exception("warming failed")


def steps(instance: Instance) -> Iterator[str]:
    """Everything that pages share, the language of the instance first; gives what was made ready."""
    for language in sorted(LANGUAGES, key=lambda each: each != instance.settings.language):
        translate(language, "")
        yield f"words of {language}"
        _write_something(instance, language)
        yield f"numbers and days of {language}"
        yield from warm(language)
    icon("")
    instance.definitions()
    yield "definitions"
    for name in ASSETS.names():
        ASSETS.address(name)
        yield name


def _write_something(instance: Instance, language: Language) -> None:
    from trenza.web.formats import Formats  # noqa: PLC0415 — a start need not wait for Babel

    formats = Formats(language, instance.settings.timezone, 1)
    filters = formats.filters
    for name in filters.keys() - {"money"}:
        filters[name](0)
    formats.money(0, "EUR")
