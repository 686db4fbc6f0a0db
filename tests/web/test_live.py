import re

import pytest
from litestar.testing import TestClient
from tests.web.conftest import NOW, PASSWORD, Browser

from trenza.access import Role, Vault, add_user, use_link
from trenza.api import build_app
from trenza.app import Instance
from trenza.events import add_source
from trenza.kernel import JsonObject, encode_json
from trenza.storage.log import Entry
from trenza.web import pages

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def shop(instance: Instance) -> Instance:
    add_source(instance.database, "shop", "web", key="shop-key", country="ES")
    return instance


def send(shop: Instance, *messages: JsonObject, **root: object) -> None:
    shop.log.append([Entry("shop", "batch", encode_json({"batch": messages, **root}))], NOW)
    while shop.hallway.step():
        pass


def seq_of(shop: Instance, index: int = 0) -> int:
    """The number of a message of the last body."""
    return shop.log.end() * 4096 + index


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


def test_the_address_keeps_the_filter(signed_in: Browser, shop: Instance) -> None:
    send(shop, {"type": "track", "event": "Order Completed", "userId": "ana"})

    page = signed_in.get("/live?channel=web&name=Order+Completed&source=shop").text

    assert 'data-source="/api/live?channel=web&amp;source=shop&amp;name=Order+Completed&amp;language=' in page
    assert 3 == len(re.findall(r'<option value="(?:web|shop|Order Completed)" selected>', page))


def test_a_person_is_filtered_by_an_identifier_that_does_not_stand_in_the_address(
    signed_in: Browser, shop: Instance
) -> None:
    send(shop, {"type": "identify", "userId": "ana", "traits": {"email": "ana@example.com"}})
    token = re.findall(r'name="csrf" value="([^"]+)"', signed_in.get("/live").text)[0]

    answer = signed_in.post("/live?channel=web", data={"csrf": token, "who": " Ana@Example.com "})

    assert 303 == answer.status_code
    assert re.fullmatch(r"/live\?channel=web&person=per_\w+", answer.headers["location"])
    page = signed_in.get(answer.headers["location"]).text
    assert f'href="/people/{answer.headers["location"].rpartition("=")[2]}">ana@example.com</a>' in page


def test_an_identifier_that_nobody_has_is_said_beside_the_field(signed_in: Browser, shop: Instance) -> None:
    send(shop, {"type": "track", "event": "E", "userId": "ana"})
    token = re.findall(r'name="csrf" value="([^"]+)"', signed_in.get("/live").text)[0]

    answer = signed_in.post("/live", data={"csrf": token, "who": HOSTILE})

    assert 422 == answer.status_code
    assert 'id="who-fault"' in answer.text
    assert 'value="&lt;img src=x onerror=alert(1)&gt;"' in answer.text


# One event


def test_an_event_is_shown_as_sent_and_as_kept(signed_in: Browser, shop: Instance) -> None:
    message = {
        "type": "track",
        "event": HOSTILE,
        "userId": 7,
        "anonymousId": "null",
        "timestamp": "2026-03-02T08:00:00Z",
        "context": {"traits": {"email": "Ana@Example.com", "phone": "12"}},
    }
    send(shop, message, {"type": "page", "userId": "7"}, sentAt="2026-03-02T08:00:30Z", writeKey="shop-key")

    page = signed_in.get(f"/live/events/{seq_of(shop)}?language=en").text

    assert HOSTILE not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "ana@example.com" in page
    assert "Ana@Example.com" in page
    assert 1 == page.count("blocked: identifies nobody")
    assert 1 == page.count("malformed: identifies nobody")
    assert "seconds behind; that is added to its time" in page
    assert "It came in a batch with 1 more." in page
    assert "shop-key" not in page
    assert re.search(r'href="/people/per_\w+">ana@example.com</a>', page)


def test_an_event_is_opened_in_place(signed_in: Browser, shop: Instance) -> None:
    send(shop, {"type": "track", "event": "E", "userId": "ana"})

    part = signed_in.get(
        f"/live/events/{seq_of(shop)}", headers={"hx-request": "true", "hx-target": "opened-body"}
    ).text

    assert 'id="opened-title"' in part
    assert "<html" not in part


@pytest.mark.parametrize(("seq", "status"), [(4096, 404), (1 << 70, 400)])
def test_an_event_that_is_not_there_is_not_found(signed_in: Browser, seq: int, status: int) -> None:
    assert status == signed_in.get(f"/live/events/{seq}").status_code


# Failed events


def fail(shop: Instance) -> None:
    """Three events that cannot be taken in: one of a key that nobody has yet, two that break the rules."""
    late = {"type": "track", "event": "Late", "userId": "ana", "messageId": "m1"}
    odd: list[JsonObject] = [{"type": "odd", "userId": "ana"}, {"type": "track", "event": HOSTILE}]
    shop.log.append([Entry("", "batch", encode_json({"batch": [late], "writeKey": "later"}))], NOW)
    send(shop, *odd)


def test_failed_events_are_listed_with_their_reason_in_plain_words(signed_in: Browser, shop: Instance) -> None:
    assert "No event has failed" in signed_in.get("/live/failed?language=en").text

    fail(shop)
    page = signed_in.get("/live/failed?language=en").text

    assert 3 == page.count('class="row"')
    assert "It came with a write key that no source has." in page
    assert "“type” is missing or unknown." in page
    assert HOSTILE not in page
    assert "3 failed events" in page
    assert '<span class="tag" data-tone="bad">3</span>' in signed_in.get("/live").text


def test_all_are_tried_again_and_the_result_is_said(signed_in: Browser, shop: Instance) -> None:
    fail(shop)
    token = re.findall(r'name="csrf" value="([^"]+)"', signed_in.get("/live").text)[0]
    add_source(shop.database, "late", "web", key="later")

    answer = signed_in.post("/live/failed", data={"csrf": token})

    assert (303, "/live/failed?stored=1&remain=2") == (answer.status_code, answer.headers["location"])
    page = signed_in.get(answer.headers["location"] + "&language=en").text
    assert "1 event is now taken in." in page
    assert "2 failed again; the reasons below are those of now." in page
    assert 2 == page.count('class="row"')


def test_one_is_tried_again(signed_in: Browser, shop: Instance) -> None:
    fail(shop)
    page = signed_in.get("/live/failed?language=en").text
    token = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    paths = re.findall(r'<a class="strong wrap" href="(/live/failed/\w+)">', page)
    add_source(shop.database, "late", "web", key="later")

    answers = [signed_in.post(path, data={"csrf": token}).headers["location"] for path in paths]

    assert [f"{paths[0]}?stored=0&remain=1", f"{paths[1]}?stored=0&remain=1"] == answers[:2]
    assert "/live/failed?stored=1&remain=0" == answers[2]
    assert "None could be taken in." in signed_in.get(answers[0] + "&language=en").text
    assert 404 == signed_in.get(paths[2]).status_code


def test_failed_events_are_paged(signed_in: Browser, shop: Instance) -> None:
    send(shop, *({"type": "odd", "event": f"e{number}"} for number in range(60)))

    page = signed_in.get("/live/failed").text
    rest = signed_in.get("/live/failed" + re.findall(r'href="(\?cursor=[^"]+)"', page)[0]).text

    assert (50, 10) == (page.count('class="row"'), rest.count('class="row"'))
    assert ">e59</a>" in page
    assert ">e0</a>" in rest


# Roles


@pytest.mark.parametrize(
    ("role", "statuses"),
    [("admin", [200, 200, 200]), ("marketer", [200, 200, 403]), ("agent", [200, 200, 403])],
)
def test_who_may_see_what(vault: Vault, shop: Instance, role: Role, statuses: list[int]) -> None:
    _, link = add_user(vault, f"{role}@example.com", role, "cli", NOW)
    cookie = use_link(vault, link, "", PASSWORD, NOW).cookie
    send(shop, {"type": "track", "event": "E", "userId": "ana"})
    paths = ["/live", f"/live/events/{seq_of(shop)}", "/live/failed"]

    with TestClient(build_app(shop, pages(shop)), raise_server_exceptions=False) as client:
        client.cookies.set("trenza_session", cookie)
        assert statuses == [client.get(path).status_code for path in paths]
        assert ("/live/failed" in client.get("/live").text) == (role == "admin")
