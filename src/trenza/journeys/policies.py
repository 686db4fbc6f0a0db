"""The gate's rules, pure: what was known goes in as a `Case`, a verdict comes out.

The same `judge` is asked when a run wants to send, again when an arbitration window closes, and by `channels` at
dispatch. A case holds nothing personal, is kept in the decision record, and can be judged again with one thing
changed: that is how the smallest change that would have turned a verdict is found, never guessed.

Order: exit, already sent; then per channel address, consent, suppression; then quiet hours and expiry, hold-out, caps.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Literal

import msgspec

from trenza.definitions import add_duration, subtract_duration, zone_of
from trenza.journeys.model import Cap, Journey, QuietHours
from trenza.journeys.quiet_hours import quiet_until
from trenza.kernel import Instant, draw
from trenza.profiles import Facts, addresses, is_suppressed

VerdictName = Literal["sent", "deferred", "skipped", "held_out", "lost_to", "expired", "unknown"]
_MOST_CHANGES = 3
_PER_PERCENT = 100


class Policies(msgspec.Struct, frozen=True, kw_only=True):
    """What all journeys of an instance obey."""

    caps: Mapping[str, Cap] = {}
    quiet_hours: Mapping[str, QuietHours] = {}
    zone: str = "UTC"
    """For people whose own is unknown."""
    language: str = "es"
    """The same."""
    pins: Mapping[str, Mapping[str, object]] = {}
    """Tests: by journey, `{holdout: false, offer: plain}` instead of what the hash would draw."""

    def zone_of(self, facts: Facts) -> str:
        """The person's zone."""
        return zone_of(facts.trait("timezone"), self.zone)

    def language_of(self, facts: Facts) -> str:
        """The person's language: the trait `language` or `locale`, its first two letters."""
        for name in ("language", "locale"):
            word = facts.trait(name)
            if isinstance(word, str) and word[:2].lower() in {"es", "en"}:
                return word[:2].lower()
        return self.language


class ChannelCase(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stood for and against one channel."""

    channel: str
    address: bool = True
    consent: str = "unknown"
    consent_id: str = ""
    """messageId of the word on consent that stands."""
    suppressed: bool = False
    cap: str = ""
    """Key of a full cap that refuses it."""
    beaten_by: str = ""
    """Journey that took the cap's last slot in the same arbitration window."""


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that a verdict rests on."""

    at: Instant
    service: bool = False
    channels: tuple[ChannelCase, ...] = ()
    quiet_until: Instant | None = None
    expires_at: Instant | None = None
    held_out: bool = False
    exited: bool = False
    already_sent: bool = False


class Refusal(msgspec.Struct, frozen=True):
    """A channel that could not carry the message, and why."""

    channel: str
    reason: str


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate says."""

    verdict: VerdictName
    reason: str = ""
    channel: str = ""
    until: Instant | None = None
    lost_to: str = ""
    refused: tuple[Refusal, ...] = ()


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that might have been otherwise."""

    what: str
    channel: str = ""
    detail: str = ""


def judge(case: Case) -> Judgement:  # noqa: PLR0911 — the order of the rules is the rule
    """The verdict on a message."""
    if case.exited:
        return Judgement(verdict="skipped", reason="exited")
    if case.already_sent:
        return Judgement(verdict="skipped", reason="already_sent")
    refused = {each.channel: reason for each in case.channels if (reason := _refusal(each, service=case.service))}
    if len(refused) == len(case.channels):
        return _none_left(case, refused)
    if (held := _held_back(case)) is not None:
        return msgspec.structs.replace(held, refused=_refusals(refused))
    if not case.service:
        if case.held_out:
            return Judgement(verdict="held_out", refused=_refusals(refused))
        refused |= {each.channel: "cap" for each in case.channels if each.cap and each.channel not in refused}
    chosen = next((each.channel for each in case.channels if each.channel not in refused), None)
    if chosen is None:
        return _none_left(case, refused)
    return Judgement(verdict="sent", channel=chosen, refused=_refusals(refused))


def _refusal(channel: ChannelCase, *, service: bool) -> str:
    if not channel.address:
        return "no_address"
    if not service and channel.consent != "granted":
        return "no_consent"
    return "suppressed" if channel.suppressed else ""


def _held_back(case: Case) -> Judgement | None:
    """Quiet hours and expiry; a dispatch at the very instant of expiry still goes."""
    over = case.expires_at is not None and case.at > case.expires_at
    if case.quiet_until is not None and not case.service:
        if over or case.at == case.expires_at:
            return Judgement(verdict="expired")
        return Judgement(verdict="deferred", until=case.quiet_until)
    return Judgement(verdict="expired") if over else None


def _none_left(case: Case, refused: Mapping[str, str]) -> Judgement:
    """No channel is left: the reason is that of the first in the list."""
    first = case.channels[0] if case.channels else ChannelCase(channel="")
    reason = refused.get(first.channel, "no_channel")
    if reason == "cap" and first.beaten_by:
        return Judgement(verdict="lost_to", lost_to=first.beaten_by, refused=_refusals(refused))
    return Judgement(verdict="skipped", reason=reason, refused=_refusals(refused))


def _refusals(refused: Mapping[str, str]) -> tuple[Refusal, ...]:
    return tuple(Refusal(channel, reason) for channel, reason in refused.items())


# What the case is made of


def channel_case(facts: Facts, purpose: str, channel: str) -> ChannelCase:
    """What stands for and against a channel now, caps left out."""
    reach = addresses(facts, channel)
    words = [said[-1] for on in (channel, "*") if (said := facts.consents.get((purpose, on)))]
    word = max(words) if words else None
    return ChannelCase(
        channel=channel,
        address=bool(reach),
        suppressed=bool(reach) and all(is_suppressed(facts, channel, each.address) for each in reach),
        consent=word.status if word else "unknown",
        consent_id=word.message_id if word else "",
    )


def expiry(journey: Journey, wanted_at: Instant, zone: str) -> Instant | None:
    """When a message first wanted at an instant expires."""
    span = journey.policy.expires
    return None if span is None else add_duration(wanted_at, span, zone)


def quiet_end(journey: Journey, policies: Policies, at: Instant, zone: str) -> Instant | None:
    """The end of the quiet window around an instant; None outside, and for service."""
    quiet = None if journey.policy.is_service else policies.quiet_hours.get(journey.policy.quiet_hours)
    return None if quiet is None else quiet_until(quiet, at, zone)


def draws_holdout(journey: Journey, facts: Facts, pins: Mapping[str, object]) -> bool:
    """Whether the person is held out of the journey: never where it is for service."""
    if journey.policy.is_service:
        return False
    if "holdout" in pins:
        return pins["holdout"] is True
    return draw(f"{journey.key}/holdout", facts.first_identifier()) < journey.holdout * _PER_PERCENT


def slots_used(cap: Cap, taken: Collection[Instant], at: Instant, zone: str) -> int:
    """How many of a cap's slots are taken in the closed window that ends at `at`."""
    since = subtract_duration(at, cap.within, zone)
    return sum(since <= each <= at for each in taken)


def covers(cap: Cap, channel: str) -> bool:
    """Whether a cap counts and refuses a channel."""
    return not cap.channels or channel in cap.channels


# What would have turned it


def smallest_change(case: Case, given: Judgement) -> tuple[Change, ...]:
    """The fewest changes (at most three) that turn the verdict: to sent; what was sent, to something else.

    Every answer was tried: the case was judged again with just these things changed. Empty: nothing tried turned it.
    """
    moves = list(_ways_to_stop(case, given) if given.verdict == "sent" else _ways_to_send(case))
    for size in range(1, _MOST_CHANGES + 1):
        for chosen in combinations(moves, size):
            if _turns(case, given, chosen):
                return tuple(change for change, _ in chosen)
    return ()


_Move = tuple[Change, dict[str, object]]


def _turns(case: Case, given: Judgement, chosen: tuple[_Move, ...]) -> bool:
    changed = judge(change_case(case, tuple(changes for _, changes in chosen)))
    if given.verdict == "sent":
        return changed.verdict != "sent" or changed.channel != given.channel
    return changed.verdict == "sent"


def change_case(case: Case, changes: tuple[dict[str, object], ...]) -> Case:
    """The case with some things otherwise; the key `channel` names the one channel that the rest is about."""
    for fields in changes:
        rest = {name: value for name, value in fields.items() if name != "channel"}
        if (name := fields.get("channel")) is None:
            case = msgspec.structs.replace(case, **rest)
        else:
            channels = tuple(
                msgspec.structs.replace(each, **rest) if each.channel == name else each for each in case.channels
            )
            case = msgspec.structs.replace(case, channels=channels)
    return case


def _ways_to_send(case: Case) -> Iterator[_Move]:
    if case.exited:
        yield Change("not_exited"), {"exited": False}
    if case.already_sent:
        yield Change("not_sent_before"), {"already_sent": False}
    if case.held_out:
        yield Change("not_held_out"), {"held_out": False}
    if case.quiet_until is not None and not case.service:
        yield Change("outside_quiet_hours"), {"quiet_until": None}
    if case.expires_at is not None and case.at > case.expires_at:
        yield Change("later_expiry"), {"expires_at": None}
    for each in case.channels:
        yield from _ways_to_use(each, service=case.service)


def _ways_to_use(channel: ChannelCase, *, service: bool) -> Iterator[_Move]:
    name = channel.channel
    if not service and channel.consent != "granted":
        yield Change("consent_granted", name), {"channel": name, "consent": "granted"}
    if not channel.address:
        yield Change("address_known", name), {"channel": name, "address": True}
    if channel.suppressed:
        yield Change("not_suppressed", name), {"channel": name, "suppressed": False}
    if channel.cap:
        what = (
            Change("greater_value", name, channel.beaten_by)
            if channel.beaten_by
            else Change("free_slot", name, channel.cap)
        )
        yield what, {"channel": name, "cap": "", "beaten_by": ""}


def _ways_to_stop(case: Case, given: Judgement) -> Iterator[_Move]:
    if not case.service:
        yield Change("consent_denied", given.channel), {"channel": given.channel, "consent": "denied"}
    yield Change("suppressed", given.channel), {"channel": given.channel, "suppressed": True}
