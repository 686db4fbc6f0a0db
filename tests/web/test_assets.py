import gzip
import os
import re
from pathlib import Path

import pytest
from tests.web.conftest import Browser

from trenza.kernel import NotFound
from trenza.web.assets import Assets
from trenza.web.packing import pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.css").write_text('@import "/static/part.css";', encoding="utf-8")
    (tmp_path / "part.css").write_text("body { color: red }" * 40, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("no", encoding="utf-8")
    (tmp_path / ".built.css").write_text("no", encoding="utf-8")
    return tmp_path


@pytest.fixture
def assets(folder: Path) -> Assets:
    return Assets({"": folder})


def test_an_address_bears_the_hash_of_what_is_served(assets: Assets) -> None:
    part = assets.find("part.css")

    assert f"/static/part.css?v={part.version}" == assets.address("part.css")
    assert f'@import "/static/part.css?v={part.version}";'.encode() == assets.find("page.css").body
    assert part.packed is not None
    assert part.body == gzip.decompress(part.packed)
    assert part is assets.find("part.css")


def test_a_changed_file_is_noticed_also_by_what_names_it(assets: Assets, folder: Path) -> None:
    before = [assets.address("page.css"), assets.address("part.css")]

    (folder / "part.css").write_text("body { color: blue }", encoding="utf-8")

    assert not set(before) & {assets.address("page.css"), assets.address("part.css")}


def test_files_that_name_each_other_are_served(assets: Assets, folder: Path) -> None:
    (folder / "a.js").write_text('import "/static/b.js"', encoding="utf-8")
    (folder / "b.js").write_text('import "/static/a.js"', encoding="utf-8")

    assert 'import "/static/b.js?v=' in assets.find("a.js").body.decode()
    assert 'import "/static/a.js?v=' in assets.find("b.js").body.decode()


@pytest.mark.parametrize(
    "name",
    ["", "none.css", "../page.css", "x/../page.css", "/etc/x.css", "secret.txt", ".built.css", "\0.css", "x" * 5000],
)
def test_nothing_else_is_served(assets: Assets, name: str) -> None:
    with pytest.raises(NotFound):
        assets.find(name)
    assert f"/static/{name}" == assets.address(name)


def test_a_browser_asks_once(browser: Browser) -> None:
    address = re.findall(r'"(/static/design/tokens\.css\?v=[0-9a-f]+)"', browser.get("/sign-in").text)[0]

    first = browser.get(address)
    old = browser.get("/static/design/tokens.css?v=0")

    assert "public, max-age=31536000, immutable" == first.headers["cache-control"]
    assert "public, max-age=60" == old.headers["cache-control"]
    assert ("gzip", "accept-encoding") == (first.headers["content-encoding"], first.headers["vary"])
    assert "content-encoding" not in browser.get(address, headers={"accept-encoding": "br"}).headers
    assert 304 == browser.get(address, headers={"if-none-match": first.headers["etag"]}).status_code
    assert 404 == browser.get("/static/%2e%2e/pages.py").status_code
    assert 404 == browser.get("/static/vendor/.built").status_code


def test_a_page_is_packed_and_says_so(browser: Browser) -> None:
    packed = browser.get("/sign-in", headers={"accept-encoding": "gzip"})
    plain = browser.get("/sign-in", headers={"accept-encoding": "identity"})

    assert ("gzip", None) == (packed.headers["content-encoding"], plain.headers.get("content-encoding"))
    assert plain.text == packed.text
    assert "accept-encoding" in packed.headers["vary"]
    assert int(packed.headers["content-length"]) < len(plain.content)


def test_the_length_of_a_packed_page_tells_little() -> None:
    body = os.urandom(2000).hex().encode()
    packed = [pack(body) for _ in range(50)]

    assert {body} == {gzip.decompress(each) for each in packed}
    assert 10 < len({len(each) for each in packed})
