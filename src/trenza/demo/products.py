"""A product as the shop's catalogue has it."""

import msgspec


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """One product that a household buys."""

    id: str
    name: str
    category: str
    brand: str
    price: float
    """What one piece costs on average, in US dollars."""
