"""Sources and their write keys, and the live view of them that doors hold.

What a command changes counts within a second: the view is read anew when it is older, and at once (ten times a second
at most) for a key that it does not know.
"""

import re
import time
from collections.abc import Mapping
from typing import Literal

from msgspec import structs

from trenza.events import store
from trenza.events.errors import InvalidSource, SourceTaken
from trenza.events.model import INTERNAL, Answers, Source
from trenza.kernel import NotFound, new_secret
from trenza.storage import Database, Transaction

INTERNAL_SOURCE = Source(id=0, name=INTERNAL, channel=INTERNAL, key="")
_FRESH = 0.8
_HURRIED = 0.1
_FASTEST = 1_000_000_000
_NAME = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,100}")
_CHANNEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_KEY = re.compile(r"[!-9;-~]{1,200}")
NoConsentObject = Literal["", "granted", "denied"]
_COUNTRY = re.compile(r"([A-Z]{2})?")


def add_source(
    database: Database,
    name: str,
    channel: str,
    key: str = "",
    *,
    strict: bool = False,
    country: str = "",
    identifiers: Mapping[str, str] | None = None,
    no_consent_object: NoConsentObject = "",
    answers: Answers = "visitors",
    rate: int = 0,
    burst: int = 0,
) -> Source:
    """Make a source; without a `key` it gets a random one.

    Raises:
        InvalidSource: the name, channel, key, country, rate or burst cannot be used.
        SourceTaken: another source has that name or key.
    """
    wanted = Source(
        id=0,
        name=name,
        channel=channel,
        key=key,
        strict=strict,
        country=country,
        identifiers=dict(identifiers or {}),
        no_consent_object=no_consent_object,
        answers=answers,
        rate=rate,
        burst=burst,
    )
    _check(wanted)
    with database.write() as tx:
        return _add(tx, wanted)


def ensure_source(database: Database, name: str, channel: str) -> Source:
    """The source of a name, made if it is missing.

    Raises:
        InvalidSource: the name or channel cannot be used.
    """
    wanted = Source(id=0, name=name, channel=channel, key="")
    _check(wanted)
    with database.write() as tx:
        return _find(tx, name) or _add(tx, wanted)


def change_source(
    database: Database,
    name: str,
    *,
    answers: Answers | None = None,
    rate: int | None = None,
    burst: int | None = None,
) -> Source:
    """Change what is given of a source; events that are stored already stay as they are.

    Raises:
        NotFound: no source has the name, or it is the built-in one.
        InvalidSource: the rate or burst cannot be used.
    """
    given = {"answers": answers, "rate": rate, "burst": 0 if rate == 0 and burst is None else burst}
    with database.write() as tx:
        found = _find(tx, name)
        if found is None or found.name == INTERNAL:
            raise NotFound(f"there is no source {name!r} that could be changed", "see `trenza source list`")
        changed = structs.replace(found, **{field: value for field, value in given.items() if value is not None})
        _check(changed)
        store.update_source(tx, changed)
    return changed


def list_sources(tx: Transaction) -> list[Source]:
    """Every source, the internal one first."""
    return [INTERNAL_SOURCE, *store.select_sources(tx)]


class Sources:
    """A live view of the sources.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_key: dict[str, Source] = {}
        self._by_name: dict[str, Source] = {INTERNAL: INTERNAL_SOURCE}
        self._read_at = float("-inf")

    def by_key(self, key: str) -> Source | None:
        """The source with a write key, as last read; see `is_stale`."""
        return self._by_key.get(key) if key else None

    def by_name(self, name: str) -> Source | None:
        """The source of a name, as last read."""
        return self._by_name.get(name)

    def is_stale(self, key: str) -> bool:
        """The view must be read anew before it can answer for this key."""
        age = time.monotonic() - self._read_at
        return age > _FRESH or (age > _HURRIED and key != "" and key not in self._by_key)

    def refresh(self, tx: Transaction | None = None) -> None:
        """Read the view anew, within a transaction where there is one."""
        if tx is None:
            with self._database.read() as own:
                return self.refresh(own)
        sources = list_sources(tx)
        self._by_key = {source.key: source for source in sources if source.key}
        self._by_name = {source.name: source for source in sources}
        self._read_at = time.monotonic()
        return None


def _find(tx: Transaction, name: str) -> Source | None:
    return next((source for source in list_sources(tx) if source.name == name), None)


def _add(tx: Transaction, wanted: Source) -> Source:
    for other in list_sources(tx):
        if other.name == wanted.name:
            mend = "choose another name, or see `trenza source list`"
            raise SourceTaken(f"there is a source {wanted.name!r} already", mend)
        if wanted.key and other.key == wanted.key:
            raise SourceTaken(f"the source {other.name!r} has that key already", "choose another key, or leave it out")
    source = structs.replace(wanted, id=store.next_source_id(tx), key=wanted.key or new_secret())
    store.insert_source(tx, source)
    return source


def _check(wanted: Source) -> None:
    if not _NAME.fullmatch(wanted.name) or not wanted.name.strip():
        raise InvalidSource("a source's name has 1 to 100 characters, none of them control", "choose another name")
    if not _CHANNEL.fullmatch(wanted.channel):
        why = f"the channel {wanted.channel!r} is no slug"
        raise InvalidSource(why, "write small letters, digits, `_` and `-`: `web`")
    if wanted.key and not _KEY.fullmatch(wanted.key):
        raise InvalidSource("a write key has 1 to 200 visible ASCII characters without `:`", "choose another key")
    if not _COUNTRY.fullmatch(wanted.country):
        raise InvalidSource(f"the country {wanted.country!r} is no two-letter code", "write it as in `ES`")
    if not (0 <= wanted.rate <= _FASTEST and 0 <= wanted.burst <= _FASTEST):
        raise InvalidSource(f"a rate or burst is 0 to {_FASTEST} events", "write 0 for none")
    if wanted.burst and not wanted.rate:
        raise InvalidSource("a burst without a rate limits nothing", "give a rate, or leave the burst at 0")
