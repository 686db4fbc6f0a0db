"""Events, people and decisions as they come.

The rows come by server-sent events from `/api/live`; this file gives the frame, the filter and the words. What is
filtered stands in the address: names of channels, sources and events, and a person's id, never an identifier.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Controller, Response, get, post

from trenza.app import Instance
from trenza.events import Source, browser_snippet, count_failed, heard_names, list_sources
from trenza.identity import IdentifierTypes, find_leaf, person_text, persons_of, text_person
from trenza.people import name_leaves
from trenza.storage import Transaction
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.words import CHANNEL_WORDS, EVENT_WORDS, SENT_BY, name_channel, name_event

SCRIPT_WORDS = {
    "live": "Connected",
    "paused": "Paused",
    "lost": "Connection lost",
    "connecting": "Connecting",
    "pause": "Pause",
    "resume": "Go on",
    "unknown": "nobody yet known",
    "times_one": "1 event",
    "times": "{n} events",
    "held_back": "{n} waiting",
    "rate": "{n} per second",
    "passed": "{n} came too fast to be shown",
    "passed_one": "1 came too fast to be shown",
    "sent": "sent",
    "held": "withheld",
    "failed": "failed",
    "nobody": "Nobody has this identifier.",
}
_MOST_COUNTED = 1_000


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What is filtered; empty: everything."""

    channel: str = ""
    source: str = ""
    name: str = ""
    person: str = ""

    def query(self, **more: str) -> str:
        """As it stands in an address."""
        given = {**msgspec.structs.asdict(self), **more}
        return urlencode({name: value for name, value in given.items() if value})


class LiveController(Controller):
    """`/live`."""

    include_in_schema = False

    @get("/live", opt={"right": "people"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: Here) -> Response[str]:
        """The page; what is shown comes afterwards."""
        return _show(view, instance)

    @post("/live", opt={"right": "people", "only_reads": True}, sync_to_thread=True)
    def find(self, view: Viewing, instance: Here, form: Sent) -> Response[Any]:
        """Filter by the person whom an identifier names; the address has the person's id."""
        with instance.database.read() as tx:
            person = _named(tx, form.text("who"), instance.settings.country, instance.types_in(tx))
        if person is None:
            return _show(view, instance, unknown=form.text("who"), status=422)
        return view.redirect(f"/live?{_chosen(view).query(person=person)}")


def _show(view: View, instance: Instance, unknown: str | None = None, status: int = 200) -> Response[str]:
    chosen = _chosen(view)
    with instance.database.read() as tx:
        sources = list_sources(tx)
        names = heard_names(tx)
        failed = count_failed(tx, _MOST_COUNTED) if view.may("admin") else 0
        person = _name_of(tx, chosen.person) if chosen.person else ""
    key = next((source.key for source in sources if source.key), "")
    base = instance.settings.base_url
    values = {
        "words": _script_words(view),
        "stream": f"/api/live?{chosen.query(language=view.language)}",
        "has_events": bool(names) or instance.log.end() > 0,
        "write_key": key,
        "curl": _curl(base, key),
        "snippet": browser_snippet(base, key) if key else "",
        "chosen": chosen,
        "chosen_name": person,
        "is_filtered": bool(chosen.query()),
        "without_person": f"/live?{chosen.query(person='')}".rstrip("?"),
        "here": f"/live?{chosen.query()}".rstrip("?"),
        "channels": _channels(view, sources, chosen.channel),
        "sources": _options(view, {source.name: source.name for source in sources}, chosen.source),
        "names": _options(view, {name: name_event(view, name) for name in names}, chosen.name),
        "unknown": unknown,
        "failed": f"{_MOST_COUNTED - 1}+" if failed >= _MOST_COUNTED else str(failed or ""),
    }
    return view.page("live/show.html", values, status)


def _chosen(view: View) -> Chosen:
    given = view.request.query_params
    return Chosen(**{name: given.get(name, "")[:500] for name in ("channel", "source", "name", "person")})


def _channels(view: View, sources: list[Source], chosen: str) -> list[tuple[str, str]]:
    """Those that a source has, those that messages go out by, and the one that is chosen."""
    by_sources = {source.channel for source in sources if source.key}
    named = {channel: name_channel(view, channel) for channel in {*by_sources, *SENT_BY, chosen} - {""}}
    return [("", view.say("All")), *sorted(named.items(), key=lambda pair: pair[1].casefold())]


def _options(view: View, named: Mapping[str, str], chosen: str) -> list[tuple[str, str]]:
    listed = {chosen: chosen, **named} if chosen else named
    return [("", view.say("All")), *sorted(listed.items(), key=lambda pair: pair[1].casefold())]


def _named(tx: Transaction, who: str, country: str, types: IdentifierTypes) -> str | None:
    """The id of the person whom an identifier of any type, or a person's id, names."""
    if not who:
        return None
    number = text_person(who)
    leaves = [find_leaf(each.name, who, country, types) for each in types.listed()]
    wanted = [each for each in [number, *leaves] if each is not None and each < 1 << 63]
    found = persons_of(tx, wanted)
    person = next((found[each] for each in wanted if each in found), None)
    return None if person is None else person_text(person)


def _name_of(tx: Transaction, person: str) -> str:
    """What the person is called; the id where nothing is known."""
    number = text_person(person)
    if number is None or number >= 1 << 63:
        return person
    named = name_leaves(tx, [number]).get(number)
    return (named.name if named is not None else "") or person


def _curl(base: str, key: str) -> str:
    message = '{"userId": "ana", "event": "Product Viewed", "properties": {"product_id": "lamp"}}'
    return f"curl {base}/v1/track -u {key}: \\\n  -H 'Content-Type: application/json' \\\n  -d '{message}'"


def _script_words(view: View) -> dict[str, Any]:
    """What the page's script says, in the reader's language."""
    said = {name: view.say(text) for name, text in SCRIPT_WORDS.items()}
    tables = {"channels": CHANNEL_WORDS, "events": EVENT_WORDS}
    return said | {name: {key: view.say(text) for key, text in table.items()} for name, table in tables.items()}
