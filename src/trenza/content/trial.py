"""The message with which somebody of the house tries a channel: it speaks on every one, and of nobody."""

from trenza.content.forms import FORMS, PLAIN_FIELDS, form_of
from trenza.content.model import Template, Texts, Version

_SUBJECT: Texts = {"es": "Prueba de Trenza", "en": "Trial from Trenza"}
_TEXT: Texts = {
    "es": "Este canal funciona. Es un mensaje de prueba: no hace falta hacer nada.",
    "en": "This channel works. It is a trial message: there is nothing to do.",
}
_SAID = {"subject": _SUBJECT, "title": _SUBJECT, "body": _TEXT, "text": _TEXT}


def _version(channel: str) -> Version:
    form = form_of(channel)
    spoken = [*form.required, *[name for name in form.one_of if name in _SAID and name not in PLAIN_FIELDS][:1]]
    return Version(channel=channel, fields={name: _SAID[name] for name in spoken})


TRIAL = Template(key="trenza:trial", channels={channel: _version(channel) for channel in FORMS}, title=_SUBJECT)
"""Its key has a colon, so no document has the same."""
