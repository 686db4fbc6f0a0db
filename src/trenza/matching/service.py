"""What the doors ask of the room: to look for matches, to list them, to say who somebody could be."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from trenza.identity import Leaf, Person, persons_of
from trenza.kernel import Instant, Invalid, NotFound, number_text, short_hash
from trenza.matching import store
from trenza.matching.clustering import MISSING, bridges, choose
from trenza.matching.comparisons import keys_of
from trenza.matching.model import Candidate, MatchModel, Pair, Record, Values
from trenza.matching.scoring import Scorer
from trenza.matching.training import Engine, predict
from trenza.storage import Transaction

_PREFIX = "mat_"


class Likely(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a record could be."""

    person: Person
    weight: float


def candidate_id(one: Leaf, other: Leaf) -> str:
    """The id of a pair, whichever is named first: `mat_` and 13 letters."""
    low, high = sorted((one, other))
    return _PREFIX + number_text(short_hash(f"match:{low}:{high}"))


def look(model: MatchModel, records: Sequence[Record], engine: Engine) -> list[Pair]:
    """The pairs that may be one person; those that weigh a little too little too, as they speak against groups."""
    return predict(model, records, engine, min(model.review, MISSING))


def propose(
    tx: Transaction, model: MatchModel, records: Sequence[Record], pairs: Sequence[Pair], now: Instant
) -> list[Candidate]:
    """Write records and candidates: in the place of those before, but for what somebody has decided.

    Returns:
        The open candidates, the heaviest first.
    """
    store.replace_records(tx, [(record, keys_of(record.values, model.blocking)) for record in records])
    by_leaf = {record.leaf: record.values for record in records}
    chosen = choose(pairs, model.clustering, model.review)
    bridging = bridges(pair for pair in pairs if pair.weight >= model.review)
    settled = _settled(tx)
    people = persons_of(tx, {leaf for pair in chosen for leaf in (pair.one, pair.other)})
    scorer = Scorer(model)
    found = []
    for pair in chosen:
        one, other = people.get(pair.one), people.get(pair.other)
        if one is None or other is None or one == other or frozenset((one, other)) in settled:
            continue
        is_bridge = (pair.one, pair.other) in bridging
        found.append(_candidate(pair, by_leaf, scorer, model, now, is_bridge=is_bridge))
    decided = {each.id for each in store.select_of(tx, [pair.one for pair in chosen]) if each.state != "open"}
    found = [each for each in found if each.id not in decided]
    store.replace_open(tx, found)
    return sorted(found, key=lambda each: (-each.weight, each.id))


def could_be(tx: Transaction, model: MatchModel, values: Values, but: Person | None = None) -> list[Likely]:
    """Who somebody could be, the likeliest first: scored in place against the people there are.

    Args:
        tx: to read with.
        model: the trained one.
        values: what is known of them; see `records`.
        but: who they are; not named.
    """
    others = store.select_beside(tx, keys_of(values, model.blocking))
    ranked = Scorer(model).rank(values, others, model.review)
    people = persons_of(tx, [record.leaf for record, _ in ranked])
    found: dict[Person, float] = {}
    for record, weight in ranked:
        person = people.get(record.leaf)
        if person is not None and person != but:
            found.setdefault(person, weight)
    return [Likely(person=person, weight=weight) for person, weight in found.items()]


def candidate_named(tx: Transaction, id_: str) -> Candidate:
    """The candidate of an id.

    Raises:
        Invalid: the text is no candidate's id.
        NotFound: there is none.
    """
    if not id_.startswith(_PREFIX):
        raise Invalid("that is no candidate", "take the id that `trenza identity candidates` prints: mat_…")
    found = store.find_candidate(tx, id_)
    if found is None:
        raise NotFound("there is no such candidate", "see `trenza identity candidates`")
    return found


def _settled(tx: Transaction) -> Collection[frozenset[Person]]:
    """Pairs of people, as they are now, that somebody has decided: whatever their numbers were then."""
    decided = store.select_decided(tx)
    people = persons_of(tx, {leaf for pair in decided for leaf in pair})
    return {frozenset((people[one], people[other])) for one, other in decided if one in people and other in people}


def _candidate(
    pair: Pair, values: Mapping[Leaf, Values], scorer: Scorer, model: MatchModel, now: Instant, *, is_bridge: bool
) -> Candidate:
    score = scorer.score(values[pair.one], values[pair.other])
    return Candidate(
        id=candidate_id(pair.one, pair.other),
        one=pair.one,
        other=pair.other,
        weight=score.weight,
        state="open",
        is_bridge=is_bridge,
        base=score.base,
        steps=score.steps,
        model=model.version,
        found_at=now,
    )
