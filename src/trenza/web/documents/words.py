"""What kinds of documents are called, and what a new one begins with."""

KIND_WORDS = {
    "Cap": "Cap",
    "QuietHours": "Quiet hours",
    "Template": "Text of a message",
    "TrackingPlan": "Tracking plan",
    "SegmentTest": "Test of a segment",
    "JourneyTest": "Test of a journey",
}
ABOUT_WORDS = {
    "Cap": "No more than so many messages to a person in a span, over all journeys that name it.",
    "QuietHours": "The part of the day in which nobody is written to.",
    "Template": "What a message says, in a version for each channel and language.",
    "TrackingPlan": "Which events may come, and what they must bear.",
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
    "SegmentTest": "kind: SegmentTest\nkey: new_test\n",
    "JourneyTest": "kind: JourneyTest\nkey: new_test\n",
}
HOMES = {"Segment": "/segments", "Journey": "/journeys"}
"""Kinds with pages of their own."""
