"""A catalogue of a few products, so that a test's shop opens at once."""

from pathlib import Path

from trenza.demo import Product
from trenza.demo.products import Shelved
from trenza.demo.shop import write_catalogue

_SHELVED = (
    Shelved(
        Product(id="1", name="BANANAS", category="PRODUCE", brand="National", price=0.98), "TROPICAL FRUIT", "40 LB"
    ),
    Shelved(Product(id="2", name="BUTTER", category="GROCERY", brand="Private", price=4.5), "BUTTER", "1 LB"),
    Shelved(Product(id="3", name="COFFEE", category="GROCERY", brand="National", price=6.25), "COFFEE", "11 OZ"),
)


def shelve(folder: Path) -> None:
    """Put them on the shelves of a data folder."""
    write_catalogue(folder / "catalogue.json", _SHELVED)
