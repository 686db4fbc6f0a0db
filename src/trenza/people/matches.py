"""Probable matches for the doors: learning, looking, accepting and rejecting, put together from the rooms.

An accepted match goes through the hallway, so segments and runs follow at once, and becomes a link that `explain` shows
and `cut` takes out.
"""

from collections.abc import Iterator

import msgspec

from trenza.app import Instance
from trenza.definitions import apply_documents, read_documents
from trenza.equipment import KINDS
from trenza.identity import IdentifierTypes, Known, Leaf, Move, Person, known_of, people_page, person_text, persons_of
from trenza.kernel import Conflict, JsonObject, NotFound, format_instant
from trenza.matching import (
    Candidate,
    Engine,
    Likely,
    MatchModel,
    Record,
    State,
    candidate_named,
    could_be,
    decide,
    look,
    print_model,
    propose,
    record_of,
    select_candidates,
    train,
)
from trenza.people.portrait import strongest
from trenza.profiles import load_facts
from trenza.storage import Transaction

_MODEL = "people"
_PAGE = 1_000
BY_RULE = "rule"
"""Who decides where the model's own threshold does."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search for matches came to."""

    model: str
    """Version of the model."""
    records: int
    """People who could be compared."""
    candidates: int
    """Pairs that somebody is to decide."""
    bridges: int
    """Of them, those by which alone two groups hang together; no rule accepts them."""
    accepted: int
    """Pairs that the rule accepted."""


class Matches:
    """Probable matches of an instance.

    Args:
        instance: the instance.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._database = instance.database

    def train(self) -> Found:
        """Learn a model from all people, put it in force, and look for matches with it.

        The thresholds and the way of clustering that are in force stay.

        Raises:
            Unavailable: Splink is not installed.
            Invalid: there is too little to learn from.
        """
        engine = Engine()
        records = list(self._records())
        learned = train(records, engine, _MODEL)
        before = self._model()
        if before is not None:
            learned = msgspec.structs.replace(
                learned, review=before.review, accept=before.accept, clustering=before.clustering
            )
        documents, _ = read_documents(print_model(learned), "")
        apply_documents(self._database, documents, KINDS, self._instance.clock.now())
        return self._look(records, Engine())

    def look(self) -> Found:
        """Look for matches with the model in force.

        Raises:
            Unavailable: Splink is not installed.
            NotFound: there is no model.
        """
        engine = Engine()
        return self._look(list(self._records()), engine)

    def listed(
        self, state: State | None = "open", before: tuple[float, str] | None = None, limit: int = 50
    ) -> list[Candidate]:
        """Candidates, the heaviest first, behind a place `(weight, id)`."""
        with self._database.read() as tx:
            return select_candidates(tx, state, before, limit)

    def accept(self, id_: str, by: str) -> tuple[str, tuple[Move, ...]]:
        """Let the two people of a candidate be one; returns the link that says so, and who changed hands.

        The link is empty where other evidence has made them one meanwhile.

        Raises:
            Invalid: the text is no candidate's id.
            NotFound: there is none, or one of the two was erased.
            Conflict: it was decided already.
        """
        with self._database.read() as tx:
            candidate = candidate_named(tx, id_)
            _check_open(candidate)
            ends = _ends(tx, candidate, self._instance.types_in(tx))
        link, moves = self._instance.tie(*ends, id_) if ends else ("", ())
        self._decide(candidate, "accepted", by, link)
        return link, moves

    def reject(self, id_: str, by: str) -> None:
        """Say that the two people of a candidate are not one; they are not proposed again.

        Raises:
            Invalid: the text is no candidate's id.
            NotFound: there is none.
            Conflict: it was decided already.
        """
        with self._database.read() as tx:
            candidate = candidate_named(tx, id_)
        _check_open(candidate)
        self._decide(candidate, "rejected", by, "")

    def could_be(self, person: Person) -> list[Likely]:
        """Who else a person could be, the likeliest first, by the model in force; nobody where there is none."""
        model = self._model()
        if model is None:
            return []
        with self._database.read() as tx:
            record = _record(tx, self._instance, person)
            return [] if record is None else could_be(tx, model, record.values, but=person)

    def _look(self, records: list[Record], engine: Engine) -> Found:
        model = self._model()
        if model is None:
            raise NotFound("there is no model to weigh matches by", "learn one: `trenza identity train`")
        pairs = look(model, records, engine)
        with self._database.write() as tx:
            candidates = propose(tx, model, records, pairs, self._instance.clock.now())
        accepted = self._accept_by_rule(model, candidates)
        return Found(
            model=model.version,
            records=len(records),
            candidates=len(candidates) - accepted,
            bridges=sum(candidate.is_bridge for candidate in candidates),
            accepted=accepted,
        )

    def _accept_by_rule(self, model: MatchModel, candidates: list[Candidate]) -> int:
        least = model.accept
        if least is None:
            return 0
        sure = [each for each in candidates if each.weight >= least and not each.is_bridge]
        return sum(self._is_accepted(each) for each in sure)

    def _is_accepted(self, candidate: Candidate) -> bool:
        """Accept by the rule; False where somebody decided, or was erased, meanwhile."""
        try:
            self.accept(candidate.id, BY_RULE)
        except (Conflict, NotFound):
            return False
        return True

    def _decide(self, candidate: Candidate, state: State, by: str, link: str) -> None:
        with self._database.write() as tx:
            if not decide(tx, candidate, state, self._instance.clock.now(), by, link):
                _check_open(candidate_named(tx, candidate.id))

    def _model(self) -> MatchModel | None:
        found: MatchModel | None = self._instance.definitions().get("MatchModel", _MODEL)
        return found

    def _records(self) -> Iterator[Record]:
        after: Person = -1
        while True:
            with self._database.read() as tx:
                people = people_page(tx, after, _PAGE)
                facts = load_facts(tx, known_of(tx, people, self._instance.types_in(tx)), secret=self._instance.secret)
            for person in people:
                if (record := record_of(facts[person])) is not None:
                    yield record
            if len(people) < _PAGE:
                return
            after = people[-1]


def candidate_as_json(candidate: Candidate) -> JsonObject:
    """A candidate as the command line and the API print it."""
    return {
        "id": candidate.id,
        "weight": candidate.weight,
        "state": candidate.state,
        "bridge": candidate.is_bridge,
        "people": [person_text(candidate.one), person_text(candidate.other)],
        "base": candidate.base,
        "steps": [
            {
                "comparison": step.comparison,
                "level": step.level or "missing",
                "weight": step.weight,
                "values": [dict(step.one), dict(step.other)],
            }
            for step in candidate.steps
        ],
        "model": candidate.model,
        "foundAt": format_instant(candidate.found_at),
        "decidedAt": format_instant(candidate.decided_at) if candidate.decided_at else None,
        "by": candidate.by or None,
        "link": candidate.link or None,
    }


def _check_open(candidate: Candidate) -> None:
    if candidate.state == "open":
        return
    mend = f"cut its link: `trenza identity cut {candidate.link}`" if candidate.link else "look for matches anew"
    raise Conflict(f"the candidate was {candidate.state} already", mend)


def _ends(tx: Transaction, candidate: Candidate, types: IdentifierTypes) -> tuple[Leaf, Leaf] | None:
    """The identifiers to tie: each person's strongest; None where the two are one already."""
    people = persons_of(tx, [candidate.one, candidate.other])
    if candidate.one not in people or candidate.other not in people:
        raise NotFound("one of the two people is not there any more", "look for matches anew: `trenza identity match`")
    one, other = people[candidate.one], people[candidate.other]
    if one == other:
        return None
    known = known_of(tx, [one, other], types)
    return _end(known[one]), _end(known[other])


def _end(known: list[Known]) -> Leaf:
    return strongest([each for each in known if each.joins] or known).leaf


def _record(tx: Transaction, instance: Instance, person: Person) -> Record | None:
    known = known_of(tx, [person], instance.types_in(tx))
    if not known.get(person):
        raise NotFound("nobody has this id any more", "look for them at /people")
    return record_of(load_facts(tx, known, secret=instance.secret)[person])
