"""Probable matches from end to end: learned, proposed, decided, explained, cut and erased."""

import pytest

from tests.people.conftest import settle
from trenza.app import Instance
from trenza.definitions import apply_documents, find_live, read_documents
from trenza.equipment import KINDS
from trenza.events import BATCH
from trenza.identity import Person, explain, leaf_named
from trenza.kernel import Conflict, Invalid, JsonObject, NotFound, encode_json
from trenza.matching import Candidate, count_candidates, count_records
from trenza.people import Matches, People
from trenza.storage.log import Entry

pytest.importorskip("splink", reason="the extra `matching` is not installed")
_SEGMENT = "kind: Segment\nkey: twice\ntitle: Twice\nwhere: {event: {name: Order Completed, count: {gte: 2}}}\n"


def _person(instance: Instance, user: str) -> Person:
    found = instance.find_person("user_id", user)
    assert found is not None
    return found


def _of(instance: Instance, *users: str) -> Candidate:
    people = {_person(instance, user) for user in users}
    return next(each for each in Matches(instance).listed(limit=200) if {each.one, each.other} == people)


def test_whoever_came_twice_is_proposed_and_hardly_anybody_else(instance: Instance) -> None:
    found = Matches(instance).train()

    true = {frozenset((_person(instance, f"u{n}"), _person(instance, f"again{n}"))) for n in range(40)}
    proposed = {frozenset((each.one, each.other)) for each in Matches(instance).listed(limit=200)}
    assert (200, 0) == (found.records, found.accepted)
    assert len(proposed) == found.candidates
    assert len(proposed & true) >= 38
    assert len(proposed - true) <= 2


@pytest.mark.usefixtures("matches")
def test_a_candidate_is_explained_by_what_adds_up_to_its_weight(instance: Instance) -> None:
    candidate = _of(instance, "u1", "again1")

    assert candidate.weight == pytest.approx(candidate.base + sum(step.weight for step in candidate.steps))
    born = next(step for step in candidate.steps if step.comparison == "born")
    assert ("same", born.one) == (born.level, born.other)
    assert born.weight > 0


def test_an_accepted_match_is_a_link_that_can_be_cut_and_restored(instance: Instance, matches: Matches) -> None:
    before = _person(instance, "u1"), _person(instance, "again1")
    link, moves = matches.accept(_of(instance, "u1", "again1").id, "usr_1")

    assert len({_person(instance, user) for user in ("u1", "again1")}) == 1
    assert 2 == sum(len(move.leaves) for move in moves)  # an account and an e-mail
    with instance.database.read() as tx:
        explained = explain(tx, leaf_named("user_id:u1"), leaf_named("user_id:again1"))
    assert [(link, "match", True)] == [(each.link, each.rule, each.live) for each in explained.links]

    instance.cut_link(link)
    assert before == (_person(instance, "u1"), _person(instance, "again1"))
    instance.restore_link(link)
    assert len({_person(instance, user) for user in ("u1", "again1")}) == 1


def test_segments_follow_an_accepted_match(instance: Instance, matches: Matches) -> None:
    documents, _ = read_documents(_SEGMENT, "")
    apply_documents(instance.database, documents, KINDS, instance.clock.now())
    orders: list[JsonObject] = [
        {"type": "track", "userId": user, "event": "Order Completed", "messageId": f"o-{user}", "properties": {}}
        for user in ("u1", "again1")
    ]
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": orders}))], instance.clock.now())
    settle(instance)
    while instance.fill_segments():
        pass
    people = People(instance)
    assert [] == [user for user in ("u1", "again1") if people.sheet(_person(instance, user))["segments"]]

    link, _ = matches.accept(_of(instance, "u1", "again1").id, "usr_1")

    assert "twice" in str(people.sheet(_person(instance, "u1"))["segments"])
    instance.cut_link(link)
    assert [] == [user for user in ("u1", "again1") if people.sheet(_person(instance, user))["segments"]]


def test_what_was_decided_stays_decided_when_it_is_learned_again(instance: Instance, matches: Matches) -> None:
    rejected, accepted = _of(instance, "u2", "again2"), _of(instance, "u3", "again3")
    matches.reject(rejected.id, "usr_1")
    link, _ = matches.accept(accepted.id, "usr_1")
    instance.cut_link(link)

    matches.train()

    assert {rejected.id, accepted.id}.isdisjoint(each.id for each in matches.listed(limit=200))
    assert [rejected.id] == [each.id for each in matches.listed("rejected")]
    assert [accepted.id] == [each.id for each in matches.listed("accepted")]
    assert all(not step.one and not step.other for each in matches.listed("rejected") for step in each.steps)


def test_what_was_decided_cannot_be_decided_again(instance: Instance, matches: Matches) -> None:
    first, second = _of(instance, "u2", "again2").id, _of(instance, "u3", "again3").id
    matches.reject(first, "usr_1")
    matches.accept(second, "usr_1")

    for decide in (matches.accept, matches.reject):
        for each in (first, second):
            with pytest.raises(Conflict):
                decide(each, "usr_2")
    with pytest.raises(NotFound):
        matches.accept("mat_0000000000000", "usr_1")
    with pytest.raises(Invalid):
        matches.reject("lnk_0000000000000", "usr_1")


def test_the_rule_accepts_what_is_sure_and_leaves_the_rest(instance: Instance, matches: Matches) -> None:
    weights = sorted(each.weight for each in matches.listed(limit=200))
    least = weights[len(weights) // 2]
    with instance.database.read() as tx:
        live = find_live(tx, "MatchModel", "people")
    assert live is not None
    documents, _ = read_documents(live.written.replace("review: 0.0", f"review: 0.0\naccept: {least}"), "")
    apply_documents(instance.database, documents, KINDS, instance.clock.now())

    found = matches.look()

    left = matches.listed(limit=200)
    assert found.accepted == sum(weight >= least for weight in weights)
    assert found.candidates == len(left) == sum(weight < least for weight in weights)
    assert {"rule"} == {each.by for each in matches.listed("accepted", limit=200)}
    assert (found.accepted, 0) == (len(matches.listed("accepted", limit=200)), matches.look().accepted)


def test_who_somebody_could_be_is_asked_in_place(instance: Instance, matches: Matches) -> None:
    candidate = _of(instance, "u1", "again1")

    likely = matches.could_be(_person(instance, "u1"))

    assert _person(instance, "again1") == likely[0].person
    assert candidate.weight == pytest.approx(likely[0].weight)
    assert _person(instance, "u1") not in {each.person for each in likely}


def test_an_erasure_reaches_records_and_candidates(instance: Instance, matches: Matches) -> None:
    people = People(instance)
    gone = _of(instance, "u1", "again1")
    with instance.database.read() as tx:
        before = count_records(tx), count_candidates(tx)["open"]

    receipt = people.erase(_person(instance, "again1"), "asked")

    assert {"records": 1, "candidates": 1} == receipt["stores"]["matching"]
    assert people.verify(receipt).holds
    with instance.database.read() as tx:
        assert (before[0] - 1, before[1] - 1) == (count_records(tx), count_candidates(tx)["open"])
    with pytest.raises(NotFound):
        matches.accept(gone.id, "usr_1")


@pytest.mark.usefixtures("matches")
def test_an_export_holds_the_own_side_of_a_candidate_only(instance: Instance) -> None:
    exported = People(instance).export(_person(instance, "again1"))

    [match] = exported["matches"]
    assert "other1@example.org" in str(match)
    assert "someone1@example.com" not in str(match)


def test_without_a_model_there_is_nothing_to_look_with(instance: Instance) -> None:
    assert [] == Matches(instance).could_be(_person(instance, "u1"))
    with pytest.raises(NotFound, match="train"):
        Matches(instance).look()
