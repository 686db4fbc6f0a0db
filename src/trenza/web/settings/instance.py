"""The instance: every setting with its value and where that comes from; some are saved here, into `trenza.toml`."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post

from trenza.settings import EDITABLE, SECRETS, Described, WrongSettings, describe_settings, save_settings
from trenza.web.forms import Form
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.settings.tabs import settings_page

DESCRIPTION_WORDS = {
    "data": "Folder of the instance: databases, lake, secrets.",
    "database": "URL of the state: `sqlite:///…` or `postgresql://…`.",
    "log": "URL of the event log; a PostgreSQL state keeps it beside itself.",
    "lake": "Folder of the Parquet lake.",
    "host": "Address to listen on.",
    "port": "Port to listen on.",
    "public_url": "Address under which customers reach the instance (links in mails).",
    "timezone": "IANA zone for people whose own is unknown.",
    "country": "Two-letter country for phone numbers written without one.",
    "language": "Language for people whose own is unknown.",
    "unknown_key": "What an unknown write key gets: 200 and a failed event, or 401.",
    "no_consent_object": "What an event without a consent object means for sources that say nothing else.",
    "blocked_values": "Values that never identify anyone, compared trimmed and without case.",
    "smtp": "`smtp://user:password@host:port` (`smtps://` for TLS from the start); empty: the sandbox.",
    "mail_from": "Sender of mails, `Name <address>`.",
    "twilio": "`https://sid:token@host` of an SMS provider that speaks Twilio's form; empty: the sandbox.",
    "sms_from": "Sender of SMS, E.164.",
    "secret": "Secret of the instance, where machines share a state; empty: `secret` in the data folder.",
    "demo": "A demo instance: its data is shown as such.",
}
"""As in `trenza.settings`; a test holds the two together."""
ORIGIN_WORDS = {
    "command_line": "command line",
    "environment": "environment",
    "file": "trenza.toml",
    "default": "default",
}
WRONG_WORDS = {
    "public_url": "Write a web address, as in https://marketing.example.com.",
    "timezone": "There is no such zone: write one of IANA's names, as in Europe/Madrid.",
    "country": "Two capital letters, as in ES.",
    "mail_from": "Write an address, or a name with an address in angle brackets.",
    "sms_from": "Write a number with its country: +34600000000.",
    "smtp": "It begins with smtp:// or smtps://. Type it again.",
    "twilio": "It looks like https://sid:token@host. Type it again.",
}
_OTHER_WORDS = "This value cannot be used."
_CHOICES: Mapping[str, Mapping[str, str]] = {
    "language": {"es": "Español", "en": "English"},
    "unknown_key": {"accept": "accept", "401": "401"},
    "no_consent_object": {"granted": "granted", "denied": "denied"},
}
CHOICE_WORDS = {
    "accept": "Accept, and keep it as a failed event",
    "401": "Refuse with 401",
    "granted": "Consent counts as granted",
    "denied": "Consent counts as denied",
}


class InstancePageController(Controller):
    """`/settings/instance`."""

    include_in_schema = False

    @get("/settings/instance", opt={"right": "admin"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here) -> Response[str]:
        """Every setting."""
        described = describe_settings(instance.settings)
        return _page(view, described, _filled(described))

    @post("/settings/instance", opt={"right": "admin"}, sync_to_thread=True)
    def save(self, view: Viewing, instance: Here, form: Sent) -> Response[Any]:
        """Write down what was changed, or say beside the fields why not."""
        described = describe_settings(instance.settings)
        try:
            changed = save_settings(instance.settings.data, _changes(described, form))
        except WrongSettings as error:
            for name in error.names or ("",):
                form.blame(name, view.say(WRONG_WORDS.get(name, _OTHER_WORDS)))
            return _page(view, described, form, 422)
        view.request.state.audit = f"settings:{','.join(changed)}"
        return view.redirect("/settings/instance", said="saved" if changed else "")


def _changes(described: list[Described], form: Form) -> dict[str, Any]:
    """What was typed and is not what the page showed."""
    shown = _filled(described)
    changes: dict[str, Any] = {}
    for name in (each.name for each in described if each.is_editable):
        if name in SECRETS:
            if form[f"{name}_away"]:
                changes[name] = ""
            elif form.text(name):
                changes[name] = form.text(name)
        elif name in form and _lines(form[name]) != _lines(shown[name]):
            changes[name] = _lines(form[name]) if name == "blocked_values" else form.text(name)
    return changes


def _filled(described: list[Described]) -> Form:
    """The form as it stands: with what counts after a restart."""
    return Form().with_defaults(
        **{
            each.name: each.value if each.waiting is None else each.waiting
            for each in described
            if each.name in EDITABLE and each.name not in SECRETS
        }
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _page(view: View, described: list[Described], form: Form, status: int = 200) -> Response[str]:
    values = {
        "form": form,
        "settings": described,
        "by_name": {each.name: each for each in described},
        "about": {name: view.say(text).replace("`", "") for name, text in DESCRIPTION_WORDS.items()},
        "origins": {origin: view.say(text) for origin, text in ORIGIN_WORDS.items()},
        "choices": {
            name: [(value, view.say(CHOICE_WORDS.get(text, text))) for value, text in options.items()]
            for name, options in _CHOICES.items()
        },
        "waiting": [each for each in described if each.waiting is not None],
    }
    return settings_page(view, "instance.html", values, status)
