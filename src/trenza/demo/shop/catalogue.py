"""What the shop sells: the real products that stand in most baskets, made once and kept in the data folder."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from trenza.demo.products import Shelved
from trenza.demo.shop.aisles import AISLE_WORDS, aisle_of
from trenza.demo.shop.naming import spoken
from trenza.demo.shop.pictures import picture_of
from trenza.kernel import JsonObject

_FILE: Final = "catalogue.json"
_COUNT: Final = 320
PER_PAGE: Final = 24


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One product of the shop."""

    id: str
    name: str
    category: str
    """The till's department, as the demo's other events call it."""
    brand: str
    price: float
    size: str
    aisle: str
    picture: str

    def described(self) -> JsonObject:
        """As events describe it."""
        told = {name: getattr(self, name) for name in ("name", "category", "brand", "price")}
        return {"product_id": self.id, **told, "currency": "USD"}

    def shown(self) -> JsonObject:
        """As the pages' scripts need it."""
        return {**self.described(), "picture": self.picture}


class Catalogue:
    """Every article, those first that sell best.

    Args:
        articles: in that order.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles
        self._by_id = {article.id: article for article in articles}
        present = {article.aisle for article in articles}
        self.aisles = [aisle for aisle in AISLE_WORDS if aisle in present]

    def find(self, id_: str) -> Article | None:
        """The article of an id."""
        return self._by_id.get(id_)

    def search(self, words: str = "", aisle: str = "") -> list[Article]:
        """Those of an aisle whose name, brand or category holds every word."""
        wanted = words.casefold().split()
        return [
            article
            for article in self._articles
            if aisle in {"", article.aisle}
            and all(word in f"{article.name} {article.brand} {article.category}".casefold() for word in wanted)
        ]

    def beside(self, article: Article, count: int = 4) -> list[Article]:
        """Others of its aisle."""
        return [each for each in self._articles if each.aisle == article.aisle and each.id != article.id][:count]


def open_catalogue(folder: Path) -> Catalogue:
    """The catalogue of a data folder; made from the retail data where it is not there yet.

    Raises:
        Unavailable: it is not there, and the retail data is not installed.
    """
    path = folder / _FILE
    if not path.exists():
        write_catalogue(path, _best_sold())
    return Catalogue(msgspec.json.decode(path.read_bytes(), type=list[Article]))


def write_catalogue(path: Path, shelved: Sequence[Shelved]) -> None:
    """Keep articles in a file, which is never half written."""
    draft = path.with_suffix(".new")
    draft.write_bytes(msgspec.json.encode([_article(each) for each in shelved]))
    draft.replace(path)


def _best_sold() -> list[Shelved]:
    from trenza.demo.store import Retail  # noqa: PLC0415 — its engine is slow to import, and needed once

    return Retail(date(2018, 1, 2)).best_sold(_COUNT)


def _article(shelved: Shelved) -> Article:
    product = shelved.product
    aisle = aisle_of(product.category, shelved.kind, product.name)
    return Article(
        id=product.id,
        name=spoken(product.name, product.category, shelved.kind),
        category=product.category,
        brand=product.brand,
        price=product.price,
        size="" if aisle == "produce" else shelved.size,  # of the crate, not of what one takes home
        aisle=aisle,
        picture=picture_of(aisle, product.name, shelved.kind),
    )
