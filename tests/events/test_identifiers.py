from typing import Any

import pytest

from trenza.events.identifiers import raw_identifiers, text_id

CONTACT = {"email": "ana@example.com", "phone": "600 111 222"}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"type": "track", "userId": 42, "anonymousId": "a"}, [("user_id", "42"), ("anonymous_id", "a")]),
        (
            {
                "type": "identify",
                "userId": "u",
                "traits": CONTACT,
                "context": {"traits": {"email": "other@example.com"}},
            },
            [("user_id", "u"), ("email", "ana@example.com"), ("phone", "600 111 222")],
        ),
        (
            {"type": "identify", "userId": "u", "context": {"traits": CONTACT}},
            [("user_id", "u"), ("email", "ana@example.com"), ("phone", "600 111 222")],
        ),
        (
            {
                "type": "track",
                "userId": "u",
                "traits": {"email": "no@example.com"},
                "context": {"traits": {"phone": 600}},
            },
            [("user_id", "u"), ("phone", "600")],
        ),
        ({"type": "group", "userId": "u", "groupId": "g", "traits": {"email": "team@example.com"}}, [("user_id", "u")]),
        ({"type": "page", "context": {"device": {"id": "d", "token": "t"}}}, [("device_id", "d"), ("push_token", "t")]),
        (
            {
                "type": "track",
                "context": {"externalIds": [{"type": "loyalty_card", "id": 42}, {"type": "whatsapp", "id": "+34"}]},
            },
            [("loyalty_card", "42"), ("whatsapp", "+34")],
        ),
        (
            {"type": "alias", "userId": "u", "previousId": "a"},
            [("user_id", "u"), ("anonymous_id", "a"), ("user_id", "a")],
        ),
        ({"type": "alias", "userId": "7", "previousId": 7}, [("user_id", "7")]),
        ({"type": "track", "userId": "u", "previousId": "a"}, [("user_id", "u")]),
        ({"type": "identify", "userId": "u", "traits": {"email": 5, "phone": True}}, [("user_id", "u")]),
    ],
)
def test_identifiers_are_read_where_they_stand(message: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert tuple(expected) == raw_identifiers(message, {})


@pytest.mark.parametrize(
    ("value", "text"), [(42, "42"), (42.0, "42"), (4.5, "4.5"), ("x", "x"), (True, None), (None, None), ([], None)]
)
def test_numbers_are_read_as_text(value: object, text: str | None) -> None:
    assert text == text_id(value)
