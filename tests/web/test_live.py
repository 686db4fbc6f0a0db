import re

from tests.web.conftest import NOW, Browser

from trenza.app import Instance
from trenza.events import add_source
from trenza.storage.log import Entry


def test_an_empty_instance_says_how_to_begin(signed_in: Browser, instance: Instance) -> None:
    assert "trenza source add" in signed_in.get("/live").text

    add_source(instance.database, "shop", "web", key="shop-key")
    page = signed_in.get("/live").text

    assert "-u shop-key:" in page
    assert "a._writeKey=&#34;shop-key&#34;" in page


def test_the_way_to_begin_is_gone_once_there_are_events(signed_in: Browser, instance: Instance) -> None:
    assert 'id="empty" hidden' not in signed_in.get("/live").text

    instance.log.append([Entry("shop", "track", b"{}")], NOW)

    assert 'id="empty" hidden' in signed_in.get("/live").text


def test_everything_a_page_loads_comes_from_the_instance(signed_in: Browser) -> None:
    page = signed_in.get("/live").text
    loaded = re.findall(r'(?:src|href)="([^"?#][^"?]*)', page)

    assert {"/static/live.js", "/static/live.css", "/static/design/tokens.css", "/static/mark.svg"} <= set(loaded)
    assert all(path.startswith("/") and not path.startswith("//") for path in loaded)
    for path in (each for each in loaded if each.startswith("/static/")):
        assert 200 == signed_in.get(path).status_code, path
    assert "javascript" in signed_in.get("/static/live.js").headers["content-type"]
