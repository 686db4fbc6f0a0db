"""Steps and sections of a journey as sentences."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from markupsafe import Markup

from trenza.journeys import Cap, QuietHours
from trenza.kernel import JsonValue
from trenza.web.plain.conditions import SENTENCE_WORDS, say_condition, short
from trenza.web.plain.speaking import Speaker, shown

KIND_WORDS = {
    "wait": "Wait",
    "branch": "Branch",
    "experiment": "Experiment",
    "split": "Split",
    "send": "Send",
    "set": "Note down",
    "task": "Task",
    "goto": "Go on elsewhere",
    "end": "End",
    "": "Not known here",
}
ICONS = {
    "wait": "hourglass",
    "branch": "git-branch",
    "experiment": "flask-conical",
    "split": "split",
    "send": "send",
    "set": "pencil",
    "task": "list-checks",
    "goto": "corner-down-left",
    "end": "circle-stop",
    "": "circle-help",
}
CHANNEL_WORDS = {
    "email": "e-mail",
    "sms": "SMS",
    "push": "push",
    "whatsapp": "WhatsApp",
    "web_push": "web push",
    "in_app": "in the app",
    "voice": "call",
    "direct_mail": "post",
    "task": "task",
}
DAY_WORDS = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}
WEEKDAY_WORDS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
WAIT_WORDS = {
    "for": "Wait {span}",
    "event": "Wait for this: {event}",
    "event_same": "Wait for this, with the same {path}: {event}",
    "segment": "Wait until the person is in {segment}",
    "instant": "Wait until {moment}",
    "trait": "Wait until the day in {trait}",
    "trait_offset": "Wait until {span} from the day in {trait}",
    "local": "Wait until {time} where the person lives",
    "window": "Wait for the time from {start} to {end} where the person lives",
    "days": "only on {days}",
    "timeout": "for {span} at most",
}
SEND_WORDS = {
    "one": "Send {template} by {channels}",
    "any": "Send {template} by the first that works of {channels}",
    "arms": "the message depends on the arm: {arms}",
    "prefer": "the channel that the person prefers comes first",
    "fallback": "after {span} by the next channel, if it was not {level}",
}
LEVEL_WORDS = {"delivered": "delivered", "opened": "opened", "clicked": "clicked", "replied": "answered"}
STEP_WORDS = {
    "branch": "Which way?",
    "experiment": "Draw one of {arms}, the same for a person every time",
    "metric": "measured by the goal",
    "split": "Draw a way, the same for a person every time",
    "trait": "Note about the person: {trait}",
    "consent": "Note: {purpose} by {channel} is {status}",
    "task": "Task for {queue}: {title}",
    "due": "due within {span}",
    "goto": "Go on at {step}",
    "end": "The journey ends here",
    "unknown": "A step that this page cannot put into words",
    "if": "If {what}",
    "else": "Otherwise",
    "share": "{arm}, {percent}",
}
GIVEN_WORDS = {"granted": "granted", "denied": "denied"}
ENTRY_WORDS = {
    "event": "When this happens: {event}",
    "segment": "When somebody comes into the segment {segment}",
    "left": "When somebody leaves the segment {segment}",
    "api": "When another system starts it by the API",
    "if": "if {what}",
    "instance": "one run for each {path}",
    "again": "the same again after {span} at the earliest",
    "once": "once, never again",
}
GOAL_WORDS = {
    "event": "{event}",
    "same": "with the same {path}",
    "within": "within {span}",
    "value": "worth its {path}",
}
POLICY_WORDS = {
    "marketing": "Marketing: only with permission",
    "service": "Service: also without permission",
    "other": "{purpose}: only with permission",
    "cap": "At most {count} in {span}, together with other journeys ({cap})",
    "cap_alone": "At most {count} in {span}, over all channels",
    "cap_on": "At most {count} in {span} by {channels}",
    "quiet": "Nothing between {start} and {end} where the person lives",
    "quiet_zone": "Nothing between {start} and {end}, time of {zone}",
    "quiet_days": "{quiet}; only what begins on {days}",
    "quiet_range": "{quiet}; only what begins from {first} to {last}",
    "expires": "A message is dropped if it could not go within {span}",
    "value": "A message is worth {value}: the greater goes first where a cap is short",
    "priority": "Priority {priority}",
    "move": "Whoever is on the way goes over to a new version",
    "holdout": "{percent} of people get nothing, so that the effect can be seen",
    "no_holdout": "Nobody is left out for comparison",
}


class Sentence(msgspec.Struct, frozen=True):
    """What a block does, and what more there is to know."""

    title: Markup
    details: tuple[Markup, ...] = ()


def say_channel(speaker: Speaker, channel: JsonValue) -> str:
    """A channel's name; one that is not ours keeps its own."""
    key = shown(channel)
    return speaker.say(CHANNEL_WORDS[key]) if key in CHANNEL_WORDS else key


def say_step(speaker: Speaker, form: str, value: JsonValue) -> Sentence:
    """A step by what stands behind its key."""
    say = _STEPS.get(form)
    return say(speaker, value) if say else Sentence(speaker.tell(STEP_WORDS["unknown"]))


def say_entry(speaker: Speaker, value: JsonValue) -> Sentence:
    """How one comes in."""
    fields = _dict(value)
    way = (
        "event"
        if "event" in fields
        else "api"
        if "api" in fields
        else "left"
        if fields.get("on") == "left"
        else "segment"
    )
    title = speaker.tell(
        ENTRY_WORDS[way],
        event=speaker.event(fields.get("event")),
        segment=speaker.name("Segment", fields.get("segment")),
    )
    details = []
    if "if" in fields:
        details.append(speaker.tell(ENTRY_WORDS["if"], what=say_condition(speaker, fields["if"])))
    if "instance" in fields:
        details.append(speaker.tell(ENTRY_WORDS["instance"], path=short(fields["instance"])))
    again = _dict(fields.get("reenter")).get("after")
    details.append(
        speaker.tell(ENTRY_WORDS["again"], span=speaker.span(again)) if again else speaker.tell(ENTRY_WORDS["once"])
    )
    return Sentence(title, tuple(details))


def say_goal(speaker: Speaker, value: JsonValue) -> Markup:
    """What it is for."""
    fields = _dict(value)
    parts = [speaker.tell(GOAL_WORDS["event"], event=speaker.event(fields.get("event"), begins=True))]
    parts += [speaker.tell(GOAL_WORDS["same"], path=short(fields["same"]))] if "same" in fields else []
    parts += [speaker.tell(GOAL_WORDS["within"], span=speaker.span(fields["within"]))] if "within" in fields else []
    parts += [speaker.tell(GOAL_WORDS["value"], path=short(fields["value"]))] if "value" in fields else []
    return Markup(" ").join(parts)


def say_exits(speaker: Speaker, value: JsonValue) -> list[Markup]:
    """What ends a run, one line each."""
    return [
        say_goal(speaker, {key: each[key] for key in ("event", "same") if key in each})
        for each in map(_dict, _list(value))
    ]


def say_policy(
    speaker: Speaker, content: Mapping[str, JsonValue], caps: Mapping[str, Cap], quiet: Mapping[str, QuietHours]
) -> list[Markup]:
    """What its messages obey, one line each."""
    fields = _dict(content.get("policy"))
    lines = [say_purpose(speaker, fields)]
    lines += [_shared_cap(speaker, caps[key]) for key in _list(fields.get("caps")) if key in caps]
    night = quiet.get(shown(fields.get("quiet_hours")))
    lines += [say_quiet_hours(speaker, night)] if night else []
    lines += (
        [speaker.tell(POLICY_WORDS["expires"], span=speaker.span(fields["expires"]))] if "expires" in fields else []
    )
    lines += [speaker.tell(POLICY_WORDS["value"], value=speaker.number(fields["value"]))] if fields.get("value") else []
    lines += (
        [speaker.tell(POLICY_WORDS["priority"], priority=speaker.number(fields["priority"]))]
        if fields.get("priority")
        else []
    )
    lines += [speaker.tell(POLICY_WORDS["move"])] if fields.get("on_update") == "move" else []
    return lines


def say_purpose(speaker: Speaker, policy: JsonValue) -> Markup:
    """What a policy's purpose means."""
    purpose = shown(_dict(policy).get("purpose"))
    text = POLICY_WORDS[purpose] if purpose in {"marketing", "service"} else POLICY_WORDS["other"]
    return speaker.tell(text, purpose=purpose)


def say_holdout(speaker: Speaker, percent: float) -> Markup:
    """How many are left out on purpose."""
    return speaker.tell(POLICY_WORDS["holdout" if percent else "no_holdout"], percent=f"{speaker.number(percent)} %")


def say_cap(speaker: Speaker, cap: Cap, channels: Sequence[str]) -> Markup:
    """A cap by itself; `channels` are the names of those it counts, empty for all."""
    names = speaker.join([Markup("<b>{}</b>").format(name) for name in channels], "and")
    words = {"count": speaker.number(cap.count), "span": speaker.span(str(cap.within)), "channels": names}
    return speaker.tell(POLICY_WORDS["cap_on" if channels else "cap_alone"], **words)


def say_quiet_hours(speaker: Speaker, night: QuietHours) -> Markup:
    """When nobody is written to."""
    times = {"start": _time(night.start), "end": _time(night.end)}
    key = "quiet" if night.zone == "person" else "quiet_zone"
    return _on_days(speaker, speaker.tell(POLICY_WORDS[key], zone=night.zone, **times), sorted(night.days))


def _on_days(speaker: Speaker, quiet: Markup, days: Sequence[int]) -> Markup:
    """The same on some days: `from Monday to Friday` where at least three follow each other."""
    names = [speaker.say(each) for each in WEEKDAY_WORDS.values()]
    if len(days) == len(names):
        return quiet
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:  # noqa: PLR2004 — two are better named
        return speaker.tell(POLICY_WORDS["quiet_range"], quiet=quiet, first=names[days[0]], last=names[days[-1]])
    marked = [Markup("<b>{}</b>").format(names[each]) for each in days]
    return speaker.tell(POLICY_WORDS["quiet_days"], quiet=quiet, days=speaker.join(marked, SENTENCE_WORDS["and"]))


def _shared_cap(speaker: Speaker, cap: Cap) -> Markup:
    return speaker.tell(
        POLICY_WORDS["cap"], count=speaker.number(cap.count), span=speaker.span(str(cap.within)), cap=cap.key
    )


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _wait(speaker: Speaker, value: JsonValue) -> Sentence:
    fields = _dict(value)
    if not isinstance(value, dict) or "for" in fields:
        return Sentence(speaker.tell(WAIT_WORDS["for"], span=speaker.span(fields.get("for", value))))
    title, details = _until(speaker, fields.get("until"))
    if "timeout" in fields:
        details = [*details, speaker.tell(WAIT_WORDS["timeout"], span=speaker.span(fields["timeout"]))]
    return Sentence(title, tuple(details))


def _until(speaker: Speaker, until: JsonValue) -> tuple[Markup, list[Markup]]:
    fields = _dict(until)
    if "event" in fields:
        key = "event_same" if "same" in fields else "event"
        return speaker.tell(WAIT_WORDS[key], event=speaker.event(fields["event"]), path=short(fields.get("same"))), []
    if "segment" in fields:
        return speaker.tell(WAIT_WORDS["segment"], segment=speaker.name("Segment", fields["segment"])), []
    if "trait" in fields:
        key = "trait_offset" if "offset" in fields else "trait"
        return speaker.tell(WAIT_WORDS[key], trait=shown(fields["trait"]), span=speaker.span(fields.get("offset"))), []
    if "local" in fields:
        return _until_local(speaker, fields)
    return speaker.tell(WAIT_WORDS["instant"], moment=speaker.moment(until)), []


def _until_local(speaker: Speaker, fields: Mapping[str, JsonValue]) -> tuple[Markup, list[Markup]]:
    window = _dict(fields["local"])
    days = [
        speaker.say(DAY_WORDS.get(shown(day), shown(day))) for day in _list(fields.get("days") or window.get("days"))
    ]
    details = [speaker.tell(WAIT_WORDS["days"], days=", ".join(days))] if days else []
    if window:
        return speaker.tell(WAIT_WORDS["window"], start=shown(window.get("from")), end=shown(window.get("to"))), details
    return speaker.tell(WAIT_WORDS["local"], time=shown(fields["local"])), details


def _send(speaker: Speaker, value: JsonValue) -> Sentence:
    fields = _dict(value)
    template = fields.get("template")
    listed = _list(fields.get("any_of")) or [fields.get("channel")]
    channels = [Markup("<b>{}</b>").format(say_channel(speaker, each)) for each in listed]
    keys = list(dict.fromkeys(map(shown, template.values()))) if isinstance(template, dict) else [shown(template)]
    named = speaker.join([speaker.name("Template", key) for key in keys], SENTENCE_WORDS["or"])
    title = speaker.tell(
        SEND_WORDS["any" if len(channels) > 1 else "one"], template=named, channels=Markup(" → ").join(channels)
    )
    details = []
    if isinstance(template, dict):
        arms = [Markup("{}: {}").format(arm, speaker.name("Template", key)) for arm, key in template.items()]
        details.append(speaker.tell(SEND_WORDS["arms"], arms=Markup(", ").join(arms)))
    if "prefer" in fields:
        details.append(speaker.tell(SEND_WORDS["prefer"]))
    if "fallback_after" in fields:
        level = LEVEL_WORDS.get(shown(fields.get("fallback_unless", "delivered")), "delivered")
        details.append(
            speaker.tell(
                SEND_WORDS["fallback"],
                span=speaker.span(fields["fallback_after"]),
                level=Markup("{}").format(speaker.say(level)),
            )
        )
    return Sentence(title, tuple(details))


def _branch(speaker: Speaker, _: JsonValue) -> Sentence:
    return Sentence(speaker.tell(STEP_WORDS["branch"]))


def _experiment(speaker: Speaker, value: JsonValue) -> Sentence:
    fields = _dict(value)
    arms = _dict(fields.get("arms"))
    weights = [each for each in arms.values() if isinstance(each, int)]
    said = [Markup("<b>{}</b> ({})").format(arm, say_share(weight, sum(weights))) for arm, weight in arms.items()]
    details = (speaker.tell(STEP_WORDS["metric"]),) if fields.get("metric") == "goal" else ()
    return Sentence(speaker.tell(STEP_WORDS["experiment"], arms=speaker.join(said, SENTENCE_WORDS["or"])), details)


def say_share(weight: JsonValue, whole: int) -> str:
    """A weight as a percentage of all."""
    return f"{round(100 * weight / whole)} %" if isinstance(weight, int) and whole else "0 %"


def _split(speaker: Speaker, _: JsonValue) -> Sentence:
    return Sentence(speaker.tell(STEP_WORDS["split"]))


def _set(speaker: Speaker, value: JsonValue) -> Sentence:
    fields = _dict(value)
    if "consent" in fields:
        said = _dict(fields["consent"])
        status = GIVEN_WORDS.get(shown(said.get("is")), "granted")
        channel = say_channel(speaker, said.get("channel"))
        names = {"purpose": shown(said.get("purpose")), "channel": channel, "status": speaker.say(status)}
        return Sentence(speaker.tell(STEP_WORDS["consent"], **names))
    return Sentence(speaker.tell(STEP_WORDS["trait"], trait=shown(fields.get("trait"))))


def _task(speaker: Speaker, value: JsonValue) -> Sentence:
    fields = _dict(value)
    title = fields.get("title")
    said = title.get(speaker.language) or next(iter(title.values()), "") if isinstance(title, dict) else title
    details = (speaker.tell(STEP_WORDS["due"], span=speaker.span(fields["due"])),) if "due" in fields else ()
    return Sentence(speaker.tell(STEP_WORDS["task"], queue=shown(fields.get("queue")), title=shown(said)), details)


def _goto(speaker: Speaker, value: JsonValue) -> Sentence:
    return Sentence(speaker.tell(STEP_WORDS["goto"], step=shown(value)))


def _end(speaker: Speaker, _: JsonValue) -> Sentence:
    return Sentence(speaker.tell(STEP_WORDS["end"]))


def _dict(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


_STEPS: dict[str, Callable[[Speaker, JsonValue], Sentence]] = {
    "wait": _wait,
    "send": _send,
    "branch": _branch,
    "experiment": _experiment,
    "split": _split,
    "set": _set,
    "task": _task,
    "goto": _goto,
    "end": _end,
}
