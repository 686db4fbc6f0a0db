"""Segments to begin with: useful ones, as text, to be changed in the builder. The reader's language stands first."""

from collections.abc import Mapping

EXAMPLES: Mapping[str, str] = {
    "warm_cart": """\
kind: Segment
key: warm_cart
title: {es: Carrito caliente, en: Warm cart}
where:
  all:
    - event: {name: Cart Updated, within: 24h}
    - none:
        - event: {name: Order Completed, within: 24h, same: properties.cart_id}
        - event: {name: Cart Emptied, within: 24h, same: properties.cart_id}
""",
    "bought_lately": """\
kind: Segment
key: bought_lately
title: {es: Compraron en los últimos 30 días, en: Bought in the last 30 days}
where:
  event: {name: Order Completed, within: 30d}
""",
    "lapsed": """\
kind: Segment
key: lapsed
title: {es: Hace tiempo que no compran, en: Have not bought for a while}
where:
  all:
    - event: {name: Order Completed}
    - event: {name: Order Completed, within: 60d, count: {is: 0}}
""",
    "on_whatsapp": """\
kind: Segment
key: on_whatsapp
title: {es: Se les puede escribir por WhatsApp, en: Can be written to on WhatsApp}
where:
  all:
    - reachable: whatsapp
    - consent: {purpose: marketing, channel: whatsapp, is: granted}
""",
    "regulars": """\
kind: Segment
key: regulars
title: {es: Compran a menudo, en: Buy often}
where:
  event: {name: Order Completed, within: 90d, count: {gte: 3}}
""",
}
"""By key. Each is one document that any instance can read."""
EXAMPLE_WORDS: Mapping[str, tuple[str, str]] = {
    "warm_cart": ("Warm cart", "Put something in the cart in the last 24 hours and did not buy it."),
    "bought_lately": ("Bought in the last 30 days", "At least one order, on any channel."),
    "lapsed": ("Have not bought for a while", "Bought before, and not once in the last 60 days."),
    "on_whatsapp": ("Can be written to on WhatsApp", "There is a number, and permission for marketing."),
    "regulars": ("Buy often", "Three orders or more in 90 days."),
}


def text_of_example(key: str, language: str) -> str:
    """An example's text; the title's first language is the reader's."""
    text = EXAMPLES[key]
    if language == "es":
        return text
    head, _, rest = text.partition("title: {es: ")
    spanish, _, rest = rest.partition(", en: ")
    english, _, rest = rest.partition("}\n")
    return f"{head}title: {{en: {english}, es: {spanish}}}\n{rest}"
