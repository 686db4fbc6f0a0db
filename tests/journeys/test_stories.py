"""The stories under `stories/`, played through the very hallway that runs live."""

from pathlib import Path

from trenza.definitions import check_documents, read_folder
from trenza.equipment import KINDS
from trenza.testing import run_tests

STORIES = Path(__file__).parent / "stories"


def test_every_story_comes_true() -> None:
    documents, faults = read_folder(STORIES)
    _, more = check_documents(documents, KINDS)
    assert [] == [str(fault) for fault in [*faults, *more]]

    results = run_tests(documents, KINDS)
    assert {} == {each.key: (each.expected, each.came) for each in results if not each.passed}
    assert len([each for each in documents if each.kind == "JourneyTest"]) == len(results) > 0
