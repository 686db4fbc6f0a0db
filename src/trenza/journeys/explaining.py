"""A decision record in plain words, Spanish and English: what happened, why, and what would have turned it."""

from collections.abc import Iterator, Mapping

import msgspec

from trenza.definitions import local_time, localise
from trenza.journeys.decisions import ENTRY_PLACE, Competitor, Condition, Decision, Slots
from trenza.journeys.model import Journey
from trenza.journeys.policies import Change, ChannelCase
from trenza.kernel import Instant

Texts = dict[str, dict[str, str]]
Titles = Mapping[str, str]


class Plain(msgspec.Struct, frozen=True, kw_only=True):
    """What a page can say for keys; the ids that it links beside stay out of its text."""

    conditions: Mapping[str, str] = {}
    """By their place in the journey: in words."""
    templates: Titles = {}


_VERDICTS: Texts = {
    "es": {
        "sent": "El mensaje salió por {channel}",
        "deferred": "El mensaje espera hasta el {until}: es de noche para la persona",
        "skipped": "El mensaje no salió: {reason}",
        "held_out": "El mensaje no salió: la persona está en el grupo de control ({holdout} %)",
        "lost_to": "El mensaje no salió: otro del recorrido «{lost_to}» valía más y ocupó el último hueco",
        "expired": "El mensaje caducó antes de poder salir",
        "unknown": "No se sabe si el mensaje llegó a salir: se perdió la respuesta del proveedor",
    },
    "en": {
        "sent": "The message went out by {channel}",
        "deferred": "The message waits until {until}: it is night for the person",
        "skipped": "The message did not go out: {reason}",
        "held_out": "The message did not go out: the person is in the control group ({holdout} %)",
        "lost_to": "The message did not go out: one of journey “{lost_to}” was worth more and took the last slot",
        "expired": "The message expired before it could go out",
        "unknown": "Nobody knows whether the message went out: the provider's answer was lost",
    },
}
_OUTBOX: Texts = {
    "es": {
        "pending": "El mensaje ha de salir por {channel} y espera en la bandeja de salida",
        "claimed": "El mensaje se está entregando por {channel}",
        "refused": "El mensaje no llegó por {channel}: el proveedor lo rechazó{reason}",
    },
    "en": {
        "pending": "The message is to go out by {channel}, and waits in the outbox",
        "claimed": "The message is being handed over by {channel}",
        "refused": "The message did not arrive by {channel}: the provider refused it{reason}",
    },
}
"""Where a record says `sent` and the outbox knows better; a gate's no and a lost answer stand in the record itself."""
_REASONS: Texts = {
    "es": {
        "no_address": "no hay dirección",
        "no_consent": "falta el consentimiento",
        "suppressed": "la dirección está bloqueada",
        "cap": "el tope de mensajes está lleno",
        "exited": "la persona ya había salido del recorrido",
        "already_sent": "ya se le había enviado este paso",
        "no_channel": "el paso no tiene más canales",
        "answer_lost": "segundo intento, porque se perdió la primera respuesta",
    },
    "en": {
        "no_address": "there is no address",
        "no_consent": "consent is missing",
        "suppressed": "the address is suppressed",
        "cap": "the cap on messages is full",
        "exited": "the person had left the journey",
        "already_sent": "this step had been sent already",
        "no_channel": "the step has no further channel",
        "answer_lost": "second try, because the first answer was lost",
    },
}
_CHANGES: Texts = {
    "es": {
        "not_exited": "si la persona siguiera en el recorrido",
        "not_sent_before": "si el paso no se hubiera enviado antes",
        "not_held_out": "si la persona no estuviera en el grupo de control",
        "outside_quiet_hours": "si no fuera de noche para la persona",
        "later_expiry": "si el mensaje caducara más tarde",
        "consent_granted": "con consentimiento para {channel}",
        "consent_denied": "sin consentimiento para {channel}",
        "address_known": "con una dirección para {channel}",
        "not_suppressed": "si la dirección de {channel} no estuviera bloqueada",
        "suppressed": "si la dirección de {channel} estuviera bloqueada",
        "free_slot": "con un hueco libre en el tope «{detail}»",
        "greater_value": "si valiera más que el mensaje de «{detail}»",
    },
    "en": {
        "not_exited": "had the person still been in the journey",
        "not_sent_before": "had the step not been sent before",
        "not_held_out": "had the person not been in the control group",
        "outside_quiet_hours": "had it not been night for the person",
        "later_expiry": "had the message expired later",
        "consent_granted": "with consent for {channel}",
        "consent_denied": "without consent for {channel}",
        "address_known": "with an address for {channel}",
        "not_suppressed": "had the address for {channel} not been suppressed",
        "suppressed": "had the address for {channel} been suppressed",
        "free_slot": "with a free slot in the cap “{detail}”",
        "greater_value": "had it been worth more than the message of “{detail}”",
    },
}
_WORDS: Texts = {
    "es": {
        "when": "El {at}: recorrido «{journey}»{version}, paso «{step}».",
        "version": " (versión {version})",
        "fallback": "Era el relevo: el canal anterior falló o no llegó a tiempo.",
        "refused": "No por {channel}: {reason}.",
        "consent": "Consentimiento para {channel}: {consent}{source}.",
        "source": " (mensaje {id})",
        "entry": "de entrada",
        "said": "Condición {place}: {what}; {holds}.",
        "way": "del camino",
        "condition": "Condición «{place}»: {holds}{because}.",
        "moment": "d 'de' MMMM 'de' y, HH:mm",
        "zone": "{at} (hora de {zone})",
        "because": ", por {ids}",
        "true": "se cumple",
        "false": "no se cumple",
        "granted": "dado",
        "denied": "retirado",
        "unknown": "desconocido",
        "slots": "Tope «{cap}»: {before} de {count} antes, {after} después.",
        "competitor": "Competía con «{journey}», de valor {value}.",
        "arms": "Experimento «{name}»: variante «{arm}».",
        "trigger": "La entrada fue el mensaje {id}.",
        "template": "Plantilla «{template}».",
        "former": "Antes constaba: {verdict}.",
        "turn": "Habría sido de otro modo {changes}.",
        "and": " y ",
    },
    "en": {
        "when": "On {at}: journey “{journey}”{version}, step “{step}”.",
        "version": " (version {version})",
        "fallback": "It was the fallback: the channel before failed or was not in time.",
        "refused": "Not by {channel}: {reason}.",
        "consent": "Consent for {channel}: {consent}{source}.",
        "source": " (message {id})",
        "entry": "of entry",
        "said": "Condition {place}: {what}; it {holds}.",
        "way": "on the way",
        "condition": "Condition “{place}”: {holds}{because}.",
        "moment": "d MMMM y, HH:mm",
        "zone": "{at} ({zone} time)",
        "because": ", because of {ids}",
        "true": "holds",
        "false": "does not hold",
        "granted": "granted",
        "denied": "denied",
        "unknown": "unknown",
        "slots": "Cap “{cap}”: {before} of {count} before, {after} after.",
        "competitor": "It competed with “{journey}”, of value {value}.",
        "arms": "Experiment “{name}”: arm “{arm}”.",
        "trigger": "It was entered by message {id}.",
        "template": "Template “{template}”.",
        "former": "The record said before: {verdict}.",
        "turn": "It would have been otherwise {changes}.",
        "and": " and ",
    },
}
_CHANNELS: Texts = {
    "es": {
        "email": "correo",
        "sms": "SMS",
        "voice": "llamada",
        "whatsapp": "WhatsApp",
        "push": "notificación de la aplicación",
        "web_push": "notificación del navegador",
        "in_app": "la aplicación",
        "direct_mail": "correo postal",
    },
    "en": {
        "email": "e-mail",
        "sms": "SMS",
        "voice": "call",
        "whatsapp": "WhatsApp",
        "push": "push notification",
        "web_push": "web push",
        "in_app": "the app",
        "direct_mail": "post",
    },
}
_FORMER: Texts = {
    "es": {
        "sent": "enviado",
        "deferred": "en espera",
        "skipped": "no enviado",
        "held_out": "grupo de control",
        "lost_to": "otro mensaje valía más",
        "expired": "caducado",
        "unknown": "no se sabe",
    },
    "en": {
        "sent": "sent",
        "deferred": "waiting",
        "skipped": "not sent",
        "held_out": "control group",
        "lost_to": "another message was worth more",
        "expired": "expired",
        "unknown": "not known",
    },
}
LANGUAGES = tuple(_WORDS)


def titles_of(journeys: Mapping[str, Journey], language: str) -> Titles:
    """What journeys are called, by key; the key itself where one has no title."""
    return {key: localise(each.title, language) or key for key, each in sorted(journeys.items())}


def explain(
    decision: Decision,
    language: str,
    titles: Titles,
    state: str = "",
    reason: str = "",
    plain: Plain | None = None,
) -> str:
    """Why a message was sent, or was not, in a few lines.

    Args:
        decision: the record.
        language: `es` or `en`; another is Spanish.
        titles: of the journeys in force, see `titles_of`; one that is not there is called by its key.
        state: where its message stands in the outbox.
        reason: the provider's, where it refused the message.
        plain: words for conditions and templates, for a reader who sees ids elsewhere: then none stands in the text.
    """
    language = language if language in LANGUAGES else "es"
    came = _OUTBOX[language].get(state) if decision.verdict == "sent" else None
    said = f" ({_reason(reason, language)})" if reason else ""
    verdict = _verdict(decision, language, titles)
    if came:
        verdict = came.format(channel=_named(decision.channel, language), reason=said)
    return "\n".join([f"{verdict}.", *_lines(decision, language, titles, plain)])


def _lines(decision: Decision, language: str, titles: Titles, plain: Plain | None) -> Iterator[str]:
    words = _WORDS[language]
    at, journey = _local(decision.at, decision.zone, language), _called(decision.journey, titles)
    version = "" if plain is not None else words["version"].format(version=decision.version)
    yield words["when"].format(at=at, journey=journey, version=version, step=decision.step)
    if decision.fallback:
        yield words["fallback"]
    if decision.verdict == "sent" and decision.reason:
        yield f"{_reason(decision.reason, language).capitalize()}."
    for each in decision.refused:
        yield words["refused"].format(channel=_named(each.channel, language), reason=_reason(each.reason, language))
    for channel in decision.case.channels if decision.case is not None and not decision.case.service else ():
        yield _consent(channel, words, _named(channel.channel, language), bare=plain is not None)
    for condition in decision.conditions:
        yield _condition(condition, words, plain)
    yield from _rivalry(decision.slots, decision.competitors, words, titles)
    for name, arm in decision.arms.items():
        yield words["arms"].format(name=name, arm=arm)
    yield from _origin(decision, words, plain)
    for former in decision.former:
        yield words["former"].format(verdict=_FORMER[language][former.verdict])
    if decision.change:
        changes = words["and"].join(_change(each, language, titles) for each in decision.change)
        yield words["turn"].format(changes=changes)


def _verdict(decision: Decision, language: str, titles: Titles) -> str:
    until = "" if decision.until is None else _local(decision.until, decision.zone, language)
    return _VERDICTS[language][decision.verdict].format(
        channel=_named(decision.channel, language),
        until=until,
        reason=_reason(decision.reason, language),
        holdout=f"{decision.holdout:g}",
        lost_to=_called(decision.lost_to, titles),
    )


def _named(channel: str, language: str) -> str:
    return _CHANNELS[language].get(channel, channel)


def _reason(reason: str, language: str) -> str:
    return _REASONS[language].get(reason, reason)


def _called(journey: str, titles: Titles) -> str:
    return titles.get(journey, journey)


def _change(change: Change, language: str, titles: Titles) -> str:
    text = _CHANGES[language].get(change.what, change.what)
    detail = _called(change.detail, titles) if change.what == "greater_value" else change.detail
    return text.format(channel=_named(change.channel, language), detail=detail)


def _consent(channel: ChannelCase, words: dict[str, str], name: str, *, bare: bool) -> str:
    source = words["source"].format(id=channel.consent_id) if channel.consent_id and not bare else ""
    return words["consent"].format(channel=name, consent=words[channel.consent], source=source)


def _condition(condition: Condition, words: dict[str, str], plain: Plain | None) -> str:
    holds = words["true" if condition.holds else "false"]
    if plain is not None and (what := plain.conditions.get(condition.place)):
        place = words["entry" if condition.place == ENTRY_PLACE else "way"]
        return words["said"].format(place=place, what=what, holds=holds)
    is_bare = plain is not None or not condition.because
    because = "" if is_bare else words["because"].format(ids=", ".join(condition.because))
    place = words["entry"] if condition.place == ENTRY_PLACE else condition.place
    return words["condition"].format(place=place, holds=holds, because=because)


def _rivalry(
    slots: tuple[Slots, ...], competitors: tuple[Competitor, ...], words: dict[str, str], titles: Titles
) -> Iterator[str]:
    for slot in slots:
        yield words["slots"].format(cap=slot.cap, before=slot.before, count=slot.count, after=slot.after)
    for each in competitors:
        yield words["competitor"].format(journey=_called(each.journey, titles), value=f"{each.value:g}")


def _origin(decision: Decision, words: dict[str, str], plain: Plain | None) -> Iterator[str]:
    if decision.trigger and plain is None:
        yield words["trigger"].format(id=decision.trigger)
    if decision.template:
        called = plain.templates if plain is not None else {}
        yield words["template"].format(template=called.get(decision.template, decision.template))


def _local(at: Instant, zone: str, language: str) -> str:
    """An instant by the person's clock: `3 de marzo de 2026, 09:00 (hora de Madrid)`."""
    from babel import dates  # noqa: PLC0415 — a start need not wait for it

    words = _WORDS[language]
    said = str(dates.format_datetime(local_time(at, zone or "UTC"), words["moment"], locale=language))
    if "/" not in zone or zone.startswith("Etc/"):  # no city's
        return f"{said} ({zone or 'UTC'})"
    try:
        city = dates.get_timezone_location(zone, locale=language, return_city=True)
    except LookupError:  # `local_time` takes UTC for a zone that is not there
        return f"{said} (UTC)"
    return words["zone"].format(at=said, zone=city)
