"""A template said to one person on one channel.

What a person wrote never becomes markup (escaped), a header (one line, no control characters) or a template.
"""

import re
import unicodedata

import mrml

from trenza.content.model import Content, Template, Unrenderable, Version, choose_text
from trenza.content.plain import plain_text
from trenza.kernel import JsonObject, JsonValue

_LONGEST_LINE = 400
_LONGEST_TEXT = 4_000
_KEPT_CONTROLS = "\n\t"
_BODY = ("text", "body")
_EXTRA = ("url", "image", "button")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_FOOTER = {
    "es": ("¿No quieres más mensajes como este?", "Darse de baja"),
    "en": ("No more messages like this?", "Unsubscribe"),
}


def warm_up() -> None:
    """Import Liquid now: a process that sends should not make its first message wait for it."""
    import trenza.content.phrases  # noqa: F401, PLC0415 — imported for what it imports


def render(template: Template, channel: str, language: str, context: JsonObject) -> Content:
    """Say a template.

    Args:
        template: what is meant.
        channel: which of its versions.
        language: of the person, `es` or `en`; a text that lacks it speaks its first language.
        context: `person` (traits), `event` (the one that began it), `run`, `now` (ISO), `timezone`,
            `unsubscribe_url`.

    Raises:
        Unrenderable: there is no version for the channel, or a text fails with these values.
    """
    version = template.channels.get(channel)
    if version is None:
        raise Unrenderable(
            f"template `{template.key}` has no version for {channel}", "write one, or leave the channel out"
        )
    say = _Speaker(version, language, _scope(context, language))
    return say.email() if channel == "email" else say.short()


class _Speaker:
    """One version, said with one scope."""

    def __init__(self, version: Version, language: str, scope: JsonObject) -> None:
        self._version = version
        self._language = language
        self._scope = scope

    def email(self) -> Content:
        """A mail: one-line subject, whole HTML, text part beside it."""
        body = clean_text(self._html())
        return Content(
            channel="email",
            language=self._language,
            subject=self._line("subject"),
            html=self._with_preheader(body),
            text=self._text("text") or plain_text(body),
        )

    def short(self) -> Content:
        """A message of a few plain fields."""
        text = next((self._text(name) for name in _BODY if name in self._version.fields), "")
        extra = {name: self._line(name) for name in _EXTRA if name in self._version.fields}
        if (url := extra.get("url")) and not _WEB_ADDRESS.fullmatch(url):
            del extra["url"]
        if slot := self._name("slot"):
            extra["slot"] = slot
        return Content(
            channel=self._version.channel,
            language=self._language,
            title=self._line("title"),
            text=text,
            template=self._name("template"),
            template_language=self._name("language"),
            parameters=tuple(one_line(self._say(each)) for each in map(self._choose, self._version.parameters)),
            extra=extra,
        )

    def _html(self) -> str:
        if "mjml" in self._version.fields:
            said = self._say(self._source("mjml"), html=True)
            return self._with_footer(_from_mjml(said), self._source("mjml"))
        source = self._source("body")
        return self._with_footer(self._say(source, html=True), source)

    def _with_preheader(self, html: str) -> str:
        if "preheader" not in self._version.fields:
            return html
        words = self._say(self._source("preheader"), html=True)
        hidden = f'<div style="display:none;max-height:0;overflow:hidden">{words}</div>'
        return _after_body_tag(html, hidden)

    def _with_footer(self, html: str, source: str) -> str:
        """A marketing mail names the way out, even where its author forgot it."""
        from trenza.content.phrases import used_roots  # noqa: PLC0415 — Liquid is slow to import

        url = self._scope.get("unsubscribe_url")
        if not url or "unsubscribe_url" in used_roots(source):
            return html
        question, word = _FOOTER.get(self._language, _FOOTER["en"])
        footer = f'<p style="font-size:12px">{question} <a href="{url}">{word}</a></p>'
        at = html.lower().rfind("</body>")
        return f"{html[:at]}{footer}{html[at:]}" if at >= 0 else html + footer

    def _text(self, field: str) -> str:
        return clean_text(self._say(self._source(field)))[:_LONGEST_TEXT] if field in self._version.fields else ""

    def _line(self, field: str) -> str:
        return one_line(self._say(self._source(field))) if field in self._version.fields else ""

    def _name(self, field: str) -> str:
        return self._source(field) if field in self._version.fields else ""

    def _source(self, field: str) -> str:
        return self._choose(self._version.fields[field])

    def _choose(self, texts: dict[str, str]) -> str:
        return choose_text(texts, self._language)

    def _say(self, source: str, *, html: bool = False) -> str:
        from trenza.content.phrases import say_phrase  # noqa: PLC0415 — the same

        return say_phrase(source, self._scope, html=html)


def one_line(text: str) -> str:
    """A text that fits a header: no line breaks, no control characters, no more than 400 characters."""
    return " ".join(clean_text(text).split())[:_LONGEST_LINE]


def clean_text(text: str) -> str:
    """A text without control characters (line feeds and tabs stay) and without direction overrides."""
    return "".join(each for each in text.replace("\r\n", "\n") if each in _KEPT_CONTROLS or not _is_control(each))


def _is_control(letter: str) -> bool:
    return (
        unicodedata.category(letter) in {"Cc", "Cs"}
        or letter in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2028\u2029"
    )


def _from_mjml(said: str) -> str:
    try:
        options = mrml.ParserOptions(include_loader=mrml.noop_loader())
        return mrml.to_html(said, options).content
    except OSError as error:
        raise Unrenderable(f"the MJML cannot be read: {error}", "check the template") from error


def _after_body_tag(html: str, piece: str) -> str:
    found = re.search(r"<body\b[^>]*>", html, re.IGNORECASE)
    at = found.end() if found else 0
    return html[:at] + piece + html[at:]


def _scope(context: JsonObject, language: str) -> JsonObject:
    """What the texts may speak of. A person's traits and an event's properties are there without their wrapping."""
    return {
        "person": _flat(context.get("person"), "traits"),
        "event": _event(context.get("event")),
        "run": context.get("run") or {},
        "now": context.get("now"),
        "timezone": context.get("timezone"),
        "language": language,
        "unsubscribe_url": context.get("unsubscribe_url"),
        "preferences_url": context.get("preferences_url") or context.get("unsubscribe_url"),
    }


def _event(message: JsonValue) -> JsonObject:
    """An event's name, and its properties beside it; a property called `name` comes first."""
    if not isinstance(message, dict):
        return {}
    return _flat({"name": message.get("event"), **message}, "properties")


def _flat(value: JsonValue, wrapping: str) -> JsonObject:
    if not isinstance(value, dict):
        return {}
    inner = value.get(wrapping)
    return {**value, **inner, wrapping: inner} if isinstance(inner, dict) else {**value, wrapping: value}
