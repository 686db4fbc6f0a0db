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


class Shelved(msgspec.Struct, frozen=True):
    """A product as it stands on a shelf."""

    product: Product
    kind: str
    """Its category inside the department: `FLUID MILK PRODUCTS`."""
    size: str
    """Of the package, as the tills write it: `1 GA`; empty where they do not."""
