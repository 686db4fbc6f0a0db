from hypothesis import given
from hypothesis import strategies as st

from trenza.kernel import derived_id, number_text, text_number


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_a_number_comes_back_from_its_text(number: int) -> None:
    assert number == text_number(number_text(number))


def test_a_derived_id_is_a_function_of_its_parts_and_their_borders() -> None:
    assert derived_id("a", "b") == derived_id("a", "b")
    assert derived_id("ab", "c") != derived_id("a", "bc")
    assert 26 == len(derived_id("a"))


def test_a_text_that_is_no_number_is_none() -> None:
    assert text_number("") is None
    assert text_number("per_!") is None
