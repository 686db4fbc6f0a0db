"""Channels: where each one leads, how it does, and a message to oneself through the same way as all others."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from litestar import Controller, Response, get, post

from trenza.app import Instance
from trenza.channels import Entry, State, find_entries, list_outbox
from trenza.kernel import Instant, Invalid
from trenza.people import send_trial
from trenza.settings import Settings
from trenza.storage import Transaction
from trenza.web.forms import Form
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.settings.tabs import settings_page
from trenza.web.words import CHANNEL_ICONS, Said, name_channel, say_state

ADDRESS_WORDS = {
    "email": "Your e-mail address",
    "sms": "Your phone number",
    "whatsapp": "Your WhatsApp number",
    "voice": "Your phone number",
    "push": "Token of the app on a phone",
    "web_push": "Token of a browser",
}
"""The channels that can be tried, with what is typed for each."""
_UNREADABLE_WORDS = "This is no address of this channel. A number needs its country: +34600000000."
_DAY: Final = 24 * 3_600_000
_MOST_COUNTED: Final = 100
_FAILED: Final = frozenset[State]({"refused", "unknown"})
_SETTLED: Final = frozenset[State]({"sent", "refused", "unknown", "cancelled"})


class ChannelLine(msgspec.Struct, frozen=True, kw_only=True):
    """One channel."""

    key: str
    name: str
    picture: str
    provider: str
    """Host of the provider; empty: the sandbox."""
    sender: str
    last_sent: Entry | None
    failed: int
    """In the last day, counted up to `_MOST_COUNTED`."""
    waiting: int
    asks_for: str


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was sent to try a channel."""

    id: str
    name: str
    said: Said
    is_settled: bool
    in_sandbox: bool


class ChannelPageController(Controller):
    """`/settings/channels`."""

    include_in_schema = False

    @get("/settings/channels", opt={"right": "admin"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here) -> Response[str]:
        """Every channel; with `?tried=` what came of a trial, asked for each second until it is settled."""
        trial = _trial(view, instance)
        if view.asks_for("trial"):
            return view.fragment("settings/channels.html", "trial", {"trial": trial})
        return _page(view, instance, Form(), trial)

    @post("/settings/channels", opt={"right": "admin"}, sync_to_thread=True)
    def send(self, view: Viewing, instance: Here, form: Sent) -> Response[Any]:
        """Put a trial message into the outbox."""
        channel = form["channel"]
        if channel not in ADDRESS_WORDS:
            raise Invalid("this channel cannot be tried here", "choose one of the page")
        try:
            message = send_trial(instance, channel, form.text(f"address-{channel}"), view.language)
        except Invalid:
            form.blame(f"address-{channel}", view.say(_UNREADABLE_WORDS))
            return _page(view, instance, form, None, 422)
        view.request.state.audit = f"message:{message}"
        return view.redirect(f"/settings/channels?tried={message}")


def _page(view: View, instance: Instance, form: Form, trial: Trial | None, status: int = 200) -> Response[str]:
    now = instance.clock.now()
    with instance.database.read() as tx:
        lines = [_line(view, tx, channel, now) for channel in ADDRESS_WORDS]
    values = {"channels": lines, "form": form, "trial": trial, "most": _MOST_COUNTED}
    return settings_page(view, "channels.html", values, status)


def _line(view: View, tx: Transaction, channel: str, now: Instant) -> ChannelLine:
    settings = view.instance.settings
    failed = list_outbox(tx, channel=channel, states=_FAILED, limit=_MOST_COUNTED)
    waiting = list_outbox(tx, channel=channel, states={"pending", "claimed"}, limit=_MOST_COUNTED)
    return ChannelLine(
        key=channel,
        name=name_channel(view, channel),
        picture=CHANNEL_ICONS[channel],
        provider=_provider(settings, channel),
        sender=_senders(settings).get(channel, ""),
        last_sent=next(iter(list_outbox(tx, channel=channel, states={"sent"}, limit=1)), None),
        failed=sum(entry.changed_at > now - _DAY for entry in failed),
        waiting=len(waiting),
        asks_for=view.say(ADDRESS_WORDS[channel]),
    )


def _provider(settings: Settings, channel: str) -> str:
    """Where a channel leads; the host only, for the rest is secret."""
    url = {"email": settings.smtp, "sms": settings.twilio}.get(channel, "")
    return urlsplit(url).hostname or "" if url else ""


def _senders(settings: Settings) -> Mapping[str, str]:
    return {"email": settings.mail_from, "sms": settings.sms_from if settings.twilio else ""}


def _trial(view: View, instance: Instance) -> Trial | None:
    id_ = view.request.query_params.get("tried", "")[:64]
    with instance.database.read() as tx:
        entry = find_entries(tx, [id_]).get(id_) if id_ else None
    if entry is None:
        return None
    channel = entry.message.channel
    return Trial(
        id=id_,
        name=name_channel(view, channel),
        said=say_state(view, entry),
        is_settled=entry.message.state in _SETTLED,
        in_sandbox=not _provider(instance.settings, channel),
    )
