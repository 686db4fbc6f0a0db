"""One person: the head and what is known at once; story, messages and identity come as parts of the page."""

from collections.abc import Mapping
from typing import Any, get_args

from litestar import Controller, Response, get

from trenza.access import Vault, list_users
from trenza.app import Instance
from trenza.events import list_sources
from trenza.identity import person_text
from trenza.journeys import Journey, Titles, list_decisions, runs_page, titles_of
from trenza.kernel import seal
from trenza.people import NOTE, Happening, Only, People, Place, Portrait, read_portrait, read_story
from trenza.profiles import CHANNELS, Facts, addresses, reachable
from trenza.storage import Transaction
from trenza.web.forms import Form
from trenza.web.paging import part_of, place_of
from trenza.web.people.identity import show_identity
from trenza.web.people.paths import PersonId
from trenza.web.people.telling import as_text, by_day, channel_name, tell, tell_decision
from trenza.web.people.words import IDENTIFIER_WORDS, ONLY_WORDS, PURPOSE_WORDS, REACH_WORDS, TRAIT_WORDS
from trenza.web.render import Here, View, Viewing
from trenza.web.why import entries_of
from trenza.web.words import CHANNEL_ICONS, name_event

TABS = ("story", "messages", "identity", "facts")
_ALWAYS = frozenset({"email", "sms", "push"})
ONLY: dict[str, Only] = {each: each for each in get_args(Only)}
_LINES = 30
_STORY = "story"
_DECISIONS = "person-decisions"


class PersonController(Controller):
    """`/people/{person}` and its parts."""

    include_in_schema = False

    @get("/people/{person:str}", opt={"right": "people"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here, person: PersonId) -> Response[Any]:
        """The page; an id that was merged leads to whom it is now."""
        return show_person(view, instance, person)

    @get("/people/{person:str}/story", opt={"right": "people"}, sync_to_thread=True)
    def story(self, view: Viewing, instance: Here, person: PersonId) -> Response[Any]:
        """The timeline over all channels, a page of it."""
        return _part(view, instance, person, "story", _story)

    @get("/people/{person:str}/messages", opt={"right": "people"}, sync_to_thread=True)
    def messages(self, view: Viewing, instance: Here, person: PersonId) -> Response[Any]:
        """What was decided for them and why, and their ways through journeys."""
        return _part(view, instance, person, "messages", _messages)

    @get("/people/{person:str}/identity", opt={"right": "people"}, sync_to_thread=True)
    def identity(self, view: Viewing, instance: Here, person: PersonId) -> Response[Any]:
        """Why all these identifiers are one person."""
        return _part(view, instance, person, "identity", show_identity)


def show_person(
    view: View, instance: Instance, person: str, form: Form | None = None, opened: str = "", status: int = 200
) -> Response[Any]:
    """The whole page.

    Args:
        view: of the reader.
        instance: the instance.
        person: their id.
        form: what was typed into the form that is open.
        opened: which form that is.
        status: of the answer.
    """
    number = People(instance).named(person)
    tab = view.request.query_params.get("tab", "")
    if person_text(number) != person and view.request.method == "GET":
        return view.redirect(f"/people/{person_text(number)}" + (f"?tab={tab}" if tab in TABS else ""))
    with instance.database.read() as tx:
        portrait = read_portrait(tx, instance, number)
        values = _shown(view, instance, tx, portrait)
    more = {"tab": tab if tab in TABS else "story", "form": form or _fresh(), "opened": opened, "part": None}
    return view.page("people/person.html", values | more, status)


def _fresh() -> Form:
    return Form().with_defaults(purpose="marketing", channel="*", status="granted", queue="service")


def _part(view: View, instance: Instance, person: str, name: str, load: Any) -> Response[Any]:
    """A part of the page for htmx; the whole page with it where somebody comes without."""
    number = People(instance).named(person)
    with instance.database.read() as tx:
        portrait = read_portrait(tx, instance, number)
        values = load(view, instance, tx, portrait)
        if view.request.headers.get("hx-request"):
            block = "lines" if name == "story" and "cursor" in view.request.query_params else name
            return view.fragment("people/person.html", block, {"id": person, "part": values, "tab": name})
        whole = _shown(view, instance, tx, portrait)
    whole |= {"tab": name, "form": _fresh(), "opened": "", "part": values}
    return view.page("people/person.html", whole)


def _shown(view: View, instance: Instance, tx: Transaction, portrait: Portrait) -> dict[str, Any]:
    definitions = instance.in_force(tx)
    journeys: Mapping[str, Journey] = definitions.of("Journey")
    segments = definitions.of("Segment")
    purposes = {"marketing", *(str(each["purpose"]) for each in portrait.consents)}
    purposes |= {each.policy.purpose for each in journeys.values() if not each.policy.is_service}
    return {
        "person": portrait,
        "id": person_text(portrait.person),
        "name": portrait.name or view.say("Visitor"),
        "reach": [_reach(view, portrait.facts, channel) for channel in CHANNELS if _speaks_of(portrait.facts, channel)],
        "traits": _traits(view, portrait),
        "kinds": [(key, view.say(text)) for key, text in IDENTIFIER_WORDS.items()],
        "sources": {source.id: source.name for source in list_sources(tx)},
        "segments": {key: _title(view, found.title, key) for key, found in segments.items()},
        "journeys": {key: _title(view, found.title, key) for key, found in journeys.items()},
        "open_journeys": [(key, _title(view, found.title, key)) for key, found in journeys.items() if found.enter.api],
        "purposes": [(key, view.say(PURPOSE_WORDS.get(key, key))) for key in sorted(purposes)],
        "purpose_names": {key: view.say(PURPOSE_WORDS.get(key, key)) for key in purposes},
        "channels": [("*", view.say("every channel")), *((key, channel_name(view, key)) for key in CHANNELS)],
        "channel_of": lambda key: view.say("every channel") if key == "*" else channel_name(view, key),
        "event_name": lambda event: name_event(view, event.name or event.type),
        "text_of": lambda task: _title(view, task.title, task.queue),
    }


def _traits(view: View, portrait: Portrait) -> list[tuple[str, str, Any, list[tuple[str, Any]]]]:
    """Name, value, version, former values; those that were taken away are left out. What we have words for first."""
    found = []
    places = {name: place for place, name in enumerate(TRAIT_WORDS)}
    for name, versions in sorted(portrait.facts.traits.items(), key=lambda each: (places.get(each[0], 99), each[0])):
        if versions and versions[-1].value is not None:
            former = [(as_text(each.value), each) for each in portrait.former.get(name, ()) if each.value is not None]
            word = view.say(TRAIT_WORDS[name]) if name in TRAIT_WORDS else name
            found.append((word, as_text(versions[-1].value), versions[-1], former))
    return found


def _speaks_of(facts: Facts, channel: str) -> bool:
    return channel != "in_app" and (channel in _ALWAYS or bool(addresses(facts, channel)))


def _reach(view: View, facts: Facts, channel: str) -> dict[str, str]:
    if not addresses(facts, channel):
        state = "no_address"
    elif not reachable(facts, channel):
        state = "suppressed"
    else:
        state = "yes" if facts.consent("marketing", channel) == "granted" else "no_consent"
    return {
        "icon": CHANNEL_ICONS.get(channel, "send"),
        "channel": channel_name(view, channel),
        "state": state,
        "word": view.say(REACH_WORDS[state]),
    }


def _title(view: View, title: Mapping[str, str], key: str) -> str:
    return title.get(view.language) or next(iter(title.values()), key)


def _titles(view: View, instance: Instance, tx: Transaction) -> Titles:
    journeys: Mapping[str, Journey] = instance.in_force(tx).of("Journey")
    return titles_of(journeys, view.language)


def _story(view: View, instance: Instance, tx: Transaction, portrait: Portrait) -> dict[str, Any]:
    asked = view.request.query_params
    only = ONLY.get(asked.get("only", ""), "all")
    channels = sorted({source.channel for source in list_sources(tx) if source.id} | set(CHANNELS) - {"in_app"})
    channel = asked.get("channel", "") if asked.get("channel", "") in channels else ""
    found = place_of(view, _STORY)
    place = Place(event=str(found[0]), at=int(found[1]), decision=str(found[2])) if found else None
    story = read_story(tx, portrait.facts.leaves, only=only, channel=channel, place=place, limit=_LINES)
    titles, authors = _titles(view, instance, tx), _authors(instance, story.happenings)
    entries = entries_of(tx, [each.decision for each in story.happenings if each.decision is not None])
    following = story.next
    return {
        "lines": by_day(
            (tell(view, each, titles, authors, entries) for each in story.happenings), instance.settings.timezone
        ),
        "next": seal(instance.secret, _STORY, [following.event, following.at, following.decision]) if following else "",
        "first": found is None,
        "only": only,
        "kinds": [(key, view.say(text)) for key, text in ONLY_WORDS.items()],
        "channel": channel,
        "channels": [(key, channel_name(view, key)) for key in channels],
    }


def _authors(instance: Instance, happenings: list[Happening]) -> dict[str, str]:
    if not any(each.event and each.event.name == NOTE for each in happenings):
        return {}
    return {f"user:{user.id}": user.email for user in list_users(Vault(instance.database, instance.secret))}


def _messages(view: View, instance: Instance, tx: Transaction, portrait: Portrait) -> dict[str, Any]:
    place = place_of(view, _DECISIONS)
    before = (int(place[0]), str(place[1])) if place else None
    decisions = list_decisions(tx, portrait.facts.leaves, before=before, limit=_LINES + 1)
    part = part_of(view, _DECISIONS, decisions, lambda each: [each.at, each.id], _LINES)
    titles, entries = _titles(view, instance, tx), entries_of(tx, part.items)
    runs = [run for run in runs_page(tx, persons=[portrait.person], limit=_LINES) if not run.is_open]
    return {
        "lines": by_day(
            (tell_decision(view, each, titles, entries) for each in part.items), instance.settings.timezone
        ),
        "next": part.next,
        "first": part.first,
        "ended": runs if part.first else [],
        "journeys": titles,
    }
