"""Words in Spanish and English.

Templates are written in English; `locale/es/messages.po` has the Spanish. Both are complete: a test reads the templates
and the catalogue against each other.
"""

from functools import cache
from pathlib import Path
from typing import Literal, cast

from babel import negotiate_locale
from babel.messages.pofile import read_po

Language = Literal["es", "en"]
LANGUAGES: dict[Language, str] = {"es": "Español", "en": "English"}
_LOCALE = Path(__file__).parent / "locale"


def choose_language(asked: str, kept: str, accepted: str, fallback: Language) -> Language:
    """The language of an answer: asked for now, kept from before, what the browser prefers, the instance's."""
    for wish in (asked, kept):
        if wish in LANGUAGES:
            return wish
    preferred = negotiate_locale(_preferred(accepted), list(LANGUAGES), sep="-")
    return cast("Language", preferred) if preferred else fallback


@cache
def catalogue(language: Language) -> dict[str, str]:
    """English text → text in the language; empty for English."""
    path = _LOCALE / language / "messages.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale=language) if message.id}


def translate(language: Language, text: str) -> str:
    """A text in the language; the English one where it has none."""
    return catalogue(language).get(text) or text


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
