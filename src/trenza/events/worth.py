"""What somebody bought: orders, refunds and money of some leaves, by currency.

By the same rules as the tallies (`tallies.py`): an `Order Completed` brings its revenue, an `Order Refunded` takes its
money away again, and robots' orders are none.
"""

from collections.abc import Collection
from decimal import Decimal

import msgspec

from trenza.events import store
from trenza.events.tallies import CONVERSION, REFUND, THOUSAND, currency_of, order_worth
from trenza.kernel import JsonObject, decode_json
from trenza.storage import Transaction


class Worth(msgspec.Struct, frozen=True):
    """What somebody brought so far, in one currency."""

    currency: str
    """Three letters of ISO 4217; empty: unknown."""
    orders: int
    refunds: int
    revenue: Decimal
    """Less what was refunded."""


def worth_of(tx: Transaction, leaves: Collection[int]) -> list[Worth]:
    """What a person brought so far, the currency with most orders first.

    Args:
        tx: to read with.
        leaves: the person's leaves.
    """
    sums: dict[str, tuple[int, int, int]] = {}
    for name, body in store.select_orders(tx, leaves, (CONVERSION, REFUND)):
        message: JsonObject = decode_json(body)
        properties = message.get("properties")
        currency = currency_of(properties)
        orders, refunds, money = sums.get(currency, (0, 0, 0))
        if name == CONVERSION:
            sums[currency] = orders + 1, refunds, money + order_worth(properties)
        else:
            sums[currency] = orders, refunds + 1, money - abs(order_worth(properties))
    found = [Worth(key, made, back, Decimal(money) / THOUSAND) for key, (made, back, money) in sums.items()]
    return sorted(found, key=lambda each: (-each.orders, each.currency))
