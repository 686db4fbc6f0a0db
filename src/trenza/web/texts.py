"""Words in Spanish and English.

Templates are written in English; the files of `locale/es/`, one for each part of the product, have the Spanish. Both
are complete: a test reads templates, code and catalogues against each other.
"""

from functools import cache
from pathlib import Path
from typing import Literal, cast

Language = Literal["es", "en"]
LANGUAGES: dict[Language, str] = {"es": "Español", "en": "English"}
_LOCALE = Path(__file__).parent / "locale"


def choose_language(asked: str, kept: str, accepted: str, fallback: Language) -> Language:
    """The language of an answer: asked for now, kept from before, what the browser prefers, the instance's."""
    for wish in (asked, kept):
        if wish in LANGUAGES:
            return wish
    from babel import negotiate_locale  # noqa: PLC0415 — a start need not wait for it

    preferred = negotiate_locale(_preferred(accepted), list(LANGUAGES), sep="-")
    return cast("Language", preferred) if preferred else fallback


@cache
def catalogue(language: Language) -> dict[str, tuple[str, ...]]:
    """English text → its forms in the language, the one for several last; empty for English."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 — a start need not wait for it

    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((_LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                if ids[0]:
                    found[str(ids[0])] = tuple(map(str, strings))
    return found


def translate(language: Language, text: str) -> str:
    """A text in the language; the English one where it has none."""
    return next(iter(catalogue(language).get(text, ())), "") or text


def translate_many(language: Language, one: str, many: str, n: int) -> str:
    """The form for a number of things. Spanish and English both tell one from all others."""
    if language == "en":
        return one if n == 1 else many
    forms = catalogue(language).get(one, (one, many))
    return forms[0] if n == 1 else forms[-1]


def _preferred(accepted: str) -> list[str]:
    """Tags of an `Accept-Language` header, the most wanted first."""
    found: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        tag, _, weight = part.partition(";q=")
        try:
            found.append((-float(weight or 1), tag.strip().split("-")[0].lower()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(found, key=lambda pair: pair[0]) if tag.isalpha()]
