"""Tests of a journey as timelines: what is given, what is expected, and what came."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from trenza.definitions import ConsentGiven, Item, Receipt, Suppressed, Told
from trenza.journeys import Expectation, JourneyTest
from trenza.kernel import Fault, Instant, JsonValue, parse_instant
from trenza.testing import TestResult, Trial
from trenza.web.journeys.drawing import VERDICT_WORDS
from trenza.web.plain import short, shown
from trenza.web.render import View
from trenza.web.words import name_channel

MOMENT_WORDS = {
    "track": "does “{event}”",
    "identify": "says who they are",
    "other": "sends “{event}”",
    "receipt": "“{step}” is {result}",
    "granted": "gives permission for {purpose}, {channel}",
    "denied": "refuses {purpose}, {channel}",
    "suppress": "an address of {channel} is blocked",
    "expect": "“{step}”: {verdict}",
    "expect_by": "“{step}”: {verdict}, {channel}",
    "goal": "the goal is reached",
    "goal_value": "the goal is reached, worth {value}",
}
RESULT_WORDS = {
    "delivered": "delivered",
    "failed": "failed",
    "bounced": "bounced",
    "opened": "opened",
    "clicked": "clicked",
    "replied": "answered",
    "crash_after_accept": "sent, but the answer was lost",
}
STATE_WORDS = {
    "given": "happens",
    "expected": "expected",
    "came": "came as expected",
    "missing": "did not come",
    "spare": "came, not expected",
}
_TONES = {"came": "good", "missing": "bad", "spare": "bad"}
_ICONS = {
    "given": "activity",
    "expected": "circle-dashed",
    "came": "circle-check",
    "missing": "circle-x",
    "spare": "circle-alert",
}
_LONGEST = 90


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a timeline."""

    at: Instant | None
    when: str
    """In the test's zone."""
    who: str
    text: str
    more: str = ""
    state: str
    said: str
    icon: str
    tone: str


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A test."""

    key: str
    passed: bool | None
    """None: not run."""
    moments: tuple[Moment, ...]
    people: int
    troubles: tuple[str, ...] = ()


def played(view: View, tests: Mapping[str, JourneyTest], trial: Trial | None) -> list[Played]:
    """Tests as timelines, in the order of the results; without a trial as they are written."""
    results = {each.key: each for each in trial.results} if trial else {}
    wanted = [*results] if trial else [*tests]
    return [_Player(view, tests[key], results.get(key)).play() for key in wanted if key in tests]


def tests_about(tests: Mapping[str, JourneyTest], key: str) -> dict[str, JourneyTest]:
    """Tests that name a journey."""
    return {name: test for name, test in tests.items() if key in test.uses or (not test.uses and key in test.assign)}


class _Player:
    def __init__(self, view: View, test: JourneyTest, result: TestResult | None) -> None:
        from trenza.web.formats import Formats  # noqa: PLC0415 — a start need not wait for Babel

        self._view = view
        self._test = test
        self._result = result
        self._formats = Formats(view.language, test.zone, 0)

    def play(self) -> Played:
        moments = sorted([*self._given(), *self._expected(), *self._spare()], key=lambda each: each.at or 0)
        troubles = [each for each in (self._result.came if self._result else []) if isinstance(each, str)]
        return Played(
            key=self._test.key,
            passed=self._result.passed if self._result else None,
            moments=tuple(moments),
            people=len({each.who for each in moments if each.who and each.state != "spare"}),
            troubles=tuple(troubles),
        )

    def _given(self) -> Iterator[Moment]:
        for item in self._test.timeline:
            who, text, more = self._happens(item)
            yield self._moment(item.at, who, text, "given", more)

    def _expected(self) -> Iterator[Moment]:
        missing = list(self._result.expected) if self._result else []
        for each in self._test.expect:
            state = "expected" if self._result is None else "came"
            if each.shown in missing:
                missing.remove(each.shown)
                state = "missing"
            yield self._moment(each.at, _bare(each.person), self._wanted(each), state)

    def _spare(self) -> Iterator[Moment]:
        for each in self._result.came if self._result else []:
            if isinstance(each, dict):
                yield self._moment(parse_instant(str(each.get("at", ""))), "", self._record(each), "spare")

    def _moment(self, at: Instant | None, who: str, text: str, state: str, more: str = "") -> Moment:
        return Moment(
            at=at,
            when=self._formats.moment(at) if at is not None else "",
            who=who,
            text=text,
            more=more,
            state=state,
            said=self._view.say(STATE_WORDS[state]),
            icon=_ICONS[state],
            tone=_TONES.get(state, ""),
        )

    def _happens(self, item: Item) -> tuple[str, str, str]:
        """Who, what, and what with."""
        what = item.what
        if isinstance(what, Told):
            return self._told(what)
        if isinstance(what, Receipt):
            result = self._view.say(RESULT_WORDS.get(what.result, what.result))
            return _bare(what.person), self._say("receipt", step=what.step, result=result), ""
        if isinstance(what, ConsentGiven):
            names = {"purpose": what.purpose, "channel": name_channel(self._view, what.channel)}
            return what.user_id or what.anonymous_id, self._say(what.status, **names), ""
        assert isinstance(what, Suppressed)  # noqa: S101 — the last of the four
        return "", self._say("suppress", channel=name_channel(self._view, what.channel)), ""

    def _told(self, told: Told) -> tuple[str, str, str]:
        message = told.message
        who = shown(message.get("userId") or message.get("anonymousId"))
        kind = shown(message.get("type"))
        event = shown(message.get("event") or message.get("name") or kind)
        said = message.get("properties") or message.get("traits")
        more = shown(said)
        more = f"{more[:_LONGEST]}…" if len(more) > _LONGEST else more
        return who, self._say(kind if kind in {"track", "identify"} else "other", event=event), more

    def _wanted(self, each: Expectation) -> str:
        if each.goal is not None:
            return self._goal(each.goal)
        return self._record(each.fields)

    def _record(self, fields: Mapping[str, Any]) -> str:
        if "goal" in fields:
            return self._goal(fields["goal"])
        verdict, channel = str(fields.get("verdict", "")), str(fields.get("channel", ""))
        said = self._view.say(VERDICT_WORDS[verdict]) if verdict in VERDICT_WORDS else verdict
        names = {"step": short(fields.get("step")), "verdict": said}
        if channel:
            return self._say("expect_by", channel=name_channel(self._view, channel), **names)
        return self._say("expect", **names)

    def _goal(self, goal: JsonValue) -> str:
        value = goal.get("value") if isinstance(goal, dict) else None
        return self._say("goal") if value is None else self._say("goal_value", value=shown(value))

    def _say(self, key: str, **names: str) -> str:
        return self._view.say(MOMENT_WORDS[key]).format(**names)


def _bare(person: str) -> str:
    """`u1` of `user_id:u1`."""
    return person.removeprefix("user_id:")


def first_faults(trial: Trial | None) -> Sequence[Fault]:
    """Why nothing was run."""
    return trial.faults if trial else ()
