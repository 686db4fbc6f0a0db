"""The shop's drawings: simple shapes on the colour of their aisle, drawn here; no photograph, nobody's trade mark."""

import re
from pathlib import Path
from typing import Final

_GROUND: Final = {
    "produce": "#e3f1d9",
    "dairy": "#e3eef7",
    "bakery": "#f8e8cf",
    "meat": "#f8dfd8",
    "deli": "#fbe9c6",
    "drinks": "#dcf0ee",
    "sweets": "#f6def0",
    "frozen": "#dfeafb",
    "pantry": "#f3ead9",
    "home": "#e9e5f6",
}
_FOLDER: Final = Path(__file__).parent / "drawings"
_DRAWINGS: Final = frozenset(path.stem for path in _FOLDER.glob("*.svg"))
_OF_AISLE: Final = {
    "produce": "leaf", "dairy": "tub", "bakery": "bread", "meat": "steak", "deli": "meal", "drinks": "bottle",
    "sweets": "bag", "frozen": "snow", "pantry": "tin", "home": "soap",
}  # fmt: skip
_SHOWS: Final = (
    ("flower", r"\bFLOWER|ROSES|FLORAL|PLANT|BOUQUET"),
    ("ice", r"ICE CREAM|NOVELT|POPSICLE|SHERBET"),
    ("pizza", r"PIZZA"),
    ("banana", r"BANANA"),
    ("berry", r"BERR"),
    ("grape", r"GRAPES"),
    ("citrus", r"ORANGE(?! JUICE)|CITRUS|LEMON|LIME|TANGER|CLEMENT|GRAPEFRUIT|MELON|PINEAPPLE"),
    ("apple", r"APPLE|PEACH|PEAR|PLUM|NECTAR|STONE FRUIT|CHERR|FRUIT SALAD|FRESH FRUIT"),
    ("tomato", r"TOMATOES|CATSUP|KETCHUP"),
    ("carrot", r"CARROT"),
    ("onion", r"ONION|GARLIC"),
    ("root", r"POTATOES|YAMS"),
    ("pepper", r"PEPPERS|CUCUMBER|AVOCADO|SQUASH|ZUCCHINI"),
    ("egg", r"EGGS"),
    ("cheese", r"CHEESE(?! DNRS)"),
    ("milk", r"MILK"),
    ("donut", r"DONUT|CAKE|PIE|PASTR|SW GDS|SWEET GOODS|MUFFIN"),
    ("bun", r"BUNS|ROLLS(?! )|SANDWICH|BAGEL"),
    ("bread", r"BREAD|TORTILLA(?!/)"),
    ("sausage", r"HOT DOG|SAUSAGE|BACON|LUNCHMEAT|SAUS|FRANK|HAM\b|MEAT:"),
    ("chicken", r"CHICKEN|TURKEY|POULTRY|WINGS"),
    ("fish", r"FISH|SEAFOOD|SALMON|SHRIMP|TUNA|TILAPIA"),
    ("juice", r"JUICE"),
    ("cup", r"COFFEE|TEA\b|TEAS|COCOA"),
    ("can", r"SOFT DRINK|SFT DRNK|ENERGY DRINK"),
    ("candy", r"CANDY|CHOCOLATE|GUM"),
    ("cookie", r"COOKIE|CRACKER"),
    ("box", r"CEREAL|MACARONI|DINNER|RICE|PASTA|SPAGHETTI|OATMEAL|GRANOLA|BAR\b|MIX"),
    ("sack", r"SUGAR|FLOUR|SALT|CAT LITTER|DOG FOOD|PET"),
    ("jar", r"SAUCE|JELL|PEANUT BUTTER|MAYO|DRESSING|PICKLE|OLIVE|SALSA|SYRUP|MUSTARD|SPICE|CONDIMENT"),
    ("bottle", r"OIL|WATER|SOY|VINEGAR"),
    ("roll", r"TISSUE|TOWEL|PAPER|NAPKIN|FOIL|BAGS"),
)


def picture_of(aisle: str, name: str, kind: str) -> str:
    """The name of the picture of a product: `AISLE-DRAWING`; its name says more than its kind."""
    fitting = (drawing for words in (name, kind) for drawing, pattern in _SHOWS if re.search(pattern, words))
    return f"{aisle}-{next(fitting, _OF_AISLE[aisle])}"


def draw(name: str) -> str | None:
    """A picture as SVG, its ground wider than itself so that it fills a frame of any form; None: there is no such."""
    aisle, _, drawing = name.partition("-")
    if aisle not in _GROUND or drawing not in _DRAWINGS:
        return None
    head, _, shapes = (_FOLDER / f"{drawing}.svg").read_text(encoding="utf-8").partition("\n")
    return f'{head}<rect x="-96" y="-96" width="288" height="288" fill="{_GROUND[aisle]}"/>{shapes}'


def picture_of_aisle(aisle: str) -> str:
    """The picture of an aisle as a whole."""
    return f"{aisle}-{_OF_AISLE[aisle]}"
