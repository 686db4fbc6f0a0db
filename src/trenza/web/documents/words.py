"""What kinds of documents are called, what a new one begins with, and what one in force says."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from trenza.web.plain import Speaker, say_cap, say_quiet_hours
from trenza.web.render import View
from trenza.web.words import name_channel

KIND_WORDS = {
    "Cap": "Cap",
    "QuietHours": "Quiet hours",
    "Template": "Text of a message",
    "TrackingPlan": "Tracking plan",
    "IdentifierType": "Kind of identifier",
    "MatchModel": "Model of matches",
    "SegmentTest": "Test of a segment",
    "JourneyTest": "Test of a journey",
}
ABOUT_WORDS = {
    "Cap": "No more than so many messages to a person in a span, over all journeys that name it.",
    "QuietHours": "The part of the day in which nobody is written to.",
    "Template": "What a message says, in a version for each channel and language.",
    "TrackingPlan": "Which events may come, and what they must bear.",
    "IdentifierType": "When an identifier counts as shared, and how many of it a person may have.",
    "MatchModel": "What was learned about how likely two people are one, and from which weight on.",
    "SegmentTest": "Who is in a segment when, on a made-up story.",
    "JourneyTest": "What a journey does, on a made-up story.",
}
FRESH = {
    "Cap": "kind: Cap\nkey: new_cap\ncount: 2\nwithin: 7d\n",
    "QuietHours": 'kind: QuietHours\nkey: new_nights\nfrom: "21:00"\nto: "09:00"\nzone: person\n',
    "Template": (
        'kind: Template\nkey: new_text\ntitle: {es: "", en: ""}\nchannels:\n  email:\n    subject: {es: "", en: ""}\n'
        '    body: {es: "", en: ""}\n'
    ),
    "TrackingPlan": (
        "kind: TrackingPlan\nkey: new_plan\nmode: flag\nunplanned: accept\nevents:\n  Order Completed:\n    schema:\n"
        "      required: [total]\n      properties:\n        total: {type: number}\n"
    ),
    "IdentifierType": "kind: IdentifierType\nkey: email\npeople: 3\nneighbours: 500\nper_person: 1\n",
    "MatchModel": (
        "kind: MatchModel\nkey: people\nprior: 0.0001\nreview: 0\nblocking:\n  - [family]\ncomparisons:\n  family:\n"
        "    same: {m: 0.8, u: 0.004}\n    very_alike: {m: 0.1, u: 0.002}\n    alike: {m: 0.05, u: 0.004}\n"
        "    different: {m: 0.05, u: 0.99}\n"
    ),
    "SegmentTest": "kind: SegmentTest\nkey: new_test\n",
    "JourneyTest": "kind: JourneyTest\nkey: new_test\n",
}
HOMES = {"Segment": "/segments", "Journey": "/journeys"}
"""Kinds with pages of their own."""
WHOSE_WORDS = {"person": "the time where each person lives", "zone": "the time of one zone, for everybody"}


def say_rule(view: View, kind: str, key: str) -> Markup:
    """What a cap or quiet hours in force mean, in plain words; empty for other kinds, and where it cannot be read."""
    objects: Mapping[str, Mapping[str, Any]] = view.instance.definitions().objects
    rule, speaker = objects.get(kind, {}).get(key), Speaker(view, objects)
    if rule is not None and kind == "Cap":
        return say_cap(speaker, rule, [name_channel(view, channel) for channel in rule.channels])
    if rule is not None and kind == "QuietHours":
        return say_quiet_hours(speaker, rule)
    return Markup("")
