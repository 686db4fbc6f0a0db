"""Sums are told by floats where they cannot err; everywhere the verdict is that of the decimals as written."""

from decimal import Context, Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from tests.segments.support import facts, holds

_SUMS = Context(prec=80)
_amounts = st.one_of(
    st.sampled_from([0.1, 0.2, 0.3, 0.0, -0.1, 1e16, -1e16, 1e300, -1e300, 5e-324, 2**53, 2**53 + 1, -(2**62), 1, -1]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**63), 2**63 - 1),
)
_orders = {"gt": Decimal.__gt__, "gte": Decimal.__ge__, "lt": Decimal.__lt__, "lte": Decimal.__le__}


@given(
    st.lists(_amounts, max_size=8),
    st.sampled_from(sorted(_orders)),
    st.sampled_from([0, 0.3, 1, -0.1, 1e15, 2**53 - 1]),
)
@example([0.1, 0.2], "gte", 0.3)
@example([0.1, 0.2], "gt", 0.3)
@example([1e16, 1, -1e16], "gte", 1)
@example([2**53 + 1, -(2**53)], "gte", 1)
@example([], "lt", 1)
def test_a_sum_is_compared_as_the_decimals_that_were_written(
    amounts: list[int | float], order: str, bound: float
) -> None:
    person = facts(*[(at, "Paid", {"total": amount}) for at, amount in enumerate(amounts)])
    total = Decimal(0)
    for amount in reversed(amounts):
        total = _SUMS.add(total, Decimal(repr(amount)))
    wanted = bool(amounts) and _orders[order](total, Decimal(repr(bound)))

    assert wanted == holds({"event": {"name": "Paid", "sum": {"properties.total": {order: bound}}}}, person)
