"""Spanish and English are both complete.

A text of a page stands in a template (`_`, `ngettext`), in a call of `say`, or in a module's table whose name ends in
`WORDS`; `navigation` and the tables of `SAID` count as such.
"""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import trenza.web
from trenza.web import render, texts
from trenza.web.navigation import NAVIGATION
from trenza.web.pages import SAID
from trenza.web.texts import Language, catalogue, choose_language, translate_many

WEB = Path(texts.__file__).parent
TEMPLATES = sorted(WEB.rglob("*.html"))
MODULES = [name for _, name, _ in pkgutil.walk_packages(trenza.web.__path__, "trenza.web.")]
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


def said_in_templates() -> Iterator[str]:
    for path in TEMPLATES:
        for _, _, text, _ in babel_extract(BytesIO(path.read_bytes()), ("_", "gettext", "ngettext"), (), {}):
            said = text[0] if isinstance(text, tuple) else text
            if said:  # None where the text is a variable: it stands in a table then
                yield str(said)


def said_in_calls() -> Iterator[str]:
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say" and node.args:
                said = node.args[0]
                if isinstance(said, ast.Constant):
                    yield str(said.value)


def said_in_tables() -> Iterator[str]:
    yield from (text for pair in SAID.values() for text in pair)
    yield from render.SAID.values()
    for group in NAVIGATION:
        yield group.title
        yield from (section.title for section in group.sections)
    for name in MODULES:
        for constant, table in vars(importlib.import_module(name)).items():
            if constant.endswith("WORDS"):
                yield from texts_in(table)


def texts_in(table: object) -> Iterator[str]:
    if isinstance(table, str):
        yield table
    elif isinstance(table, dict):
        yield from (text for value in table.values() for text in texts_in(value))
    elif isinstance(table, (tuple, list)):
        yield from (text for value in table for text in texts_in(value))


def test_every_text_has_its_spanish_and_the_catalogue_nothing_else() -> None:
    said = {*said_in_templates(), *said_in_calls(), *said_in_tables()} - {""}

    assert 80 < len(said)
    assert [] == sorted(said - set(catalogue("es")))
    assert [] == sorted(set(catalogue("es")) - said)


def test_no_text_is_translated_in_two_ways() -> None:
    ways: dict[str, set[str]] = {}
    for path in sorted((WEB / "locale" / "es").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="es"):
                ways.setdefault(str(message.id), set()).add(str(message.string))

    assert {} == {text: spanish for text, spanish in ways.items() if text and len(spanish) > 1}


def test_no_translation_is_empty_and_placeholders_are_kept() -> None:
    for english, forms in catalogue("es").items():
        for spanish in forms:
            assert spanish.strip(), english
            assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(spanish)) or len(forms) > 1, english


def test_one_thing_and_several_are_said_apart() -> None:
    assert ("1 thing", "2 things") == tuple(translate_many("en", "1 thing", "2 things", n) for n in (1, 2))


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
        scripts = [tag for tag in re.findall(r"<script[^>]*>", html) if 'type="application/json"' not in tag]
        assert all(tag.startswith('<script type="module" src="{{ asset(') for tag in scripts), path.name
        assert not re.search(r" on(click|load|submit|change|error|input)=", html), path.name
