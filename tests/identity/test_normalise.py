import pytest

from trenza.identity import BlockedValues, normalise
from trenza.settings import DEFAULT_BLOCKED_VALUES


@pytest.mark.parametrize(
    ("expected", "type_", "value", "country"),
    [
        ("ana@example.com", "email", "  Ana@Example.COM ", ""),
        ("ana@bücher.example", "email", "ana@BÜCHER.example", ""),
        ("ana@bücher.example", "email", "ana@xn--bcher-kva.example", ""),
        ("ana+news@shop.test", "email", "ana+news@shop.test", ""),
        (None, "email", "ana@localhost", ""),
        (None, "email", "ana..b@example.com", ""),
        (None, "email", "ana at example.com", ""),
        (None, "email", "ana@example.com, bob@example.com", ""),
        ("+34600111222", "phone", "600 111 222", "ES"),
        ("+34600111222", "phone", "0034 600-111-222", ""),
        ("+34600111222", "phone", "+34600111222", "FR"),
        ("+447911123456", "phone", "+44 (0)7911 123456", "ES"),
        ("+447911123456", "phone", "+4407911123456", "ES"),
        ("+12125550123", "phone", "(212) 555-0123", "us"),
        ("+34600111222", "whatsapp", "34600111222", "ES"),
        (None, "phone", "600 111 222", ""),
        (None, "phone", "12", "ES"),
        (None, "phone", "call me", "ES"),
        (None, "phone", "600111222", "XX"),
        ("42", "loyalty_card", " 42 ", ""),
        ("R-1", "receipt", "\tR-1\n", ""),
        ("Az", "user_id", "Az", ""),
        (None, "user_id", "   ", ""),
        (None, "user_id", "a\0b", ""),
        (None, "user_id", "\ud800", ""),
        (None, "user_id", "x" * 5_000, ""),
        (None, "a:b", "c", ""),
        (None, "", "c", ""),
        ("c", "till id", "c", ""),
    ],
)
def test_an_identifier_has_one_form(expected: str | None, type_: str, value: str, country: str) -> None:
    assert expected == normalise(type_, value, country)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " null ",
        "NULL",
        '"null"',
        "'undefined'",
        '\\"nil\\"',
        "[object Object]",
        "NaN",
        "True",
        "-1",
        "0",
        '""',
        "00000000-0000-0000-0000-000000000000",
        "{00000000-0000-0000-0000-000000000000}",
        "0" * 32,
    ],
)
def test_some_values_never_identify_anyone(value: str) -> None:
    assert value in BlockedValues(DEFAULT_BLOCKED_VALUES)


@pytest.mark.parametrize("value", ["1", "00", "nobody", "nullable", "ana@example.com", "00000000-0000-0000-0000-1"])
def test_others_do(value: str) -> None:
    assert value not in BlockedValues(DEFAULT_BLOCKED_VALUES)
