from pathlib import Path

import pytest

from trenza.demo.shop import Catalogue, open_catalogue
from trenza.demo.shop.aisles import AISLE_WORDS
from trenza.demo.shop.naming import spoken
from trenza.demo.shop.pictures import draw, picture_of_aisle


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return open_catalogue(tmp_path_factory.mktemp("catalogue"))


def test_the_real_catalogue_has_what_the_tills_sold_most(real: Catalogue) -> None:
    articles = real.search()

    assert 320 == len(articles) == len({article.id for article in articles})
    assert ("Bananas", "PRODUCE") == (articles[0].name, articles[0].category)
    assert list(AISLE_WORDS) == real.aisles
    assert all(article.price >= 0.25 and article.name and draw(article.picture) for article in articles)


def test_nothing_of_it_is_fuel_tobacco_or_alcohol(real: Catalogue) -> None:
    assert [] == [
        each
        for word in ("gasoline", "cigarettes", "beer", "wine")
        for each in real.search(word)
        if each.aisle == "drinks"
    ]


def test_it_is_made_once(tmp_path: Path) -> None:
    first = open_catalogue(tmp_path).search()
    written = (tmp_path / "catalogue.json").stat().st_mtime_ns

    assert first == open_catalogue(tmp_path).search()
    assert written == (tmp_path / "catalogue.json").stat().st_mtime_ns


def test_beside_an_article_stand_others_of_its_aisle(real: Catalogue) -> None:
    article = real.search()[0]
    beside = real.beside(article)

    assert 4 == len(beside)
    assert {article.aisle} == {each.aisle for each in beside}
    assert article not in beside


def test_names_are_those_one_would_say() -> None:
    assert "Fresh milk" == spoken("FLUID MILK WHITE ONLY")
    assert "Eggs, large" == spoken("EGGS - LARGE")
    assert "Potatoes russet" == spoken("POTATOES RUSSET (BULK&BAG)")
    assert "Beef, angus" == spoken("ANGUS", "MEAT", "BEEF")


def test_every_aisle_has_a_drawing() -> None:
    assert [] == [aisle for aisle in AISLE_WORDS if draw(picture_of_aisle(aisle)) is None]
    assert None is draw("produce-../shop") is draw("nowhere-leaf")
