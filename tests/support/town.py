"""A simulated town with a known truth: who really is behind each identifier.

Its people have accounts, addresses, cards and devices, some more than others, and are seen some thirteen times
each. Much speaks for the wrong person: households share tablets, telephones and loyalty cards, kiosks are touched
by everybody, who has no e-mail types `test@test.com`, addresses are mistyped (most into nobody's, some into
somebody else's), cookies are cleared. Ground truth of this kind does not exist in public: devices come without a
name on them.

`score` compares with the truth, pair by pair. `components` joins whatever was seen together (`without` leaves out
what is known to be shared). `oracle` is the most that can be known from the evidence: it joins by all of it that is
true, and by nothing else.
"""

import random  # noqa: TID251 — seeded: a town is the same on every run
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence

from trenza.events import Event

JUNK = ("email", "test@test.com")
Pair = tuple[str, str]
_START = 1_767_225_600_000
_STEP = 9_000


class Town:
    """Simulated people, their identifiers, and what they do.

    Args:
        people: how many.
        seed: of the draws.
    """

    def __init__(self, people: int, seed: int = 7) -> None:
        self._draw = random.Random(seed)
        self.owner: dict[Pair, int] = {}
        """Whose each identifier truly is; shared ones are nobody's."""
        self.shared: set[Pair] = {JUNK}
        self._kiosks = [("device_id", f"kiosk-{number}") for number in range(max(1, people // 1_000))]
        self.shared.update(self._kiosks)
        self._own: list[dict[str, list[Pair]]] = [self._person(number) for number in range(people)]
        self._make_households()

    def events(self, count: int) -> list[Event]:
        """What happens in the town, in order."""
        return [self._event(seq, self._draw.randrange(len(self._own))) for seq in range(count)]

    def _person(self, number: int) -> dict[str, list[Pair]]:
        own: dict[str, list[Pair]] = defaultdict(list)
        for type_, chance, value in (
            ("user_id", 0.75, f"u{number}"),
            ("email", 0.9, f"person{number}@example.com"),
            ("phone", 0.6, f"+346{number:08d}"),
            ("loyalty_card", 0.4, f"card-{number}"),
        ):
            if self._draw.random() < chance:
                own[type_].append((type_, value))
        for device in range(self._draw.choice((1, 1, 2, 2, 3))):
            own["anonymous_id"].append(("anonymous_id", f"a{number}-{device}"))
        self.owner.update({pair: number for pairs in own.values() for pair in pairs})
        return own

    def _make_households(self) -> None:
        number = 0
        while number < len(self._own):
            size = self._draw.choice((1, 2, 2, 3, 4))
            home = self._own[number : number + size]
            if len(home) > 1 and self._draw.random() < 0.35:
                self._share(home, "anonymous_id", ("anonymous_id", f"tablet-{number}"))
            if len(home) > 1 and self._draw.random() < 0.08:
                self._share(home, "phone", ("phone", f"+349{number:08d}"))
            if len(home) > 1 and self._draw.random() < 0.05:
                self._share(home, "loyalty_card", ("loyalty_card", f"family-{number}"))
            number += size

    def _share(self, home: list[dict[str, list[Pair]]], type_: str, pair: Pair) -> None:
        self.shared.add(pair)
        for own in home:
            own[type_].append(pair)

    def _event(self, seq: int, person: int) -> Event:
        own, draw = self._own[person], self._draw.random()
        device = self._device(person)
        if draw < 0.5:
            return said(seq, "track", [device])
        if draw < 0.75:
            return said(seq, "track", [*own["user_id"], device])
        if draw < 0.85:
            return said(seq, "identify", [*own["user_id"], device, *self._contact(person)])
        if draw < 0.9:
            return said(seq, "track", [device, *own["email"]])
        if draw < 0.97:
            cards = own["loyalty_card"] and [self._draw.choice(own["loyalty_card"])]
            return said(seq, "track", [*cards, *own["phone"][:1]] or [device])
        return said(seq, "track", [*own["user_id"], self._draw.choice(self._kiosks)])

    def _device(self, person: int) -> Pair:
        devices = self._own[person]["anonymous_id"]
        if self._draw.random() < 0.02:  # cookies cleared
            fresh = ("anonymous_id", f"a{person}-{len(devices)}-new")
            self.owner[fresh] = person
            devices[0] = fresh
        return self._draw.choice(devices)

    def _contact(self, person: int) -> list[Pair]:
        draw = self._draw.random()
        if draw < 0.02:
            return [JUNK]
        if draw < 0.03:
            return [self._mistyped(person)]
        return [*self._own[person]["email"], *self._own[person]["phone"][-1:]]

    def _mistyped(self, person: int) -> Pair:
        """Most slips of the finger give an address that is nobody's, some give somebody else's."""
        if self._draw.random() < 0.8:
            pair = ("email", f"person{person}@exmaple{self._draw.randrange(5)}.com")
            self.owner[pair] = person
            return pair
        return "email", f"person{self._draw.randrange(len(self._own))}@example.com"


def said(seq: int, type_: str, pairs: list[Pair]) -> Event:
    """A message with these identifiers, some seconds after the one before."""
    at = _START + seq * _STEP
    return Event(
        seq=seq,
        source=1,
        source_name="web",
        channel="web",
        message_id=f"m{seq}",
        type=type_,  # type: ignore[arg-type]  # the town says track or identify
        name="",
        timestamp=at,
        original_timestamp=at,
        sent_at=at,
        received_at=at,
        arrived_at=at,
        identifiers=tuple(pairs),
        country="ES",
        message={},
    )


def components(seen: Iterable[Sequence[Pair]], without: Collection[Pair] = ()) -> dict[Pair, Pair]:
    """Naive connected components of what was seen together."""
    parent: dict[Pair, Pair] = {}

    def root(pair: Pair) -> Pair:
        while parent[pair] != pair:
            parent[pair] = parent[parent[pair]]
            pair = parent[pair]
        return pair

    for identifiers in seen:
        pairs = [pair for pair in identifiers if pair not in without] if without else identifiers
        for pair in pairs:
            parent.setdefault(pair, pair)
        for pair in pairs[1:]:
            parent[root(pair)] = root(pairs[0])
    return {pair: root(pair) for pair in parent}


def oracle(events: Iterable[Event], town: Town) -> dict[Pair, Pair]:
    """Everybody as far as true evidence reaches: what one message ties of one person, without what is shared."""
    true: list[list[Pair]] = []
    for event in events:
        owners: dict[int, list[Pair]] = defaultdict(list)
        for pair in event.identifiers:
            if pair in town.owner:
                owners[town.owner[pair]].append(pair)
        true.extend(owners.values())
    return components(true)


def score(found: Mapping[Pair, Hashable], owner: Mapping[Pair, int]) -> dict[str, float]:
    """Pairwise precision, recall and F1 among identifiers that belong to one person."""
    own = [pair for pair in found if pair in owner]
    together = Counter((found[pair], owner[pair]) for pair in own)
    right = sum(_pairs(count) for count in together.values())
    said = sum(_pairs(count) for count in Counter(found[pair] for pair in own).values())
    true = sum(_pairs(count) for count in Counter(owner[pair] for pair in own).values())
    precision, recall = right / max(said, 1), right / max(true, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
