"""The job `export`: everything of one person as a JSON document, or all events or people as JSON Lines.

Taken up again it begins anew. An erasure in the midst of an export of everybody begins it anew too.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from trenza.app import Instance
from trenza.events import export_events
from trenza.identity import person_text, persons_of
from trenza.jobs import Kind, Outcome, Prepared, Work
from trenza.kernel import Instant, Invalid, JsonObject, encode_json, parse_instant
from trenza.people import People
from trenza.storage import Transaction

_PAGE: Final = 1_000


class Export(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to export."""

    of: Annotated[Literal["person", "events", "people"], Meta(description="Of whom or what.")] = "events"
    person: Annotated[str, Meta(max_length=2_200, description="For `person`: `type:value`, or an id (`per_…`).")] = ""
    since: Annotated[str, Meta(max_length=40, description="For `events`: least event time, ISO 8601.")] = ""
    until: Annotated[str, Meta(max_length=40, description="For `events`: event time before which they are.")] = ""


def _prepare(instance: Instance, request: Export) -> Prepared[Export]:
    _instant(request.since)
    _instant(request.until)
    if request.of == "person":
        person = People(instance).named(request.person)
        return Prepared(Export(of="person", person=person_text(person)), person, when_erased="cancel")
    if request.person:
        raise Invalid(f"an export of all {request.of} names nobody", "leave `person` out, or export `of: person`")
    return Prepared(request, when_erased="again")


def _run(instance: Instance, request: Export, work: Work) -> Outcome:
    if request.of == "person":
        return _export_person(instance, request, work)
    lines = _events(instance, request) if request.of == "events" else _people(instance)
    name = f"{request.of}.jsonl"
    count = _write_lines(work.folder / name, lines, request.of, work)
    return Outcome({request.of: count}, name)


def _export_person(instance: Instance, request: Export, work: Work) -> Outcome:
    people = People(instance)
    work.progress(0, 1, "parts", "gathering")
    body = msgspec.json.format(encode_json(people.export(people.named(request.person))), indent=2)
    (work.folder / "person.json").write_bytes(body)
    work.progress(1, 1, "parts", "writing")
    return Outcome({"bytes": len(body)}, "person.json")


def _write_lines(path: Path, lines: Iterable[JsonObject], unit: str, work: Work) -> int:
    count = 0
    with path.open("wb") as file:
        for line in lines:
            file.write(encode_json(line) + b"\n")
            count += 1
            work.progress(count, None, unit, "writing")
    return count


def _events(instance: Instance, request: Export) -> Iterator[JsonObject]:
    with instance.database.read() as tx:
        yield from export_events(
            tx, lambda leaves: _names(tx, leaves), _instant(request.since), _instant(request.until)
        )


def _names(tx: Transaction, leaves: Collection[int]) -> dict[int, str]:
    return {leaf: person_text(person) for leaf, person in persons_of(tx, leaves).items()}


def _people(instance: Instance) -> Iterator[JsonObject]:
    people, after = People(instance), -1
    while page := people.listed(after, _PAGE):
        yield from ({"person": person_text(each.person), "identifiers": [*each.identifiers]} for each in page)
        after = page[-1].person


def _instant(text: str) -> Instant | None:
    if not text:
        return None
    if (at := parse_instant(text)) is None:
        raise Invalid(f"{text[:40]!r} is no instant", "write ISO 8601: 2026-03-02 or 2026-03-02T10:00:00+01:00")
    return at


EXPORT: Final = Kind(name="export", right="erase", request=Export, prepare=_prepare, run=_run, taken_up="restarts")
