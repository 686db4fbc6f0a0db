"""Where a person can be written to."""

import pytest

from trenza.identity import Known, identifier_number
from trenza.kernel import JsonValue
from trenza.profiles import (
    Destination,
    Facts,
    TraitVersion,
    address_of,
    destination_of,
    preferred_channel,
    reachable,
)


def known(type_: str, value: str, last_seen: int = 0, *, joins: bool = True) -> Known:
    return Known(type_, value, identifier_number(type_, value), 0, last_seen, joins)


def person(*identifiers: Known) -> Facts:
    return Facts(person=1, identifiers=list(identifiers))


def test_nobody_without_identifiers_is_reachable() -> None:
    assert not any(reachable(person(), channel) for channel in ("email", "sms", "push", "in_app", "direct_mail"))


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", "ana@example.com"),
        ("sms", "+34600000001"),
        ("voice", "+34600000001"),
        ("whatsapp", "+34600000001"),
        ("push", "token-1"),
        ("web_push", None),
        ("telegram", "99"),
    ],
)
def test_each_channel_has_its_type_of_identifier(channel: str, address: str | None) -> None:
    facts = person(
        known("email", "ana@example.com"),
        known("phone", "+34600000001"),
        known("push_token", "token-1"),
        known("telegram", "99"),
    )
    assert address == address_of(facts, channel)


def test_a_whatsapp_id_comes_before_a_phone() -> None:
    assert address_of(person(known("phone", "+341", 9), known("whatsapp", "wa1", 1)), "whatsapp") == "wa1"


def test_the_address_last_seen_is_taken_and_ties_go_by_value() -> None:
    older, newer = known("email", "a@x.org", 1), known("email", "z@x.org", 2)
    assert address_of(person(older, newer), "email") == "z@x.org"
    assert address_of(person(newer, known("email", "b@x.org", 2)), "email") == "b@x.org"


def test_a_shared_identifier_reaches_nobody() -> None:
    assert address_of(person(known("email", "test@test.com", joins=False)), "email") is None


@pytest.mark.parametrize("held", [("email", "a@x.org"), ("*", "a@x.org"), ("email", "*"), ("*", "*")])
def test_a_suppressed_address_is_passed_over(held: tuple[str, str]) -> None:
    facts = person(known("email", "a@x.org", 2))
    facts.suppressed.add(held)
    assert not reachable(facts, "email")


def test_the_next_address_stands_in_for_a_suppressed_one_and_other_channels_stay_open() -> None:
    facts = person(known("email", "a@x.org", 2), known("email", "b@x.org", 1), known("phone", "+341"))
    facts.suppressed |= {("email", "a@x.org"), ("sms", "+341")}
    assert address_of(facts, "email") == "b@x.org"
    assert not reachable(facts, "sms")
    assert reachable(facts, "voice")


def test_in_app_is_any_identifier_and_names_it() -> None:
    facts = person(known("anonymous_id", "a1", 1), known("user_id", "u1", 2))
    assert destination_of(facts, "in_app") == Destination("user_id:u1", "user_id", "u1")


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ({"street": "Calle Mayor 1", "postalCode": "28013", "city": "Madrid"}, "Calle Mayor 1, 28013, Madrid"),
        ("Calle Mayor 1, Madrid", "Calle Mayor 1, Madrid"),
        ({"country": "ES"}, None),
        ([1], None),
        (None, None),
    ],
)
def test_a_letter_goes_where_it_would_arrive(address: JsonValue, text: str | None) -> None:
    facts = person(known("user_id", "u1"))
    facts.add_trait("address", TraitVersion(1, "m1", address))
    assert text == address_of(facts, "direct_mail")


def test_the_wish_comes_before_the_channel_last_used() -> None:
    facts = person()
    assert preferred_channel(facts, "web") == "web"
    facts.add_trait("preferred_channel", TraitVersion(1, "m1", "sms"))
    assert preferred_channel(facts, "web") == "sms"
