from trenza.definitions import check_documents, read_folder
from trenza.demo import DEFINITIONS
from trenza.equipment import KINDS
from trenza.testing import run_tests


def test_the_shop_has_ten_segments_and_five_journeys_that_keep_what_they_promise() -> None:
    documents, faults = read_folder(DEFINITIONS)
    objects, more = check_documents(documents, KINDS)

    assert ([], []) == (faults, more)
    assert (10, 5) == (len(objects["Segment"]), len(objects["Journey"]))
    assert [] == [(each.key, each.expected, each.came) for each in run_tests(documents, KINDS) if not each.passed]


def test_every_template_speaks_spanish_and_english() -> None:
    documents, _ = read_folder(DEFINITIONS)
    objects, _ = check_documents(documents, KINDS)

    for template in objects["Template"].values():
        for version in template.channels.values():
            assert all({"es", "en"} == set(texts) for texts in version.fields.values()), template.key
