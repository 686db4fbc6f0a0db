"""Columns are what PyArrow itself would have made of the values."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from trenza.storage.lake.columns import column_of

instants = pa.timestamp("ms", tz="UTC")


@settings(deadline=None)  # the first `pyarrow.array` imports pandas
@given(st.lists(st.none() | st.integers(-(1 << 63), (1 << 63) - 1)))
def test_integers(values: list[int | None]) -> None:
    column = column_of(values, pa.int64())
    column.validate(full=True)
    assert pa.array(values, pa.int64()) == column
    assert column_of(values, instants).cast(pa.int64()) == column


@settings(deadline=None)  # the same
@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]))))
def test_texts(values: list[str | None]) -> None:
    column = column_of(values, pa.string())
    column.validate(full=True)
    assert pa.array(values, pa.string()) == column
