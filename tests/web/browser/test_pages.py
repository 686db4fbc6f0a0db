"""Every page in both languages and three widths."""

import pytest
from tests.support.browser import WIDTHS, axe, too_wide
from tests.web.browser.conftest import OpenPage

PAGES = {
    "/sign-in": None,
    "/": "admin",
    "/live": "admin",
    "/people": "admin",
    "/jobs": "admin",
    "/jobs/export": "admin",
    "/settings/instance": "admin",
    "/settings/channels": "admin",
    "/settings/rules": "admin",
    "/settings/data": "admin",
    "/documents/new/Cap": "marketer",
}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_by_everybody(open_page: OpenPage, path: str, language: str) -> None:
    page = open_page(path, role=PAGES[path], language=language)

    assert language == page.get_attribute("html", "lang")
    assert 1 == page.locator("h1").count()
    assert [] == axe(page)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        assert 0 == too_wide(page), width


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_in_the_dark(open_page: OpenPage, path: str) -> None:
    assert [] == axe(open_page(path, role=PAGES[path], dark=True))
