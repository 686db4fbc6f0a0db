"""What an event says of a person."""

import pytest
from tests.profiles.support import an_event, identify, track

from trenza.kernel import JsonObject, JsonValue, decode_json
from trenza.profiles.project import Said, Suppressed, arriving_addresses, what_it_says


def test_an_identify_gives_its_traits() -> None:
    assert {"plan": "gold", "age": None} == what_it_says(identify(1, {"plan": "gold", "age": None})).traits


@pytest.mark.parametrize("own", [{}, {"traits": None}, {"traits": {}}])
def test_an_identify_without_traits_gives_those_of_its_context(own: JsonObject) -> None:
    message = {"type": "identify", **own, "context": {"traits": {"plan": "gold"}}}
    assert {"plan": "gold"} == what_it_says(an_event(1, message)).traits


def test_the_context_of_a_track_gives_no_traits() -> None:
    message = {"type": "track", "event": "Cart Updated", "context": {"traits": {"plan": "gold"}}}
    assert Said() == what_it_says(an_event(1, message))


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 201])
def test_a_name_that_no_index_can_hold_is_left_to_the_event(name: str) -> None:
    assert {"plan": 1} == what_it_says(identify(1, {name: 1, "plan": 1})).traits


def test_consent_is_a_word_on_one_purpose_and_channel_with_its_evidence() -> None:
    (given,) = what_it_says(track(1, "Consent Changed", purpose="marketing", channel="sms", status="granted")).consents
    assert ("marketing", "sms", "granted") == (given.purpose, given.channel, given.status)
    assert decode_json(given.evidence)["properties"]["status"] == "granted"
    assert decode_json(given.evidence)["source"] == "site"


def test_consent_without_a_channel_speaks_for_all() -> None:
    (given,) = what_it_says(track(1, "Consent Changed", purpose="marketing", status="denied")).consents
    assert given.channel == "*"


def test_unsubscribing_denies_that_purpose_and_channel() -> None:
    (given,) = what_it_says(track(1, "Message Unsubscribed", purpose="news", channel="email")).consents
    assert ("news", "email", "denied") == (given.purpose, given.channel, given.status)


@pytest.mark.parametrize(
    ("name", "properties", "said"),
    [
        ("Message Bounced", {"permanent": True, "address": "Ana@Example.com", "channel": "email"}, "bounced"),
        ("Message Complained", {"address": "ana@example.com", "reason": "abuse"}, "abuse"),
        ("Address Suppressed", {"channel": "email", "address": " ana@example.com"}, "suppressed"),
    ],
)
def test_an_address_that_wants_no_more_is_suppressed(name: str, properties: JsonObject, said: str) -> None:
    assert (Suppressed("email", "ana@example.com", said),) == what_it_says(track(1, name, **properties)).suppressions


def test_a_bounce_that_is_not_permanent_suppresses_nothing() -> None:
    assert Said() == what_it_says(track(1, "Message Bounced", address="ana@example.com", channel="email"))


def test_without_an_address_the_identifier_that_the_receipt_bears_is_meant() -> None:
    message = {"type": "track", "event": "Message Complained", "properties": {"channel": "sms"}}
    receipt = an_event(1, message, identifiers=[("phone", "600 000 001")])
    assert (Suppressed("sms", "+34600000001", "complained"),) == what_it_says(receipt).suppressions
    nameless = an_event(1, message, identifiers=[("user_id", "ana")])
    assert (Suppressed("sms", None, "complained"),) == what_it_says(nameless).suppressions


@pytest.mark.parametrize("wrong", [None, 7, [], {}, "", "x" * 201, "a\0"])
@pytest.mark.parametrize("field", ["purpose", "channel", "status", "address", "reason"])
@pytest.mark.parametrize(
    "name", ["Consent Changed", "Message Unsubscribed", "Message Complained", "Address Suppressed"]
)
def test_nothing_that_clients_send_is_too_strange(name: str, field: str, wrong: JsonValue) -> None:
    properties = {"purpose": "marketing", "channel": "email", "status": "granted", field: wrong}
    said = what_it_says(track(1, name, **properties))
    for consent in said.consents:
        assert "\0" not in consent.purpose + consent.channel
    for suppression in said.suppressions:
        assert "\0" not in f"{suppression.channel}{suppression.address}{suppression.reason}"
    what_it_says(an_event(1, {"type": "track", "event": name, "properties": wrong}))


def test_the_addresses_that_events_bring_are_read_as_identity_reads_them() -> None:
    event = an_event(1, {"type": "track", "event": "x"}, identifiers=[("email", "ANA@x.org "), ("user_id", "u1")])
    assert {"ana@x.org"} == arriving_addresses([event])
