"""`/segments`: every segment in force, and ready ones to begin from."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get

from trenza.definitions import Definitions, localise
from trenza.identity import count_people
from trenza.segments import Segment, count_members, filled
from trenza.web.paging import PER_PAGE, part_of, place_of
from trenza.web.render import Here, View, Viewing
from trenza.web.segments.examples import EXAMPLE_WORDS
from trenza.web.segments.usage import Use, tests_of, uses_of


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A segment as the list shows it."""

    key: str
    title: str
    people: int
    is_filling: bool
    """Not everybody has been asked yet."""
    uses: list[Use]
    tests: int


class SegmentListController(Controller):
    """`/segments`."""

    include_in_schema = False

    @get("/segments", opt={"right": "read"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """A page of them, by title; `q` looks in titles and keys, `show` keeps those used, unused or still filling."""
        asked = view.request.query_params
        query, show = asked.get("q", "")[:200], asked.get("show", "")
        with instance.database.read() as tx:
            definitions = instance.in_force(tx)
            titles = titles_of(definitions, view)
            rows = _rows(definitions, titles, count_members(tx), filled(tx), uses_of(tx, titles))
            people = count_people(tx)
        place = place_of(view, "segments")
        found = [row for row in rows if _wanted(row, query.casefold(), show) and _behind(row, place)]
        values = {
            "part": part_of(view, "segments", found[: PER_PAGE + 1], lambda row: [row.title.casefold(), row.key]),
            "total": len(rows),
            "people": people,
            "query": query,
            "show": show,
            "examples": [(key, *map(view.say, words)) for key, words in EXAMPLE_WORDS.items()],
            "faults": [fault for fault in definitions.faults if "segment" in fault.file],
        }
        if view.asks_for("segments"):
            return view.fragment("segments/list.html", "found", values)
        return view.page("segments/list.html", values)


def titles_of(definitions: Definitions, view: View) -> dict[tuple[str, str], str]:
    """Titles of journeys and segments in the reader's language, by kind and key; the key where there is none."""
    return {
        (kind, key): localise(each.title, view.language) or key
        for kind in ("Segment", "Journey")
        for key, each in definitions.of(kind).items()
    }


def _rows(
    definitions: Definitions,
    titles: Mapping[tuple[str, str], str],
    sizes: Mapping[str, int],
    complete: Mapping[str, str],
    uses: Mapping[str, list[Use]],
) -> list[Row]:
    tests = tests_of(definitions)
    segments: Mapping[str, Segment] = definitions.of("Segment")
    rows = [
        Row(
            key=key,
            title=titles["Segment", key],
            people=sizes.get(key, 0),
            is_filling=complete.get(key) != each.version,
            uses=uses.get(key, []),
            tests=len(tests.get(key, ())),
        )
        for key, each in segments.items()
    ]
    return sorted(rows, key=lambda row: (row.title.casefold(), row.key))


def _wanted(row: Row, query: str, show: str) -> bool:
    is_found = query in row.title.casefold() or query in row.key.casefold()
    kept = {"used": bool(row.uses), "unused": not row.uses, "filling": row.is_filling}
    return is_found and kept.get(show, True)


def _behind(row: Row, place: list[Any] | None) -> bool:
    return place is None or (row.title.casefold(), row.key) > (str(place[0]), str(place[1]))
