from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trenza.demo import LAST_DAY, Retail, shift_in_weeks
from trenza.demo.store import _folder
from trenza.kernel import decode_json

TODAY = date(2026, 11, 22)
ALL = (None, None)


@pytest.fixture(scope="module")
def retail() -> Retail:
    return Retail(TODAY)


@given(st.dates(min_value=date(2018, 1, 2)))
def test_the_last_day_lies_in_the_seven_days_that_begin_yesterday(today: date) -> None:
    last = LAST_DAY + timedelta(weeks=shift_in_weeks(today))

    assert today - timedelta(days=1) <= last <= today + timedelta(days=5)


def test_the_package_holds_what_the_counts_say(retail: Retail) -> None:
    told = (retail.households(ALL), retail.baskets(ALL), retail.mailings(ALL), retail.redemptions(ALL))

    assert (801, 155_848, 6_589, 2_102) == tuple(map(len, told))
    assert [801, 6_589, 2_102] == [sum(1 for _ in told[kind]) for kind in (0, 2, 3)]


def test_a_span_parts_what_is_told_in_two(retail: Retail) -> None:
    middle = 1_790_000_000_000
    before, after = list(retail.mailings((None, middle)).dated()), list(retail.mailings((middle, None)).dated())

    assert 6_589 == len(before) + len(after)
    assert max(at for at, _ in before) < middle <= min(at for at, _ in after)


def test_every_basket_is_one_order_with_the_sums_of_its_lines(retail: Retail) -> None:
    lines = duckdb.connect().read_parquet(str(_folder() / "transactions.parquet"))
    received, paid = lines.aggregate("sum(sales_value), sum(sales_value) - sum(coupon_disc)").fetchall()[0]

    orders = [decode_json(message) for message in retail.baskets(ALL)]

    assert 155_848 == len({order["messageId"] for order in orders}) == len(orders)
    assert 1_469_307 == sum(len(order["properties"]["products"]) for order in orders)
    assert pytest.approx(received) == sum(order["properties"]["revenue"] for order in orders)
    assert pytest.approx(paid) == sum(order["properties"]["total"] for order in orders)
    assert 2_469 == len({order["context"]["externalIds"][0]["id"] for order in orders})
    assert sorted(order["timestamp"] for order in orders) == [order["timestamp"] for order in orders]


@pytest.mark.parametrize("today", [TODAY + timedelta(days=ahead) for ahead in (0, 3)])
def test_the_baskets_end_yesterday_by_whole_weeks_and_no_day_comes_twice(today: date) -> None:
    days: dict[date, date] = {}
    for message in Retail(today).baskets(ALL):
        basket = decode_json(message)
        moved = date.fromisoformat(basket["timestamp"][:10])
        days[moved - timedelta(weeks=basket["context"]["demo"]["shifted_weeks"])] = moved

    assert today - timedelta(days=1) == max(days.values())
    assert len(days) == len(set(days.values()))
    assert {date(2017, 1, 1), LAST_DAY} == {min(days), max(days)}


def test_a_line_without_a_product_is_named_by_its_number(retail: Retail) -> None:
    names = {product.name for products in retail.favourites().values() for product in products}

    assert "" not in names
    assert 2_467 == len(retail.favourites())
