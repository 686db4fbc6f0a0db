"""Messages to measure with: what shops send, from people who come back, the same on every run."""

import json
from collections.abc import Iterator

NAMES = ("Product Viewed", "Product Added", "Cart Updated", "Order Completed", "Application Opened")
PEOPLE = 5_000
BEGIN = 1_767_225_600


def message(number: int, *, people: int = PEOPLE, run: str = "b") -> dict[str, object]:
    """The message of a number."""
    person = number * 7919 % people
    name = NAMES[number % len(NAMES)]
    cart = f"cart-{person}-{number // people}"
    total = round(5 + number * 37 % 2000 / 10, 2)
    return {
        "type": "track",
        "event": name,
        "messageId": f"{run}-{number:09d}",
        "anonymousId": f"device-{person}",
        "userId": f"user-{person}",
        "context": {"library": {"name": "analytics-python", "version": "2.3.4"}, "locale": "es-ES"},
        "properties": {
            "cart_id": cart,
            "total": total,
            "currency": "EUR",
            "products": [
                {"product_id": f"p{number % 500}", "name": "Tomates de la huerta", "price": total, "quantity": 1}
            ],
        },
    }


def bodies(count: int, size: int, run: str = "b") -> Iterator[bytes]:
    """Bodies of `size` messages each as the batch route takes them; of single messages as `track` does."""
    for start in range(0, count, size):
        messages = [message(number, run=run) for number in range(start, min(start + size, count))]
        yield json.dumps(messages[0] if size == 1 else {"batch": messages}, separators=(",", ":")).encode()
