"""A condition of the language as a sentence: who it is about, in plain words."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from trenza.journeys import UntilEvent, UntilSegment
from trenza.kernel import JsonValue
from trenza.web.plain.speaking import Speaker, shown
from trenza.web.words import DEEDS

COMPARISON_WORDS = {
    "is": "{path} is {value}",
    "is_not": "{path} is not {value}",
    "in": "{path} is one of {value}",
    "not_in": "{path} is none of {value}",
    "gt": "{path} is more than {value}",
    "gte": "{path} is at least {value}",
    "lt": "{path} is less than {value}",
    "lte": "{path} is at most {value}",
    "between": "{path} is between {value}",
    "contains": "{path} contains {value}",
    "starts_with": "{path} begins with {value}",
    "ends_with": "{path} ends with {value}",
    "exists": "{path} is known",
    "exists_not": "{path} is not known",
    "before": "{path} is before {value}",
    "after": "{path} is after {value}",
    "within_last": "{path} lies within the last {value}",
    "anniversary": "{path} has its day of the year today",
}
COUNT_WORDS = {
    "is": "exactly {value} times",
    "is_not": "any number of times but {value}",
    "gt": "more than {value} times",
    "gte": "at least {value} times",
    "lt": "fewer than {value} times",
    "lte": "at most {value} times",
    "between": "between {value} times",
}
AGGREGATE_WORDS = {
    "sum": "the sum of {path}",
    "avg": "the average of {path}",
    "min": "the least {path}",
    "max": "the greatest {path}",
}
CONSENT_WORDS = {
    "granted": "gave permission for {purpose} by {channel}",
    "denied": "refused {purpose} by {channel}",
    "unknown": "was never asked about {purpose} by {channel}",
}
OUTCOME_WORDS = {
    "timeout": "the time of “{wait}” ran out",
    "event": "what “{wait}” waited for happened",
    "segment": "the segment of “{wait}” was entered",
}
WAITED_WORDS = {
    ("event", "timeout"): "in {span} this did not happen: {event}",
    ("event", "event"): "this happened in time: {event}",
    ("segment", "timeout"): "did not enter the segment {segment} in {span}",
    ("segment", "segment"): "entered the segment {segment} in time",
}
"""How a wait ended, by what it waited for."""
SENTENCE_WORDS = {
    "everybody": "everybody",
    "nobody": "nobody",
    "not": "not: {what}",
    "did": "did {event}",
    "never": "did not do {event}",
    "deed": "{event}",
    "never_deed": "never {event}",
    "within": "in the last {span}",
    "since": "since {moment}",
    "between": "between {moment}",
    "where": "where {what}",
    "first": "the first of them: {what}",
    "last": "the last of them: {what}",
    "same": "with the same {path}",
    "sequence": "did in this order: {steps}",
    "then": "then",
    "and": "and",
    "or": "or",
    "segment": "is in the segment {segment}",
    "reachable": "can be reached by {channel}",
    "bucket": "belongs to the drawn share from {from_} to {to} of “{salt}”",
    "held": "for {span} by now",
    "unknown": "a condition that this page cannot put into words",
}
_PROPERTIES = "properties."


def say_condition(speaker: Speaker, value: JsonValue, *, inner: bool = False) -> Markup:
    """A condition as a clause that can follow “if” or “who”."""
    if not isinstance(value, dict) or len(value) != 1:
        return speaker.tell(SENTENCE_WORDS["unknown"])
    form, body = next(iter(value.items()))
    if form in {"all", "any", "none"} and isinstance(body, list):
        return _group(speaker, form, body, inner=inner)
    say = _FORMS.get(form)
    return say(speaker, body) if say else speaker.tell(SENTENCE_WORDS["unknown"])


def _group(speaker: Speaker, form: str, body: list[JsonValue], *, inner: bool) -> Markup:
    if not body:
        return speaker.tell(SENTENCE_WORDS["nobody" if form == "any" else "everybody"])
    many = len(body) > 1
    parts = [say_condition(speaker, each, inner=many) for each in body]
    joined = speaker.join(parts, SENTENCE_WORDS["and" if form == "all" else "or"])
    if form == "none":
        joined = speaker.tell(SENTENCE_WORDS["not"], what=Markup("({})").format(joined) if many else joined)
    return Markup("({})").format(joined) if inner and many and form != "none" else joined


def _event(speaker: Speaker, body: JsonValue) -> Markup:
    fields = body if isinstance(body, dict) else {}
    count = fields.get("count")
    never = count in ({"is": 0}, {"lte": 0}, {"lt": 1})
    parts = [_did(speaker, fields.get("name"), never=never)]
    if isinstance(count, dict) and not never:
        parts += [
            speaker.tell(COUNT_WORDS[op], value=speaker.number(each)) for op, each in count.items() if op in COUNT_WORDS
        ]
    parts += _window(speaker, fields)
    if "where" in fields:
        parts += [speaker.tell(SENTENCE_WORDS["where"], what=say_tests(speaker, fields["where"]))]
    for name, text in AGGREGATE_WORDS.items():
        if isinstance(tests := fields.get(name), dict):
            named = {speaker.tell(text, path=short(path)): test for path, test in tests.items()}
            parts += [speaker.tell(SENTENCE_WORDS["where"], what=_tests(speaker, named))]
    parts += [
        speaker.tell(SENTENCE_WORDS[name], what=say_tests(speaker, fields[name]))
        for name in ("first", "last")
        if name in fields
    ]
    if "same" in fields:
        parts += [speaker.tell(SENTENCE_WORDS["same"], path=short(fields["same"]))]
    return Markup(" ").join(parts)


def _did(speaker: Speaker, name: JsonValue, *, never: bool) -> Markup:
    """What our own words call a deed is the verb of the sentence; anything else is done."""
    key = ("never_deed" if never else "deed") if shown(name) in DEEDS else ("never" if never else "did")
    return speaker.tell(SENTENCE_WORDS[key], event=speaker.event(name))


def _window(speaker: Speaker, fields: Mapping[str, JsonValue]) -> list[Markup]:
    if "within" in fields:
        return [speaker.tell(SENTENCE_WORDS["within"], span=speaker.span(fields["within"]))]
    if "since" in fields:
        return [speaker.tell(SENTENCE_WORDS["since"], moment=speaker.moment(fields["since"]))]
    if isinstance(both := fields.get("between"), list):
        ends = [Markup("<b>{}</b>").format(speaker.moment(each)) for each in both]
        return [speaker.tell(SENTENCE_WORDS["between"], moment=speaker.join(ends, SENTENCE_WORDS["and"]))]
    return []


def say_tests(speaker: Speaker, tests: JsonValue) -> Markup:
    """Comparisons of several paths, all of which must hold."""
    named = (
        {Markup("<b>{}</b>").format(short(path)): each for path, each in tests.items()}
        if isinstance(tests, dict)
        else {}
    )
    return _tests(speaker, named)


def _tests(speaker: Speaker, named: Mapping[Markup, JsonValue]) -> Markup:
    parts = [
        _compared(speaker, path, op, value)
        for path, operations in named.items()
        if isinstance(operations, dict)
        for op, value in operations.items()
        if op not in {"fold", "for"}
    ]
    return speaker.join(parts, SENTENCE_WORDS["and"])


def _compared(speaker: Speaker, path: Markup, op: str, value: JsonValue) -> Markup:
    if op == "exists" and value is False:
        op = "exists_not"
    if op == "within_last":
        said = speaker.span(value)
    elif op in {"before", "after"}:
        said = speaker.moment(value)
    elif op == "between" and isinstance(value, list):
        said = speaker.join([Markup("<b>{}</b>").format(speaker.number(each)) for each in value], SENTENCE_WORDS["and"])
    else:
        said = ", ".join(map(speaker.number, value)) if isinstance(value, list) else speaker.number(value)
    return speaker.tell(COMPARISON_WORDS.get(op, "{path} is {value}"), path=path, value=said)


def _trait(speaker: Speaker, body: JsonValue) -> Markup:
    said = say_tests(speaker, body)
    held = (
        [each["for"] for each in body.values() if isinstance(each, dict) and "for" in each]
        if isinstance(body, dict)
        else []
    )
    return (
        Markup("{} {}").format(said, speaker.tell(SENTENCE_WORDS["held"], span=speaker.span(held[0]))) if held else said
    )


def _sequence(speaker: Speaker, body: JsonValue) -> Markup:
    fields = body if isinstance(body, dict) else {}
    listed = fields.get("steps")
    steps = listed if isinstance(listed, list) else []
    names = [each.get("name") if isinstance(each, dict) else each for each in steps]
    marked = [Markup("<b>{}</b>").format(speaker.event(each)) for each in names]
    parts = [speaker.tell(SENTENCE_WORDS["sequence"], steps=speaker.join(marked, SENTENCE_WORDS["then"]))]
    return Markup(" ").join([*parts, *_window(speaker, fields)])


def _segment(speaker: Speaker, body: JsonValue) -> Markup:
    return speaker.tell(SENTENCE_WORDS["segment"], segment=speaker.name("Segment", body))


def _consent(speaker: Speaker, body: JsonValue) -> Markup:
    fields = body if isinstance(body, dict) else {}
    text = CONSENT_WORDS.get(shown(fields.get("is")), SENTENCE_WORDS["unknown"])
    return speaker.tell(text, purpose=shown(fields.get("purpose")), channel=shown(fields.get("channel")))


def _reachable(speaker: Speaker, body: JsonValue) -> Markup:
    return speaker.tell(SENTENCE_WORDS["reachable"], channel=shown(body))


def _bucket(speaker: Speaker, body: JsonValue) -> Markup:
    fields = body if isinstance(body, dict) else {}
    return speaker.tell(
        SENTENCE_WORDS["bucket"],
        from_=speaker.number(fields.get("from")),
        to=speaker.number(fields.get("to")),
        salt=shown(fields.get("salt")),
    )


def _outcome(speaker: Speaker, body: JsonValue) -> Markup:
    wait, outcome = next(iter(body.items()), ("", "")) if isinstance(body, dict) else ("", "")
    if said := _waited(speaker, wait, shown(outcome)):
        return said
    return speaker.tell(OUTCOME_WORDS.get(shown(outcome), SENTENCE_WORDS["unknown"]), wait=wait)


def _waited(speaker: Speaker, name: str, outcome: str) -> Markup | None:
    """The same by what the wait waited for, where that is at hand."""
    wait = speaker.wait(name)
    until = wait.until if wait is not None else None
    span = speaker.span(str(wait.timeout)) if wait is not None and wait.timeout is not None else ""
    if isinstance(until, UntilEvent) and (text := WAITED_WORDS.get(("event", outcome))):
        return speaker.tell(text, event=speaker.event(until.name), span=span)
    if isinstance(until, UntilSegment) and (text := WAITED_WORDS.get(("segment", outcome))):
        return speaker.tell(text, segment=speaker.name("Segment", until.segment), span=span)
    return None


def short(path: JsonValue) -> str:
    """A path as people say it: the properties of an event need no mention of the word."""
    return shown(path).removeprefix(_PROPERTIES)


_FORMS: dict[str, Callable[[Speaker, JsonValue], Markup]] = {
    "event": _event,
    "sequence": _sequence,
    "trait": _trait,
    "segment": _segment,
    "consent": _consent,
    "reachable": _reachable,
    "bucket": _bucket,
    "step": _outcome,
}
