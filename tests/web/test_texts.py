"""Spanish and English are both complete."""

from io import BytesIO
from pathlib import Path

import pytest
from jinja2.ext import babel_extract

from trenza.web import live, sign_in, texts
from trenza.web.pages import SAID
from trenza.web.texts import Language, catalogue, choose_language

TEMPLATES = sorted((Path(texts.__file__).parent / "templates").glob("*.html"))


def said_in_templates() -> set[str]:
    found = set()
    for path in TEMPLATES:
        for _, _, text, _ in babel_extract(BytesIO(path.read_bytes()), ("_",), (), {}):
            found.add(str(text[0] if isinstance(text, tuple) else text))
    return found


def said_in_code() -> set[str]:
    said = {text for pair in SAID.values() for text in pair} | set(live.WORDS.values())
    return said | {sign_in.TOO_OFTEN, sign_in.WRONG, sign_in.UNUSABLE}


def test_every_text_has_its_spanish_and_the_catalogue_nothing_else() -> None:
    said = said_in_templates() | {text for text in said_in_code() if " " in text or text in catalogue("es")}

    assert 40 < len(said)
    assert set() == said - set(catalogue("es"))
    assert set() == set(catalogue("es")) - said - set(live.WORDS.values())


def test_no_translation_is_empty_and_placeholders_are_kept() -> None:
    for english, spanish in catalogue("es").items():
        assert spanish.strip(), english
        for mark in ("{n}", "%(shortest)s"):
            assert (mark in english) == (mark in spanish)


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "language"),
    [
        ("en", "es", "es", "en"),
        ("xx", "en", "es", "en"),
        ("", "", "en-GB,en;q=0.9", "en"),
        ("", "", "fr;q=1,es-MX;q=0.4,en;q=0.3", "es"),
        ("", "", "de", "es"),
        ("", "", "", "es"),
        ("", "", "en;q=x,;;;\0", "es"),
    ],
)
def test_a_page_speaks_what_the_reader_prefers(asked: str, kept: str, accepted: str, language: Language) -> None:
    assert language == choose_language(asked, kept, accepted, "es")


def test_templates_hold_no_inline_script_and_no_inline_style() -> None:
    for path in TEMPLATES:
        html = path.read_text(encoding="utf-8")
        assert " style=" not in html, path.name
        assert "<style" not in html, path.name
        assert html.count("<script") == html.count('<script type="module" src="/static/'), path.name
        assert not any(f" on{event}=" in html for event in ("click", "load", "submit", "change", "error")), path.name
