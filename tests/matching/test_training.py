import pytest

from tests.matching.support import townspeople
from trenza.kernel import Invalid
from trenza.matching import Engine, Field, Record, look, record_from, train

pytest.importorskip("splink", reason="the extra `matching` is not installed")


def _records(many: int, twice: int) -> list[Record]:
    """Records that bear neither e-mail nor telephone; who comes twice has the surname mistyped each time."""
    found = []
    for number, message in enumerate(townspeople(many, twice)):
        traits = message["traits"]
        told: dict[Field, str] = {
            "given": traits["first_name"],
            "family": traits["last_name"],
            "born": traits["birthday"],
            "street": traits["address"]["street"],
            "postcode": traits["address"]["postalCode"],
        }
        found.append(record_from(number, told))
    return found


def test_it_is_learned_though_nobody_writes_their_name_twice_alike() -> None:
    records = _records(300, 60)
    model = train(records, Engine())
    pairs = [pair for pair in look(model, records, Engine()) if pair.weight >= 0]

    assert 58 <= sum(pair.other == pair.one + 1 for pair in pairs)
    assert len(pairs) <= 64


def test_where_nobody_comes_twice_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Invalid, match="come twice"):
        train(_records(200, 0), Engine())
    assert [] == [record for record in caplog.records if "Garcia" in record.getMessage()]


def test_too_few_or_too_bare_people_teach_nothing() -> None:
    with pytest.raises(Invalid, match="not enough"):
        train(_records(20, 5), Engine())
    with pytest.raises(Invalid, match="not enough"):
        train([record_from(number, {"given": f"Ana{number % 9}"}) for number in range(100)], Engine())
