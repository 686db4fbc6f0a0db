"""A journey's faults are all said at once, each at its place; what is promised for later says so."""

import pytest

from tests.journeys.world import SEGMENTS, TEMPLATES, read_all
from trenza.definitions import Reading, read_documents
from trenza.journeys import CAP, JOURNEY, JOURNEY_TEST, QUIET_HOURS

KINDS = {kind.name: kind for kind in (JOURNEY, CAP, QUIET_HOURS, JOURNEY_TEST)}
HEAD = "kind: Journey\nkey: j\nenter: {event: Go}\npolicy: {purpose: marketing}\n"


def _faults(text: str) -> list[tuple[int, str]]:
    documents, faults = read_documents(text, "j.yaml")
    reading = Reading({"Template": TEMPLATES, "Segment": SEGMENTS, "Cap": ["marketing"], "QuietHours": ["night"]})
    for document in documents:
        KINDS[document.kind].read(document, reading)
    return [(fault.line, fault.why) for fault in [*faults, *reading.faults]]


def test_all_faults_of_a_journey_come_at_once_with_their_lines() -> None:
    found = _faults(
        """kind: Journey
key: j
enter: {event: Go, instnce: properties.id}
holdout: {percent: 120}
policy: {purpose: marketing, caps: [nope], quiet_hours: nope, expires: soon}
steps:
  - wait: 20 hours
  - send: {any_of: [email], template: nope}
  - send: {template: hello}
  - jump: {to: nowhere}
  - goto: nowhere
"""
    )
    assert [3, 4, 5, 5, 5, 7, 8, 9, 10, 11] == sorted(line for line, _ in found)


@pytest.mark.parametrize(
    "text",
    [
        "kind: Journey\nkey: j\nenter: {schedule: {at: '10:00'}}\npolicy: {purpose: marketing}\nsteps: [{wait: 1h}]\n",
        "kind: Journey\nkey: j\nenter: {list: vips}\npolicy: {purpose: marketing}\nsteps: [{wait: 1h}]\n",
        HEAD + "steps: [{webhook: {url: x}}]\n",
        HEAD + "steps: [{audience: {key: x, action: add}}]\n",
        HEAD + "steps: [{set: {list: x}}]\n",
        HEAD + "steps: [{set: {score: x}}]\n",
        HEAD + "steps: [{send: {channel: email, template: hello, optimise: time}}]\n",
    ],
)
def test_what_is_not_built_yet_says_so(text: str) -> None:
    faults = _faults(text)
    assert 1 == len(faults)
    assert "not in this version yet" in faults[0][1]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("[]", "without steps"),
        ("[{wait: 1h, send: {}}]", "this is no step"),
        ("[{wait: {until: {event: A}, name: w}}, {wait: {until: {event: B}, name: w}}]", "two steps are called"),
        ("[{branch: {when: [{if: {step: {nowhere: timeout}}, then: []}]}}]", "nowhere"),
        ("[{send: {name: a, channel: email, template: hello}}, {goto: a}]", "never waits"),
        ("[{send: {channel: email, template: {x: hello}}}]", "arms"),
        ("[{wait: {until: {local: '25:00'}}}]", "no time of day"),
        ("[{wait: {until: {local: {from: '09:00', to: '09:00'}}}}]", "same time"),
        ("[{wait: {until: {event: A, offset: 1d}}}]", "belongs to"),
        ("[{send: {channel: email, template: hello, fallback_unless: clicked}}]", "fallback_after"),
        ("[{experiment: {name: x, arms: {a: 0, b: 0}}}]", "weight"),
        ("[{send: {channel: email, any_of: [sms], template: hello}}]", "one channel"),
    ],
)
def test_what_makes_no_sense_is_a_fault(steps: str, why: str) -> None:
    faults = _faults(HEAD + f"steps: {steps}\n")
    assert any(why in said for _, said in faults), faults


def test_a_circle_that_waits_is_welcome() -> None:
    assert [] == _faults(HEAD + "steps: [{send: {name: a, channel: email, template: hello}}, {wait: 1d}, {goto: a}]\n")


def test_hostile_documents_bring_faults_and_nothing_else() -> None:
    for steps in (
        "1",
        "null",
        "{a: b}",
        "[[[]]]",
        "[null, 1, true, {}]",
        "[{wait: null}]",
        "[{branch: 1}]",
        "[{send: []}]",
    ):
        assert _faults(HEAD + f"steps: {steps}\n")
    deep = "[{branch: {when: [], else: " * 60 + "[]" + "}}]" * 60
    assert _faults(HEAD + f"steps: {deep}\n")


def test_quiet_hours_and_caps_are_read_with_their_faults() -> None:
    assert [4, 5, 6] == sorted(
        line
        for line, _ in _faults(
            'kind: QuietHours\nkey: q\nfrom: "21:00"\nto: "21:60"\ndays: [lun]\nzone: Nowhere/Land\n'
        )
    )
    assert [3, 4, 5] == sorted(
        line for line, _ in _faults("kind: Cap\nkey: c\ncount: -1\nwithin: 400d\nchannels: []\n")
    )


def test_a_test_of_journeys_names_known_fields_of_the_record() -> None:
    faults = _faults(
        """kind: JourneyTest
key: t
timeline: []
expect:
  - {at: 2026-03-02T10:00:00Z, verdikt: sent}
  - {at: 2026-03-02T10:00:00Z, goal: 5}
assign: {nope: {holdout: maybe}}
"""
    )
    assert [5, 6, 7, 7] == sorted(line for line, _ in faults)


def test_what_a_journey_refers_to_is_known() -> None:
    text = HEAD.replace("marketing}", "marketing, caps: [marketing], quiet_hours: night}")
    documents, _ = read_documents(text + "steps: [{send: {channel: email, template: hello}}]\n", "j.yaml")
    assert JOURNEY.references is not None
    assert [("Cap", "marketing"), ("QuietHours", "night"), ("Template", "hello")] == list(
        JOURNEY.references(documents[0])
    )


def test_the_example_of_the_language_is_read() -> None:
    found = read_all(
        """kind: Cap
key: marketing
count: 2
within: 24h
---
kind: QuietHours
key: default
from: "21:00"
to: "09:00"
---
kind: Journey
key: cart_rescue
enter: {event: Cart Updated, instance: properties.cart_id, if: {segment: warm_cart}, reenter: {after: 7d}}
goal: {event: Order Completed, same: properties.cart_id, within: 7d, value: properties.total}
exit:
  - {event: Order Completed, same: properties.cart_id}
holdout: {percent: 10}
policy: {purpose: marketing, priority: 60, value: 2.40, caps: [marketing], quiet_hours: default, expires: 24h}
steps:
  - wait: {until: {event: Application Opened}, timeout: 1h, name: came_back}
  - branch:
      name: returned
      when:
        - {if: {step: {came_back: timeout}}, then: [{send: {name: first, any_of: [push, email], template: cart_1}}]}
  - wait: 20h
  - experiment: {name: offer, arms: {plain: 50, discount: 50}, metric: goal}
  - send: {name: second, any_of: [email], template: {plain: cart_2, discount: cart_2_discount}}
"""
    )
    journey = found["Journey"]["cart_rescue"]
    assert ["came_back", "returned", "wait-3", "offer", "second", "first"] == list(journey.steps)  # type: ignore[attr-defined]  # a journey
