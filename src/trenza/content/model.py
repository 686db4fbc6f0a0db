"""The words of the room: template, version, content.

A template holds what is meant once, and a version of it for each channel. Rendered for one person it becomes content:
plain texts, ready for a provider, in which nothing that a person wrote can become markup, a header or a template.
"""

import msgspec

from trenza.kernel import TrenzaError

Texts = dict[str, str]
"""A text by language (`es`, `en`); the empty language speaks for all."""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """How a template speaks on one channel."""

    channel: str
    fields: dict[str, Texts]
    """Field (`subject`, `body`, `text`, …) → its Liquid text."""
    parameters: tuple[Texts, ...] = ()
    """WhatsApp: what fills the approved template's `{{1}}`, `{{2}}`, …, in order."""


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """One message, in a version for each channel."""

    key: str
    channels: dict[str, Version]
    title: Texts = {}
    version: str = ""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a person is shown on one channel. Texts are plain, except `html`, which is whole and escaped."""

    channel: str
    language: str
    text: str = ""
    """The message itself: a mail's text part, an SMS, a push's body, a clerk's line."""
    subject: str = ""
    html: str = ""
    title: str = ""
    template: str = ""
    """WhatsApp: name of the approved template."""
    template_language: str = ""
    parameters: tuple[str, ...] = ()
    extra: dict[str, str] = {}
    """Further fields of the channel: `url`, `image`, `button`."""


class Unrenderable(TrenzaError):
    """No content for this person: the channel has no version, a limit is passed, a filter fails on a value."""

    status = 422
    code = "unrenderable"
    title = "The message cannot be written"


def choose_text(texts: Texts, language: str, fallback: str = "es") -> str:
    """The text in the language, else for all languages, else in the fallback, else in the first there is."""
    for wanted in (language, "", fallback):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")
