"""Sources and their write keys, and the live view of them that doors hold.

What a command changes counts within a second: the view is read anew when it is older, and at once (ten times a second
at most) for a key that it does not know.
"""

import re
import time
from collections.abc import Mapping
from typing import Literal

from trenza.events import store
from trenza.events.errors import InvalidSource, SourceTaken
from trenza.events.model import INTERNAL, Source
from trenza.kernel import new_secret
from trenza.storage import Database, Transaction

INTERNAL_SOURCE = Source(id=0, name=INTERNAL, channel=INTERNAL, key="")
_FRESH = 0.8
_HURRIED = 0.1
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
) -> Source:
    """Make a source; without a `key` it gets a random one.

    Raises:
        InvalidSource: the name, channel, key or country cannot be used.
        SourceTaken: another source has that name or key.
    """
    _check(name, channel, key, country)
    with database.write() as tx:
        return _add(
            tx,
            name,
            channel,
            key,
            strict=strict,
            country=country,
            identifiers=identifiers,
            no_consent_object=no_consent_object,
        )


def ensure_source(database: Database, name: str, channel: str) -> Source:
    """The source of a name, made if it is missing.

    Raises:
        InvalidSource: the name or channel cannot be used.
    """
    _check(name, channel, "", "")
    with database.write() as tx:
        found = next((source for source in list_sources(tx) if source.name == name), None)
        return found or _add(tx, name, channel, "")


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


def _add(
    tx: Transaction,
    name: str,
    channel: str,
    key: str,
    *,
    strict: bool = False,
    country: str = "",
    identifiers: Mapping[str, str] | None = None,
    no_consent_object: NoConsentObject = "",
) -> Source:
    for other in list_sources(tx):
        if other.name == name:
            raise SourceTaken(f"there is a source {name!r} already", "choose another name, or see `trenza source list`")
        if key and other.key == key:
            raise SourceTaken(f"the source {other.name!r} has that key already", "choose another key, or leave it out")
    source = Source(
        id=store.next_source_id(tx),
        name=name,
        channel=channel,
        key=key or new_secret(),
        strict=strict,
        country=country,
        identifiers=dict(identifiers or {}),
        no_consent_object=no_consent_object,
    )
    store.insert_source(tx, source)
    return source


def _check(name: str, channel: str, key: str, country: str) -> None:
    if not _NAME.fullmatch(name) or not name.strip():
        raise InvalidSource("a source's name has 1 to 100 characters, none of them control", "choose another name")
    if not _CHANNEL.fullmatch(channel):
        raise InvalidSource(f"the channel {channel!r} is no slug", "write small letters, digits, `_` and `-`: `web`")
    if key and not _KEY.fullmatch(key):
        raise InvalidSource("a write key has 1 to 200 visible ASCII characters without `:`", "choose another key")
    if not _COUNTRY.fullmatch(country):
        raise InvalidSource(f"the country {country!r} is no two-letter code", "write it as in `ES`")
