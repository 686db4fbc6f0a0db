"""The working set of a micro-batch: the facts of everybody it touches, loaded by sets and kept current in memory.

Facts are kept per leaf and put together per person, so a merge or a split only puts them together anew; the `Facts` of
a person stays one and the same object throughout, and what segments wrote into it stays.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from trenza.events import Event, Occurrence, load_history
from trenza.identity import Known, Leaf, Move, Person, Resolution
from trenza.kernel import decode_json, encode_json
from trenza.profiles import store
from trenza.profiles.addresses import fits, hashed, key_of, whole_key
from trenza.profiles.facts import ConsentWord, Facts, TraitVersion
from trenza.profiles.model import Needs, Touched
from trenza.profiles.project import Said, Suppressed, arriving_addresses, what_it_says
from trenza.profiles.reach import EVERY, Destination, addresses
from trenza.storage import Transaction

_Key = TypeVar("_Key", str, tuple[str, str])
_Item = TypeVar("_Item")
KnownOf = Callable[[Person], Sequence[Known]]
"""Gives the identifiers of a person as they are at this point of the micro-batch: `Resolver.known`."""


class _LeafFacts(msgspec.Struct):
    """What hangs on one leaf, each list in order of event time."""

    traits: dict[str, list[TraitVersion]] = msgspec.field(default_factory=dict)
    consents: dict[tuple[str, str], list[ConsentWord]] = msgspec.field(default_factory=dict)
    events: dict[str, list[Occurrence]] = msgspec.field(default_factory=dict)


class Profiles:
    """The facts of the people of one micro-batch.

    Args:
        needs: what live definitions look at; other histories are not loaded.
        country: two-letter country of phone numbers written without one, where the source has none.
        secret: the instance's secret, for addresses whose person was erased.
    """

    def __init__(self, needs: Needs | None = None, *, country: str = "", secret: bytes = b"") -> None:
        self._needs = needs or Needs()
        self._country = country
        self._secret = secret
        self._leaves: dict[Leaf, _LeafFacts] = {}
        self._people: dict[Person, Facts] = {}
        self._seen: dict[Person, set[tuple[str, str]]] = {}
        self._holders: dict[str, set[Person]] | None = None
        """Whose each address is; made with the first suppression of a batch."""
        self._suppressed: dict[str, set[str]] = {}
        self._whole: dict[Leaf, set[str]] = {}
        self._last: dict[tuple[Leaf, str], TraitVersion] = {}
        self._versions: list[store.Row] = []
        self._consents: list[store.Row] = []
        self._suppressions: list[store.Row] = []

    def load(
        self,
        tx: Transaction,
        known: Mapping[Person, Sequence[Known]],
        events: Iterable[Event] = (),
    ) -> None:
        """Load the facts of people, whatever their number, in a handful of queries.

        Args:
            tx: the transaction of the micro-batch.
            known: the identifiers of each person.
            events: what is about to be projected, to know whether the addresses that it brings are suppressed.
        """
        known = {person: held for person, held in known.items() if person not in self._people}
        leaves = [each.leaf for held in known.values() for each in held]
        self._load_traits(tx, leaves)
        for leaf, purpose, channel, at, message_id, status in store.load_consents(tx, leaves):
            self._leaf(leaf).consents[purpose, channel] = [ConsentWord(at, message_id, status)]
        if self._needs.events:
            self._load_history(tx, leaves)
        loaded = [Facts(person=person) for person in known]
        for facts in loaded:
            self._people[facts.person] = facts
            self._identify(facts, known[facts.person])
            self._compose(facts)
        self._load_suppressions(tx, loaded, events)

    def facts(self, person: Person) -> Facts:
        """The facts of a person; of one that the batch brought about, empty ones."""
        found = self._people.get(person)
        if found is None:
            found = self._people[person] = Facts(person=person)
        return found

    def move(self, moves: Iterable[Move], known: KnownOf) -> None:
        """Put together anew whoever won or lost leaves."""
        for person in {person for move in moves for person in (move.before, move.after)}:
            facts = self.facts(person)
            self._seen.pop(person, None)
            self._identify(facts, known(person))
            self._compose(facts)
            self._suppress(facts)

    def project(self, event: Event, resolution: Resolution, known: KnownOf | None = None) -> Touched:
        """Add what an event says to the facts of its person.

        Args:
            event: the event.
            resolution: whose it is.
            known: where given, the person's identifiers are brought up to date (a new one, a later sight of one).
        """
        facts = self.facts(resolution.person)
        changed = bool(resolution.moves) or self._meet(facts, event, known)
        facts.leaves.add(resolution.leaf)
        if event.name in self._needs.events:
            self._remember(facts, event, resolution.leaf)
        said = what_it_says(event, self._country)
        if said.traits:
            self._add_traits(facts, event, resolution.leaf, said)
        if said.consents:
            self._add_consents(facts, event, resolution.leaf, said)
        for suppressed in said.suppressions:
            self._add_suppression(facts, event, resolution.leaf, suppressed)
        return Touched(
            event.name,
            frozenset(said.traits),
            consents=bool(said.consents),
            identifiers=changed or bool(said.suppressions),
        )

    def store(self, tx: Transaction) -> None:
        """Write what the batch brought."""
        last = [
            (leaf, name, version.at, version.message_id, encode_json(version.value))
            for (leaf, name), version in self._last.items()
        ]
        store.save_traits(tx, last, self._versions)
        store.save_consents(tx, self._consents)
        store.save_suppressions(tx, self._suppressions)

    def _leaf(self, leaf: Leaf) -> _LeafFacts:
        found = self._leaves.get(leaf)
        if found is None:
            found = self._leaves[leaf] = _LeafFacts()
        return found

    def _load_traits(self, tx: Transaction, leaves: Sequence[Leaf]) -> None:
        held = self._needs.held
        rows = [*(store.load_versions(tx, leaves, held) if held is None or held else ())]
        if held is not None:
            rows += [row for row in store.load_traits(tx, leaves) if row[1] not in held]
        for leaf, name, at, message_id, value in rows:
            versions = self._leaf(leaf).traits.setdefault(name, [])
            versions.append(TraitVersion(at, message_id, decode_json(value)))

    def _load_history(self, tx: Transaction, leaves: Sequence[Leaf]) -> None:
        for leaf, occurrences in load_history(tx, leaves, self._needs.events).items():
            events = self._leaf(leaf).events
            for occurrence in sorted(occurrences):
                events.setdefault(occurrence.name, []).append(occurrence)

    def _load_suppressions(self, tx: Transaction, loaded: Sequence[Facts], events: Iterable[Event]) -> None:
        forms = store.forms_held(tx)
        if not forms:
            return
        keys: dict[str, str] = {}
        if forms & {store.PLAIN, store.HASHED}:
            plain = {each.value for facts in loaded for each in facts.identifiers}
            plain.update(arriving_addresses(events, self._country))
            plain.update(each.address for facts in loaded for each in _post_addresses(facts))
            keys = {address: address for address in plain if fits(address)}
            if self._secret and store.HASHED in forms:
                keys.update((hashed(self._secret, address), address) for address in plain)
        whole = {whole_key(leaf): leaf for facts in loaded for leaf in facts.leaves} if store.WHOLE in forms else {}
        for key, channel in store.load_suppressions(tx, [*keys, *whole]):
            if key in whole:
                self._whole.setdefault(whole[key], set()).add(channel)
            else:
                self._suppressed.setdefault(keys[key], set()).add(channel)
        for facts in loaded if self._suppressed or self._whole else ():
            self._suppress(facts)

    def _identify(self, facts: Facts, known: Sequence[Known]) -> None:
        """Take a person's identifiers as they are now."""
        facts.identifiers = list(known)
        facts.leaves = {each.leaf for each in known}
        if self._holders is not None:
            _hold(self._holders, facts)

    def _compose(self, facts: Facts) -> None:
        """Put a person's facts together from the leaves."""
        leaves = self._leaves
        parts = [leaves[leaf] for leaf in facts.leaves if leaf in leaves]
        if not parts and not (facts.traits or facts.consents or facts.events):
            return
        facts.traits = _union([part.traits for part in parts], _order)
        facts.consents = _union([part.consents for part in parts])
        facts.events = _union([part.events for part in parts])

    def _suppress(self, facts: Facts) -> None:
        """Say which of a person's addresses must not be written to."""
        pairs: set[tuple[str, str]] = set()
        for each in facts.identifiers:
            pairs.update((channel, each.value) for channel in self._suppressed.get(each.value, ()))
            pairs.update((channel, EVERY) for channel in self._whole.get(each.leaf, ()))
        for post in _post_addresses(facts) if self._suppressed else ():
            pairs.update((channel, post.address) for channel in self._suppressed.get(post.address, ()))
        facts.suppressed = pairs

    def _meet(self, facts: Facts, event: Event, known: KnownOf | None) -> bool:
        """Bring the person's identifiers up to date; whether any came, went or became shared.

        Not asked after a move, which has just done it.
        """
        seen = self._seen.setdefault(facts.person, set())
        if known is None or (len(facts.identifiers) == 1 and seen.issuperset(event.identifiers)):
            return False  # nothing new, and nothing to choose from: the usual visitor
        seen.update(event.identifiers)
        before = {(each.leaf, each.joins) for each in facts.identifiers}
        self._identify(facts, known(facts.person))
        if before == {(each.leaf, each.joins) for each in facts.identifiers}:
            return False
        self._suppress(facts)
        return True

    def _remember(self, facts: Facts, event: Event, leaf: Leaf) -> None:
        body = event.body or encode_json(event.message)
        occurrence = Occurrence(event.timestamp, event.message_id, event.name, event.arrived_at, body, event.message)
        insort(self._leaf(leaf).events.setdefault(event.name, []), occurrence)
        facts.add_event(occurrence)

    def _add_traits(self, facts: Facts, event: Event, leaf: Leaf, said: Said) -> None:
        held = self._leaf(leaf).traits
        for name, value in said.traits.items():
            version = TraitVersion(event.timestamp, event.message_id, value)
            versions = held.setdefault(name, [])
            insort(versions, version, key=_order)
            if versions[-1] is version:
                self._last[leaf, name] = version
            self._versions.append((leaf, name, *_order(version), event.arrived_at, encode_json(value)))
            facts.add_trait(name, version)
        if "address" in said.traits:
            self._suppress(facts)

    def _add_consents(self, facts: Facts, event: Event, leaf: Leaf, said: Said) -> None:
        for given in said.consents:
            word = ConsentWord(event.timestamp, event.message_id, given.status)
            key = (given.purpose, given.channel)
            insort(self._leaf(leaf).consents.setdefault(key, []), word)
            facts.add_consent(*key, word)
            when = (event.timestamp, event.message_id, event.arrived_at)
            self._consents.append((leaf, *key, *when, given.status, given.evidence))

    def _add_suppression(self, facts: Facts, event: Event, leaf: Leaf, suppressed: Suppressed) -> None:
        address, channel = suppressed.address, suppressed.channel
        if address is None:
            key = whole_key(leaf)
            self._whole.setdefault(leaf, set()).add(channel)
        else:
            key = key_of(self._secret, address)
            self._suppressed.setdefault(address, set()).add(channel)
        form = store.WHOLE if address is None else store.PLAIN if key == address else store.HASHED
        self._suppressions.append((key, channel, event.message_id, form, event.timestamp, suppressed.reason))
        for person in {facts.person, *self._holders_of(address)}:
            self._suppress(self._people[person])

    def _holders_of(self, address: str | None) -> Iterable[Person]:
        if self._holders is None:
            self._holders = {}
            for facts in self._people.values():
                _hold(self._holders, facts)
        return self._holders.get(address, ()) if address else ()


def _hold(holders: dict[str, set[Person]], facts: Facts) -> None:
    for each in facts.identifiers:
        holders.setdefault(each.value, set()).add(facts.person)


def _post_addresses(facts: Facts) -> Sequence[Destination]:
    return addresses(facts, "direct_mail") if "address" in facts.traits else ()


def _union(
    parts: Sequence[dict[_Key, list[_Item]]],
    order: Callable[[_Item], Any] | None = None,
) -> dict[_Key, list[_Item]]:
    """Lists of one key put together, in order; always fresh lists, for they grow apart from those of the leaves."""
    whole: dict[_Key, list[_Item]] = {key: items[:] for key, items in parts[0].items()} if parts else {}
    for part in parts[1:]:
        for key, items in part.items():
            if (held := whole.get(key)) is None:
                whole[key] = list(items)
            else:
                held.extend(items)
                held.sort(key=order)
    return whole


def _order(version: TraitVersion) -> tuple[int, str]:
    return version.at, version.message_id
