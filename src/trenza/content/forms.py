"""What each channel's version of a template may say.

A channel that stands nowhere here is any other channel: a title and a text.
"""

import msgspec

from trenza.content.model import Template


class Form(msgspec.Struct, frozen=True):
    """Fields of one channel's version; of `one_of` exactly one must be there."""

    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field there may be."""
        return (*self.required, *self.one_of, *self.optional)


_NOTICE = Form(required=("title", "body"), optional=("url", "image"))
FORMS: dict[str, Form] = {
    "email": Form(required=("subject",), one_of=("body", "mjml"), optional=("preheader", "text")),
    "sms": Form(required=("text",)),
    "push": _NOTICE,
    "web_push": _NOTICE,
    "whatsapp": Form(one_of=("template", "text"), optional=("language", "parameters")),
    "in_app": Form(required=("body",), optional=("title", "url", "image", "button", "slot")),
    "voice": Form(required=("text",)),
    "task": Form(required=("title",), optional=("body",)),
    "direct_mail": Form(required=("body",), optional=("title",)),
}
OTHER = Form(one_of=("text", "body"), optional=("title", "url", "image", "button"))
PLAIN_FIELDS = frozenset({"parameters", "template", "language", "slot"})
"""WhatsApp's own words, and the place on a page: names, not texts to be said."""


def form_of(channel: str) -> Form:
    """The form of a channel."""
    return FORMS.get(channel, OTHER)


def speaks(template: Template, channel: str) -> bool:
    """Whether the template has a version for the channel."""
    return channel in template.channels
