"""The public FEBRL sets, learned without labels. They are easy: a smoke test, no proof of worth."""

import pytest

from tests.matching.support import f1, febrl, pairs_in, true_pairs
from trenza.matching import Engine, MatchModel, Pair, Record, Scorer, average_linkage, one_best, predict, train

pytest.importorskip("splink", reason="the extra `matching` is not installed")
_FAR = -10.0


@pytest.fixture(scope="module")
def third() -> tuple[list[Record], MatchModel, list[Pair]]:
    """FEBRL 3: one list of 5,000 records, up to six of a person."""
    records, _ = febrl("dataset3")
    model = train(records, Engine())
    return records, model, predict(model, records, Engine(), _FAR)


def test_one_list_is_grouped_nearly_without_fault(third: tuple[list[Record], MatchModel, list[Pair]]) -> None:
    _, truth = febrl("dataset3")

    assert f1(pairs_in(average_linkage(third[2], 0)), true_pairs(truth)) >= 0.997


def test_the_scorer_weighs_as_splink_does(third: tuple[list[Record], MatchModel, list[Pair]]) -> None:
    records, model, pairs = third
    values = {record.leaf: record.values for record in records}
    scorer = Scorer(model)

    assert len(pairs) > 6_000
    assert max(abs(pair.weight - scorer.weight(values[pair.one], values[pair.other])) for pair in pairs) < 1e-6


def test_two_lists_are_linked_nearly_without_fault() -> None:
    first, who = febrl("dataset4a", "a")
    second, others = febrl("dataset4b", "b", 10_000)
    model = train([*first, *second], Engine())
    pairs = one_best(predict(model, [*first, *second], Engine(), 0))

    assert f1({(pair.one, pair.other) for pair in pairs}, true_pairs({**who, **others})) >= 0.997


def test_the_same_records_give_the_same_model_in_any_order(
    third: tuple[list[Record], MatchModel, list[Pair]],
) -> None:
    records, model, _ = third

    assert model == train(records[::-1], Engine())
