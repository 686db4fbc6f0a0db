"""What can be searched of a value, and how typed text is read: pure rules."""

import phonenumbers
import pytest

from trenza.identity import identifier_number
from trenza.search import (
    Word,
    calling_code,
    fold,
    identifier_terms,
    is_name,
    place_of,
    places,
    read_query,
    trait_terms,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("GARCÍA", "garcia"), ("Peña", "pena"), ("Straße", "strasse"), ("e\u0301", "e"), ("ﬁn", "fin"), ("İ", "i")],
)
def test_case_and_accents_are_not_said(text: str, folded: str) -> None:
    assert folded == fold(text)


@pytest.mark.parametrize(
    ("type_", "value", "terms"),
    [
        ("email", "ana.garcia@x.es", ["ana.garcia@x.es", "garcia@x.es", "x.es"]),
        ("email", "ana@x.es", ["ana@x.es", "x.es"]),
        ("phone", "+34600111222", ["600111222"]),
        ("whatsapp", "+12125550100", ["2125550100"]),
        ("user_id", "ANA-1", ["ana-1"]),
        ("dni", "123Z", ["123z"]),
        ("anonymous_id", "6b1d", []),
        ("push_token", "abc:def", []),
    ],
)
def test_an_identifier_is_found_by_its_useful_parts(type_: str, value: str, terms: list[str]) -> None:
    assert terms == identifier_terms(type_, value)


@pytest.mark.parametrize(
    ("name", "value", "terms"),
    [
        ("city", "Jerez de la Frontera", ["jerez", "de", "la", "frontera"]),
        ("age", 41, ["41"]),
        ("vip", True, ["true"]),
        ("tags", ["Vino", "vino tinto"], ["vino", "tinto"]),
        ("address", {"city": "Cádiz", "geo": {"lat": 1}}, ["cadiz"]),
        ("score", 0.5, []),
        ("email", "ana@x.es", []),
        ("bio", "x" * 301, []),
        ("plan", None, []),
        ("many", " ".join(str(n) for n in range(100)), [str(n) for n in range(24)]),
    ],
)
def test_a_trait_is_found_by_its_words(name: str, value: object, terms: list[str]) -> None:
    assert terms == trait_terms(name, value)


@pytest.mark.parametrize("name", ["name", "firstName", "last_name", "Apellidos", "full-name"])
def test_these_traits_say_a_name(name: str) -> None:
    assert is_name(name)


def test_calling_codes_are_those_of_the_library() -> None:
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        assert str(code) == calling_code(f"{code}600111222")


def test_the_place_of_a_word_is_counted_in_the_letters_as_written() -> None:
    assert [(9, 13)] == places("Groß und Peña", "pena")
    assert [(0, 3)] == places("Großmann", "gro")
    assert [] == places("Peña", "pen", is_whole=True)
    assert (4, 7) == place_of("ana.garcia@x.es", "garcia@x.es", 3)


def test_words_are_beginnings_and_a_single_letter_is_whole() -> None:
    (reading,) = read_query(" Ána  G ").readings
    assert (Word(text="ana"), Word(text="g", is_whole=True)) == reading


def test_a_known_type_is_exact_and_other_names_are_traits_first() -> None:
    (exact,) = read_query("phone:600 111 222", "ES").readings
    assert (Word(leaf=identifier_number("phone", "+34600111222")),) == exact
    trait, own = read_query("city:Dos Hermanas").readings
    assert ("dos", "hermanas") == tuple(word.text for word in trait)
    assert (Word(leaf=identifier_number("city", "Dos Hermanas")),) == own


@pytest.mark.parametrize("typed", ["600 11 12 22", "600-111-222", "+34 600 111 222", "0034600111222", "(600) 111222"])
def test_a_phone_is_the_same_however_it_is_typed(typed: str) -> None:
    if "11 12 22" in typed:
        typed = "600 11 12 22"
    query = read_query(typed, "ES")
    digits = "".join(filter(str.isdigit, typed)).removeprefix("00").removeprefix("34")
    assert identifier_number("phone", f"+34{digits}") in query.exact
    assert digits in {word.text for reading in query.readings for word in reading if word.in_phones}


@pytest.mark.parametrize(
    "text", ["", " ", "%", "\0", ":", "a:", ":b", "per_", "per_zzzzzzzzzzzzz", "+", "00", "@", "'"]
)
def test_odd_texts_can_be_read(text: str) -> None:
    assert len(read_query(text, "ES").readings) <= 6


def test_a_long_text_is_cut_and_has_few_words() -> None:
    query = read_query(" ".join(f"w{number}" for number in range(5_000)))
    assert [8] == [len(reading) for reading in query.readings]
