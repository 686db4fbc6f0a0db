"""The working set of micro-batches: the facts of everybody they touch, loaded by sets and kept current in memory.

Facts are kept per leaf and put together per person, so a merge or a split only puts them together anew; the `Facts` of
a person stays one and the same object throughout, and what segments wrote into it stays.

People are remembered from one micro-batch to the next (ADR 0605). Whoever keeps a working set says at `begin` whether
somebody else may have changed anything meanwhile, and asks `recall` before loading a person anew.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence

from trenza.events import Event, Occurrence, load_history
from trenza.identity import Known, Leaf, Move, Person, Resolution
from trenza.kernel import decode_json, encode_json
from trenza.profiles import store
from trenza.profiles.addresses import fits, hashed, key_of, whole_key
from trenza.profiles.facts import ConsentWord, Facts, TraitVersion, put_in_order
from trenza.profiles.leaves import LeafFacts, hold, order_of, post_addresses, see, union
from trenza.profiles.model import Needs, Touched
from trenza.profiles.project import NOTHING, Said, Suppressed, arriving_addresses, what_it_says
from trenza.profiles.reach import EVERY
from trenza.search import Index
from trenza.storage import Transaction

KnownOf = Callable[[Person], Sequence[Known]]
"""Gives the identifiers of a person as they are at this point of the micro-batch: `Resolver.known`."""


_MOST_PEOPLE = 20_000
_MOST_OCTETS = 16_000_000


class Profiles:
    """The facts of the people of one micro-batch after another.

    Args:
        needs: what live definitions look at; other histories are not loaded.
        country: two-letter country of phone numbers written without one, where the source has none.
        secret: the instance's secret, for addresses whose person was erased.
        people: how many people are remembered at most.
        octets: how much of their messages, counted as stored; in memory it is some times as much.
    """

    def __init__(
        self,
        needs: Needs | None = None,
        *,
        country: str = "",
        secret: bytes = b"",
        people: int = _MOST_PEOPLE,
        octets: int = _MOST_OCTETS,
    ) -> None:
        self._needs = needs or Needs()
        self._country = country
        self._secret = secret
        self._most = (people, octets)
        self._octets = 0
        self._is_stale = False
        """What was projected bears on people whom nobody will ask about it: all are to be loaded anew."""
        self._leaves: dict[Leaf, LeafFacts] = {}
        self._people: dict[Person, Facts] = {}
        self._versions_met: dict[Person, int] = {}
        """Of whom the identifiers are known, at which version of `identity`."""
        self._grown: dict[Person, Facts] = {}
        """Whoever was given traits or consents in this batch."""
        self._plain: dict[str, Touched] = {}
        self._holders: dict[str, set[Person]] | None = None
        """Whose each address is; made with the first suppression of a batch."""
        self._suppressed: dict[str, set[str]] = {}
        self._whole: dict[Leaf, set[str]] = {}
        self._last: dict[tuple[Leaf, str], TraitVersion] = {}
        self._versions: list[store.Row] = []
        self._consents: list[store.Row] = []
        self._suppressions: list[store.Row] = []
        self._index = Index()

    def begin(self, *, is_cold: bool) -> None:
        """A new micro-batch begins.

        Args:
            is_cold: somebody else may have changed facts since the last `store`: nobody is remembered.
        """
        people, octets = self._most
        if is_cold or self._is_stale or len(self._suppressed) + len(self._whole) > people:
            self._forget(0)
            self._suppressed, self._whole, self._is_stale = {}, {}, False
        elif len(self._people) > people or self._octets > octets:
            self._forget(min(people, len(self._people)) // 2)
            if self._octets > octets:
                self._forget(0)

    def recall(self, person: Person, version: int) -> bool:
        """Whether a person is remembered as they were at this version; who is not, is to be loaded anew."""
        facts = self._people.pop(person, None)
        if facts is None:
            return False
        if version < 0 or self._versions_met.get(person) != version:
            self._versions_met.pop(person, None)
            return False
        self._people[person] = facts  # behind all others: the last to be forgotten
        return True

    def _forget(self, kept: int) -> None:
        """Forget all people but those who were asked for last."""
        self._people = dict(list(self._people.items())[len(self._people) - kept :])
        leaves = self._leaves
        held = [leaf for facts in self._people.values() for leaf in facts.leaves if leaf in leaves]
        self._leaves = {leaf: leaves[leaf] for leaf in held}
        self._versions_met = {
            person: version for person, version in self._versions_met.items() if person in self._people
        }
        self._holders = None
        self._octets = sum(
            len(occurrence.body)
            for part in self._leaves.values()
            for occurrences in part.events.values()
            for occurrence in occurrences
        )

    def load(
        self,
        tx: Transaction,
        known: Mapping[Person, Sequence[Known]],
        events: Iterable[Event] = (),
        versions: Mapping[Person, int] | None = None,
    ) -> None:
        """Load the facts of people, whatever their number, in a handful of queries.

        Args:
            tx: the transaction of the micro-batch.
            known: the identifiers of each person.
            events: what is about to be projected, to know whether the addresses that it brings are suppressed.
            versions: those of `known`, where they are to be remembered.
        """
        known = {person: held for person, held in known.items() if person not in self._people}
        leaves = [each.leaf for held in known.values() for each in held]
        for leaf in leaves:
            self._leaves.pop(leaf, None)
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
        self._versions_met.update(versions or {})
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
            self._versions_met.pop(person, None)
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
        changed = bool(resolution.moves) or (known is not None and self._meet(facts, event, resolution, known))
        facts.leaves.add(resolution.leaf)
        if event.name in self._needs.events:
            self._remember(facts, event, resolution.leaf)
        said = what_it_says(event, self._country)
        if said is NOTHING and not changed:
            return self._touch_plainly(event.name)
        if said.traits or said.consents:
            self._grown[facts.person] = facts
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

    def _touch_plainly(self, name: str) -> Touched:
        """What events touch that say nothing but that they happened."""
        found = self._plain.get(name)
        if found is None:
            if len(self._plain) >= _MOST_PEOPLE:
                self._plain.clear()
            found = self._plain[name] = Touched(name)
        return found

    def meet(self, newcomers: Iterable[tuple[Leaf, str, str]]) -> None:
        """Let identifiers be found that were seen for the first time: leaf, type, value."""
        self._index.meet(newcomers)

    def store(self, tx: Transaction) -> None:
        """Write what the batch brought."""
        self._index.store(tx)
        last = [
            (leaf, name, version.at, version.message_id, encode_json(version.value))
            for (leaf, name), version in self._last.items()
        ]
        store.save_traits(tx, last, self._versions)
        store.save_consents(tx, self._consents)
        store.save_suppressions(tx, self._suppressions)
        self._last, self._versions, self._consents, self._suppressions = {}, [], [], []
        for facts in self._grown.values():
            self._trim(facts)
        self._grown = {}

    def _trim(self, facts: Facts) -> None:
        """Keep of traits and consents what would be loaded."""
        held = self._needs.held
        for part in [self._leaves[leaf] for leaf in facts.leaves if leaf in self._leaves]:
            for name, versions in part.traits.items():
                if held is not None and name not in held:
                    del versions[:-1]
            for words in part.consents.values():
                del words[:-1]
        self._compose(facts)
        if "address" in facts.traits:  # it may be a new one: the next batch looks whether it is suppressed
            self._versions_met.pop(facts.person, None)

    def _leaf(self, leaf: Leaf) -> LeafFacts:
        found = self._leaves.get(leaf)
        if found is None:
            found = self._leaves[leaf] = LeafFacts()
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
                self._octets += len(occurrence.body)

    def _load_suppressions(self, tx: Transaction, loaded: Sequence[Facts], events: Iterable[Event]) -> None:
        forms = store.forms_held(tx)
        if not forms:
            return
        keys: dict[str, str] = {}
        if forms & {store.PLAIN, store.HASHED}:
            plain = {each.value for facts in loaded for each in facts.identifiers}
            plain.update(arriving_addresses(events, self._country))
            plain.update(each.address for facts in loaded for each in post_addresses(facts))
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
            hold(self._holders, facts)

    def _compose(self, facts: Facts) -> None:
        """Put a person's facts together from the leaves."""
        leaves = self._leaves
        parts = [leaves[leaf] for leaf in facts.leaves if leaf in leaves]
        if not parts and not (facts.traits or facts.consents or facts.events):
            return
        facts.traits = union([part.traits for part in parts], order_of)
        facts.consents = union([part.consents for part in parts])
        facts.events = union([part.events for part in parts])

    def _suppress(self, facts: Facts) -> None:
        """Say which of a person's addresses must not be written to."""
        pairs: set[tuple[str, str]] = set()
        for each in facts.identifiers:
            pairs.update((channel, each.value) for channel in self._suppressed.get(each.value, ()))
            pairs.update((channel, EVERY) for channel in self._whole.get(each.leaf, ()))
        for post in post_addresses(facts) if self._suppressed else ():
            pairs.update((channel, post.address) for channel in self._suppressed.get(post.address, ()))
        facts.suppressed = pairs

    def _meet(self, facts: Facts, event: Event, resolution: Resolution, known: KnownOf) -> bool:
        """Bring the person's identifiers up to date; whether any came, went or became shared.

        Not asked after a move, which has just done it.
        """
        if resolution.version >= 0:
            if self._versions_met.get(facts.person) == resolution.version:
                see(facts, event.timestamp, resolution.leaves)
                return False
            self._versions_met[facts.person] = resolution.version
        before = {(each.leaf, each.joins) for each in facts.identifiers}
        self._identify(facts, known(facts.person))
        if before == {(each.leaf, each.joins) for each in facts.identifiers}:
            return False
        self._suppress(facts)
        return True

    def _remember(self, facts: Facts, event: Event, leaf: Leaf) -> None:
        body = event.body or encode_json(event.message)
        occurrence = Occurrence(event.timestamp, event.message_id, event.name, event.arrived_at, body, event.message)
        self._octets += len(body)
        put_in_order(self._leaf(leaf).events.setdefault(event.name, []), occurrence)
        facts.add_event(occurrence)

    def _add_traits(self, facts: Facts, event: Event, leaf: Leaf, said: Said) -> None:
        held = self._leaf(leaf).traits
        for name, value in said.traits.items():
            version = TraitVersion(event.timestamp, event.message_id, value)
            versions = held.setdefault(name, [])
            insort(versions, version, key=order_of)
            if versions[-1] is version:
                self._last[leaf, name] = version
                self._index.renew(leaf, name, versions[-2].value if len(versions) > 1 else None, value)
            self._versions.append((leaf, name, *order_of(version), event.arrived_at, encode_json(value)))
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
        self._is_stale |= channel in {"direct_mail", EVERY}  # nobody keeps whose post address it is
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
                hold(self._holders, facts)
        return self._holders.get(address, ()) if address else ()
