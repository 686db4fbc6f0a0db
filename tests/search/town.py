"""People made of a few words, said in events; and the same people found by looking at everybody."""

from collections.abc import Sequence

from trenza.events import Event
from trenza.identity import Resolver
from trenza.kernel import JsonObject
from trenza.profiles import Profiles
from trenza.storage import Database

SECRET = b"a secret of the tests"


def said(number: int, identifiers: Sequence[tuple[str, str]], traits: JsonObject, at: int | None = None) -> Event:
    """An identify; its event time is its number unless told otherwise."""
    return Event(
        seq=number,
        source=1,
        source_name="site",
        channel="web",
        message_id=f"m{number}",
        type="identify",
        name="",
        timestamp=number if at is None else at,
        original_timestamp=None,
        sent_at=None,
        received_at=1_000_000 + number,
        arrived_at=1_000_000 + number,
        identifiers=tuple(identifiers),
        country="ES",
        message={"type": "identify", "traits": traits},
    )


def tell(database: Database, events: Sequence[Event], size: int = 1_000) -> None:
    """Take events in as the hallway does, in batches."""
    resolver, profiles = Resolver(SECRET), Profiles(country="ES", secret=SECRET)
    for start in range(0, len(events), size):
        batch = events[start : start + size]
        with database.write() as tx:
            resolver.load(tx, batch)
            profiles.begin(is_cold=resolver.is_cold)
            versions = {person: resolver.version(person) for person in resolver.persons()}
            new = {person: version for person, version in versions.items() if not profiles.recall(person, version)}
            profiles.load(tx, {person: resolver.known(person) for person in new}, batch, new)
            for event in batch:
                resolution = resolver.resolve(event)
                if resolution is not None:
                    profiles.move(resolution.moves, resolver.known)
                    profiles.project(event, resolution, resolver.known)
            profiles.meet(resolver.newcomers())
            resolver.store(tx)
            profiles.store(tx)
