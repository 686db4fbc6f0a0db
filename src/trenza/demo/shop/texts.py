"""The shop in Spanish and English: templates are written in English, `locale/es/shop.po` has the Spanish."""

from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

Language = Literal["es", "en"]
LANGUAGES: Final[dict[Language, str]] = {"es": "Español", "en": "English"}
_FILE = Path(__file__).parent / "locale" / "es" / "shop.po"


def choose_language(*wishes: str) -> Language:
    """The first wish that begins with a language of the shop: `es`, `en-GB,en;q=0.9`."""
    spoken = (wish[:2].lower() for wish in wishes)
    return cast("Language", next((each for each in spoken if each in LANGUAGES), "es"))


@cache
def catalogue() -> dict[str, str]:
    """English text → Spanish."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 — a start need not wait for it

    with _FILE.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="es") if message.id}


def translate(language: Language, text: str) -> str:
    """A text in the language."""
    return text if language == "en" else catalogue().get(text, text)
