"""Why events fail or are flagged, in plain words."""

import re
from functools import cache

from trenza.web.render import View

FAULT_WORDS = {
    r"unknown write key": "It came with a write key that no source has.",
    r"its person was erased": "It is of a person who was erased; what it said was not kept.",
    r"the item is not an object": "It is no JSON object, so it is no message.",
    r"the body is not valid JSON": "What came is not valid JSON.",
    r"`type` is none of (?P<list>.+)": "“type” is missing or unknown. Send one of: {list}.",
    r"a track needs `event`.*": "A track needs “event”, a name that is not empty.",
    r"`(?P<field>[^`]+)` is neither a text nor a number": "“{field}” must be a text or a number.",
    r"`(?P<field>[^`]+)` has (?P<most>\d+) or more characters": "“{field}” has {most} characters or more.",
    r"`(?P<field>[^`]+)` is longer than (?P<most>\d+) characters": "“{field}” has more than {most} characters.",
    r"`(?P<field>[^`]+)` is not an object": "“{field}” must be an object.",
    r"the batch's `(?P<field>[^`]+)` is no object": "“{field}” must be an object.",
    r"`(?P<field>[^`]+)` is not a list": "“{field}” must be a list.",
    r"`(?P<field>[^`]+)` is not an ISO 8601 instant": "“{field}” is no instant. Write it like 2026-03-02T10:00:00Z.",
    r"`(?P<field>[^`]+)` needs `type`, a text, and `id`, a text or a number": "“{field}” needs “type” and “id”.",
    r"`(?P<field>[^`]+)` is empty, too long or has a colon": "“{field}” is empty, too long or has a colon.",
    r"`(?P<field>[^`]+)` has a NUL character": "“{field}” has a NUL character.",
    r"no identifier: .*": "It says of nobody: send a user id, an anonymous id, an e-mail or a phone.",
    r"the (?:message|JSON) is nested deeper than (?P<most>\d+) levels": "It is nested deeper than {most} levels.",
    r"the message is larger than (?P<most>\d+) KB": "It is larger than {most} KB.",
    r"the batch has (?P<count>\d+) messages, more than (?P<most>\d+)": "It has {count} messages; {most} is the most.",
    r"a batch needs `batch`, a list of messages": "A batch needs “batch”, a list of messages.",
    r"plan (?P<plan>[^:]+): the event is not planned": "The plan “{plan}” does not have this event.",
    r"plan (?P<plan>[^:]+): nested too deep for the plan": "It is nested too deep for the plan “{plan}”.",
    r"plan (?P<plan>[^:]+): the properties breaks `required` \(missing: (?P<list>.*)\)": (
        "Plan “{plan}”: {list} is missing."
    ),
    r"plan (?P<plan>[^:]+): (?P<field>.+) breaks `required` \(missing: (?P<list>.*)\)": (
        "Plan “{plan}”: {list} is missing in “{field}”."
    ),
    r"plan (?P<plan>[^:]+): (?P<field>.+) breaks `type: (?P<kind>.+)`": (
        "Plan “{plan}”: “{field}” must be of the type {kind}."
    ),
    r"plan (?P<plan>[^:]+): (?P<field>.+) breaks `minimum: (?P<least>.+)`": (
        "Plan “{plan}”: “{field}” must be at least {least}."
    ),
    r"plan (?P<plan>[^:]+): (?P<field>.+) breaks `maximum: (?P<most>.+)`": (
        "Plan “{plan}”: “{field}” must be at most {most}."
    ),
    r"plan (?P<plan>[^:]+): (?P<field>.+) breaks `enum`": (
        "Plan “{plan}”: “{field}” is none of the values that are allowed."
    ),
    r"plan (?P<plan>[^:]+): (?P<field>.+) breaks `additionalProperties.*`": (
        "Plan “{plan}”: “{field}” has something that is not planned."
    ),
    r"plan (?P<plan>[^:]+): (?P<field>.+) breaks `(?P<rule>.+)`": "Plan “{plan}”: “{field}” breaks the rule {rule}.",
}
"""Reasons as `events` writes them, and what they say to people; the first that fits counts."""
_BETWEEN = re.compile(r"; (?=plan )")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.DOTALL), text) for pattern, text in FAULT_WORDS.items())


def fault_words(view: View, reason: str) -> list[str]:
    """Why an event failed or is flagged, in the reader's language; what has no words stays as it is."""
    return [_fault_word(view, each) for each in _BETWEEN.split(reason)]


def _fault_word(view: View, reason: str) -> str:
    for pattern, text in _patterns():
        if (found := pattern.fullmatch(reason)) is not None:
            return view.say(text).format_map(found.groupdict())
    return reason
