import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from trenza.matching.likeness import jaro_winkler, within_edits

_TEXTS = st.text("abcñ1 ", max_size=12)
_DUCKDB = duckdb.connect()


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _TEXTS)
def test_texts_are_as_alike_as_duckdb_says(one: str, other: str) -> None:
    row = _DUCKDB.execute(
        "SELECT jaro_winkler_similarity(?, ?), damerau_levenshtein(?, ?)", [one, other] * 2
    ).fetchone()
    assert row is not None
    alike, edits = row
    if one and other:  # a record never holds an empty text
        assert abs(alike - jaro_winkler(one, other)) < 1e-12
    assert [edits <= most for most in range(4)] == [within_edits(one, other, most) for most in range(4)]
