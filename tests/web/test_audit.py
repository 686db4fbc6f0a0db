"""The audit says every write in plain words, and what only looks up is no write."""

from collections.abc import Iterator

import msgspec
from litestar.routes import HTTPRoute
from tests.web.conftest import NOW, Browser
from tests.web.roles import token_of

from trenza.access import Vault, add_user, read_audit
from trenza.api.live import Streams
from trenza.api.server import build_litestar
from trenza.api.tally import Tally
from trenza.app import Instance
from trenza.events import add_source
from trenza.web import pages
from trenza.web.audit import ACTION_WORDS

READS = frozenset({"GET", "HEAD", "OPTIONS"})


def writes(instance: Instance) -> Iterator[str]:
    """What `Door` writes down: a method and the template of a path."""
    instance.settings = msgspec.structs.replace(instance.settings, demo=True)
    application = build_litestar(instance, pages(instance), Tally(), Streams(), "all")
    for route in application.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if not handler.opt.get("public") and not handler.opt.get("only_reads"):
                    yield from (f"{method} {route.path_format}" for method in handler.http_methods - READS)


def test_every_write_of_pages_and_api_has_its_words(instance: Instance) -> None:
    found = set(writes(instance))

    assert 40 < len(found)
    assert [] == sorted(found - ACTION_WORDS.keys())
    assert [] == sorted({action for action in ACTION_WORDS if "/" in action} - found)


def test_looking_somebody_up_is_not_written_down(signed_in: Browser, instance: Instance) -> None:
    token = token_of(signed_in.get("/phones").text)
    before = read_audit(instance.database, None, 50)
    answers = [
        signed_in.post("/people", data={"csrf": token, "text": "ana"}),
        signed_in.post("/live", data={"csrf": token, "who": "ana@example.com"}),
        signed_in.post("/phones", data={"csrf": token, "who": "ana@example.com"}),
        signed_in.post("/segments/count", data={"csrf": token, "text": "kind: Segment"}),
        signed_in.post("/editor/apply", data={"csrf": token, "kind": "Segment", "text": "kind: Segment"}),
        signed_in.post("/api/people/search", json={"text": "ana"}, headers={"x-csrf-token": token}),
    ]

    assert [200, 422, 422, 200, 200, 200] == [each.status_code for each in answers]
    assert before == read_audit(instance.database, None, 50)


def test_what_changes_something_is_written_down_and_told_in_words(signed_in: Browser, instance: Instance) -> None:
    add_source(instance.database, "shop", "web", key="shop-key")
    token = token_of(signed_in.get("/sources").text)

    signed_in.post("/live/failed", data={"csrf": token})

    assert "POST /live/failed" in {each.action for each in read_audit(instance.database, None, 9)}
    assert "reintentó eventos fallidos" in signed_in.get("/audit").text


def test_users_stand_by_their_address_and_the_command_line_by_its_name(signed_in: Browser, vault: Vault) -> None:
    add_user(vault, "eva@example.com", "agent", "cli", NOW)
    page = signed_in.get("/audit").text

    assert "la línea de órdenes" in page
    assert ">eva@example.com<" in page
    assert "usr_" not in page
