from trenza.definitions import check_documents
from trenza.equipment import KINDS
from trenza.starters import starters
from trenza.testing import run_tests


def test_what_one_may_begin_with_is_without_faults_and_keeps_what_its_tests_promise() -> None:
    objects, faults = check_documents(starters(), KINDS)

    assert [] == faults
    assert {"cart_rescue", "missed_call", "welcome", "win_back"} <= set(objects["Journey"])
    assert [] == [(each.key, each.expected, each.came) for each in run_tests(starters(), KINDS) if not each.passed]
