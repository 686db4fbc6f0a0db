"""The aisles of the shop: where a product of the till's departments and categories stands."""

import re
from collections.abc import Sequence
from typing import Final

AISLE_WORDS: Final[dict[str, str]] = {
    "produce": "Fruit and vegetables",
    "dairy": "Milk, eggs and cheese",
    "bakery": "Bread and cakes",
    "meat": "Meat and fish",
    "deli": "Ready to eat",
    "drinks": "Drinks",
    "sweets": "Snacks and sweets",
    "frozen": "Frozen",
    "pantry": "Pantry",
    "home": "Home and care",
}
"""By key, in the order in which one walks through the shop."""
_FIRST: Final[Sequence[tuple[str, str]]] = (
    # what is found in `department / category / name`; the first that fits counts
    ("frozen", r"FRZN|FROZEN|ICE CREAM|FRZ"),
    ("produce", r"^(PRODUCE|SALAD BAR|FLORAL|GARDEN)"),
    ("meat", r"^(MEAT|SEAFOOD)"),
    ("deli", r"^(DELI|CHEF SHOPPE)"),
    (
        "home",
        r"TISSUE|TOWEL|SOAP|DETERG|PAPER|BAGS|TRASH|CLEAN|DIAPER|PET |CAT |(?<!HOT )DOG |LAUNDRY|BLEACH|CANDLES|FOIL",
    ),
    ("sweets", r"CANDY|SNACK|COOKIE|CRACKER|POPCORN|NUTS|CHIPS|SWEET GOODS|CAKE MIX|GUM|CHOC(?!OLATE MILK)"),
    ("bakery", r"^PASTRY|BREAD|BUNS|ROLLS|BAGEL|MUFFIN|BAKED"),
    ("dairy", r"MILK|EGG|CHEESE|BUTTER(?! TOPPED)|MARGARINE|YOGURT|CREAM|DAIRY PRODUCT"),
    ("drinks", r"DRINK|DRNK|JUICE|WATER|COFFEE|TEA|BEVERAGE|COCOA"),
    ("home", r"^(DRUG GM|COSMETICS|HOUSEWARES|TOYS)"),
)


def aisle_of(department: str, kind: str, name: str) -> str:
    """The key of the aisle where a product stands."""
    text = f"{department} / {kind} / {name}"
    return next((aisle for aisle, pattern in _FIRST if re.search(pattern, text)), "pantry")
