"""Reasons are told apart by kind, whatever they repeat of what was sent."""

import pytest

from trenza.api.tally import KINDS, OTHER, Tally, kind_of
from trenza.events import INTERNAL_SOURCE, ITEM_LIMIT, Plans, refusal
from trenza.kernel import JsonValue


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (3, "not_an_object"),
        ({"type": "pamphlet"}, "type"),
        ({"type": "track", "userId": "u"}, "no_event"),
        ({"type": "track", "event": "x"}, "no_identifier"),
        ({"type": "track", "event": "x" * 501, "userId": "u"}, "too_long"),
        ({"type": "track", "event": "x", "userId": "u", "messageId": "m" * 100}, "too_long"),
        ({"type": "track", "event": "x\0", "userId": "u"}, "nul"),
        ({"type": "track", "event": "x", "userId": ["u"]}, "field"),
        ({"type": "track", "event": "x", "userId": "u", "properties": 3}, "field"),
        ({"type": "track", "event": "x", "context": {"externalIds": 3}}, "field"),
        ({"type": "track", "event": "x", "context": {"externalIds": [{}] * 9}}, "field"),
        ({"type": "track", "event": "x", "context": {"externalIds": [{"type": "a:b", "id": "1"}]}}, "field"),
        ({"type": "track", "event": "x", "userId": "u", "timestamp": "then"}, "instant"),
    ],
)
def test_every_reason_has_its_kind(item: JsonValue, kind: str) -> None:
    reason = refusal(item, INTERNAL_SOURCE, Plans())
    assert reason is not None
    assert kind == kind_of(reason)


def test_reasons_of_size_depth_and_plans_have_kinds_and_what_is_new_is_other() -> None:
    deep: JsonValue = {"type": "track", "event": "x", "userId": "u", "properties": {}}
    for _ in range(200):
        deep = {"a": deep}
    reasons = [
        refusal({"type": "track", "event": "x", "userId": "u"}, INTERNAL_SOURCE, Plans(), ITEM_LIMIT + 1),
        refusal(deep, INTERNAL_SOURCE, Plans()),
        "plan shop: the event is not planned",
        "a reason that nobody told apart yet",
    ]

    assert ["too_large", "too_deep", "plan", OTHER] == [kind_of(str(reason)) for reason in reasons]
    assert len({kind for _, kind in KINDS}) < 15


def test_what_is_counted_of_one_source_is_not_of_another() -> None:
    tally = Tally()
    tally.count([("web", 5), ("till", 2), ("", 1)], [("web", "no identifier: send one"), ("", "unknown write key")])

    assert {"web": 4, "till": 2} == tally.accepted
    assert {("web", "no_identifier"): 1, ("", "unknown_key"): 1} == tally.rejected
