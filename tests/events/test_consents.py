import pytest

from trenza.events import is_withheld


@pytest.mark.parametrize(
    ("consent", "purpose", "withheld"),
    [
        ({"categoryPreferences": {"marketing": False}}, "marketing", True),
        ({"categoryPreferences": {"marketing": True}}, "marketing", False),
        ({"categoryPreferences": {"analytics": False}}, "marketing", False),
        ({"categoryPreferences": {}}, "marketing", False),
        ({"categoryPreferences": {"marketing": "no"}}, "marketing", False),
    ],
)
def test_a_refused_category_withholds_the_event_from_that_purpose(
    consent: dict[str, object], purpose: str, withheld: bool
) -> None:
    assert withheld == is_withheld({"context": {"consent": consent}}, purpose, "granted")
    assert withheld == is_withheld({"context": {"consent": consent}}, purpose, "denied")


@pytest.mark.parametrize("context", [None, {}, {"consent": None}, {"consent": {"categoryPreferences": 5}}, []])
def test_without_a_consent_object_the_setting_speaks(context: object) -> None:
    assert not is_withheld({"context": context}, "marketing", "granted")
    assert is_withheld({"context": context}, "marketing", "denied")
