"""What a telephone exchange reports, and what follows. Pure.

The contract is the vendor-neutral one of CTI: `newCall`, `answer`, `hangup`, each with `callId`; or all in one request,
`missed` or `answered`. A call is missed when it ends without having been answered, whatever the order of the reports; a
call forwarded elsewhere is not. A withheld number cannot be called back: such a call is told without a phone.
"""

from typing import Literal

import msgspec

from trenza.kernel import Instant, Invalid, JsonObject, JsonValue, decode_json, parse_instant

CallEvent = Literal["newCall", "answer", "hangup", "missed", "answered"]
_EVENTS: tuple[CallEvent, ...] = ("newCall", "answer", "hangup", "missed", "answered")
_MISSED_CAUSES = frozenset({"noAnswer", "busy", "cancel", "congestion", "failed", "abandoned"})
_CAUSES = _MISSED_CAUSES | {"normalClearing", "forwarded", "notFound"}
_WITHHELD = frozenset({"", "anonymous", "unknown", "restricted", "unavailable", "private"})
_LONGEST_ID = 200
_LONGEST_FIELD = 100


class CallReport(msgspec.Struct, frozen=True, kw_only=True):
    """One report of an exchange."""

    event: CallEvent
    call: str
    """The exchange's id of the call."""
    phone: str
    """The customer's number as written; empty where it was withheld."""
    line: str = ""
    """Our number that was called."""
    direction: Literal["in", "out"] = "in"
    cause: str = ""
    queue: str = ""
    at: Instant | None = None


def read_call(body: bytes) -> CallReport:
    """Read a report.

    Raises:
        Invalid: it does not keep the contract; says what is wrong.
    """
    try:
        fields = decode_json(body)
    except (ValueError, UnicodeDecodeError):
        raise Invalid("the body is no JSON", "send a JSON object") from None
    if not isinstance(fields, dict):
        raise Invalid("the body is no JSON object", 'send {"event": "hangup", "callId": "…", "from": "+34…"}')
    event = fields.get("event")
    if event not in _EVENTS:
        raise Invalid("`event` is unknown", f"send one of {', '.join(_EVENTS)}")
    call = _field(fields, "callId")
    if not call or len(call) > _LONGEST_ID:
        raise Invalid("`callId` is missing or too long", "send the exchange's own id of the call, 1 to 200 characters")
    direction = "out" if fields.get("direction") == "out" else "in"
    cause = _field(fields, "cause")
    if cause and cause not in _CAUSES:
        raise Invalid("`cause` is unknown", f"send one of {', '.join(sorted(_CAUSES))}")
    at = fields.get("timestamp")
    if at is not None and parse_instant(at) is None:
        raise Invalid("`timestamp` is no instant", "send ISO 8601, or leave it out")
    ours, theirs = ("to", "from") if direction == "in" else ("from", "to")
    phone = _field(fields, theirs)
    return CallReport(
        event=event,
        call=call,
        phone="" if phone.lower() in _WITHHELD else phone,
        line=_field(fields, ours),
        direction=direction,  # type: ignore[arg-type]  # one of the two words
        cause=cause,
        queue=_field(fields, "queue"),
        at=parse_instant(at),
    )


def after_call(state: str, report: CallReport) -> str:
    """The state of a call after a report: ringing, answered, missed or ended. What has ended stays so."""
    if state in {"missed", "ended"}:
        return state
    if report.event == "newCall":
        return state or "ringing"
    if report.event in {"answer", "answered"}:
        return "answered"
    if state == "answered":
        return "ended"
    if report.event == "missed":
        return "missed"
    return "missed" if not report.cause or report.cause in _MISSED_CAUSES else "ended"


def event_name(before: str, after: str) -> str | None:
    """What is told when a call goes from one state to another; None: nothing."""
    if before == after:
        return None
    return {"ringing": "Call Started", "answered": "Call Answered", "missed": "Call Missed", "ended": "Call Ended"}[
        after
    ]


def call_properties(report: CallReport) -> JsonObject:
    """What the event says of the call."""
    said = {"call_id": report.call, "direction": report.direction}
    return said | {name: getattr(report, name) for name in ("line", "cause", "queue") if getattr(report, name)}


def _field(fields: JsonObject, name: str) -> str:
    value: JsonValue = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > max(_LONGEST_ID, _LONGEST_FIELD) or "\x00" in value:
        raise Invalid(f"`{name}` is no short text", "send a text of at most 200 characters")
    return value.strip()
