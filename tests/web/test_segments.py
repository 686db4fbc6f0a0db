"""The pages of segments: the list, one of them in plain words, who is in it and why, its tests and versions."""

import json
from collections.abc import Mapping

import pytest
from tests.web.conftest import NOW, PASSWORD, Browser
from tests.web.test_editor import csrf_of, save_text

from trenza.access import Vault, add_user, read_audit, use_link
from trenza.app import Instance
from trenza.definitions import check_documents, find_live, read_documents
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.kernel import encode_json
from trenza.segments import count_turns, members_page
from trenza.storage.log import Entry
from trenza.web.render import View
from trenza.web.segments.examples import EXAMPLES, text_of_example
from trenza.web.segments.sentences import SENTENCE_WORDS, Speaker
from trenza.worker import process_until_idle

BUYERS = """\
kind: Segment
key: buyers
title: {es: Compradores <b>, en: Buyers}
where:
  all:
    - event: {name: Order Completed, within: 24h, count: {gte: 2}, where: {properties.total: {gte: 50}}}
    - none:
        - trait: {plan: {in: [free, "<i>"]}}
"""
OTHER = "kind: Segment\nkey: other\nwhere:\n  segment: buyers\n"
TEST = """\
kind: SegmentTest
key: two_orders
uses: [buyers]
timeline:
  - {at: 2026-03-02T10:00:00Z, event: {type: track, userId: u1, event: Order Completed, properties: {total: 60}}}
  - {at: 2026-03-02T10:00:01Z, event: {type: track, userId: u1, event: Order Completed, properties: {total: 60}}}
expect:
  - {at: 2026-03-02T10:00:01Z, segment: buyers, members: [u1]}
"""


@pytest.fixture
def shop(instance: Instance) -> Instance:
    """Two who bought twice, one who bought once, and a segment that tells them apart."""
    ensure_source(instance.database, "web", "web")
    save_text(instance, BUYERS)
    for number, orders in enumerate((2, 2, 1)):
        for order in range(orders):
            track = {"type": "track", "userId": f"u{number}", "event": "Order Completed", "properties": {"total": 60}}
            _tell(instance, {**track, "messageId": f"{number}-{order}"})
    process_until_idle(instance)
    return instance


def _tell(instance: Instance, message: Mapping[str, object]) -> None:
    entry = Entry(source="web", route="track", body=encode_json(message), received_at=NOW - 1_000)
    instance.log.append([entry], NOW - 1_000)


def as_role(browser: Browser, vault: Vault, role: str) -> Browser:
    _, token = add_user(vault, f"{role}@example.com", role, "cli", NOW)
    browser.cookies.set("trenza_session", use_link(vault, token, "", PASSWORD, NOW).cookie)
    return browser


def test_an_instance_without_segments_offers_ready_ones_to_begin_from(signed_in: Browser) -> None:
    page = signed_in.get("/segments").text

    assert "Todavía no hay segmentos" in page
    assert len(EXAMPLES) == page.count("/segments/new?from=")


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("key", EXAMPLES)
def test_every_ready_segment_is_without_faults(key: str, language: str) -> None:
    documents, faults = read_documents(text_of_example(key, language), "")
    _, more = check_documents(documents, KINDS)

    assert ([], [], [key]) == (faults, more, [each.key for each in documents])


def test_the_list_says_how_many_are_in_each_and_what_uses_it(signed_in: Browser, shop: Instance) -> None:
    save_text(shop, OTHER)

    page = signed_in.get("/segments").text

    assert "Compradores &lt;b&gt;" in page
    assert '<td class="num" data-label="Personas ahora">2' in page
    assert 'href="/segments/other">other</a>' in page
    assert "llenándose" in page
    assert "Ningún segmento es así" in signed_in.get("/segments?q=nobody").text
    assert "/segments/other" not in signed_in.get("/segments?q=compra&show=used").text.partition("Lo usan")[0]


def test_a_segment_shows_who_is_in_it_since_when_and_why(signed_in: Browser, shop: Instance) -> None:
    page = signed_in.get("/segments/buyers").text

    assert 2 == page.count('href="/people/per_')
    assert 4 == page.count('href="/live/events/')
    assert "Entraron en 7 días" in page
    with shop.database.read() as tx:
        assert [2] == [entered for _, entered, _ in count_turns(tx, "buyers", 0)]
        assert [(2, True)] == [
            (len(row.because), row.inside_since is not None) for _, row in members_page(tx, "buyers", -1, 1)
        ]


@pytest.mark.usefixtures("shop")
def test_a_segment_is_told_in_plain_words_in_both_languages(signed_in: Browser) -> None:
    spanish = signed_in.get("/segments/buyers").text
    english = signed_in.get("/segments/buyers?language=en").text

    assert "Compró al menos 2 veces en los últimos 24 horas, donde total es al menos 50." in (spanish)
    assert "Bought at least 2 times in the last 24 hours, where total is at least 50." in english
    assert "plan is one of free, &lt;i&gt;." in english


def test_every_form_of_predicate_has_its_sentence(instance: Instance) -> None:
    sources = [
        {"event": {"name": "X", "count": {"is": 0}}},
        {"event": {"name": "X", "count": {"is": 3}, "since": "2026-03-02T10:00:00Z"}},
        {"event": {"name": "X", "count": {"gt": 1, "lt": 5}, "between": ["2026-03-02", "2026-04-02"]}},
        {"event": {"name": "X", "sum": {"properties.total": {"gte": 5}}, "same": "properties.id"}},
        {"sequence": {"steps": ["A", {"name": "B"}], "within": "2 calendar_day", "span": "1h"}},
        {"trait": {"a": {"exists": False}, "b": {"is": True, "fold": True, "for": "3d"}}},
        {"segment": "buyers"},
        {"consent": {"purpose": "marketing", "channel": "email", "is": "granted"}},
        {"reachable": "sms"},
        {"bucket": {"salt": "half", "from": 0, "to": 5000}},
        {"any": []},
        {"none": [{"all": []}]},
    ]
    speaker = Speaker(_view(instance), {"buyers": "Those who buy"})

    said = [speaker.say(source).text for source in sources]

    assert [
        "Has no “X”.",
        "Has “X” exactly 3 times since 2 Mar 2026, 10:00:00.",
        "Has “X” a number of times that is more than 1 and is less than 5 between 2026-03-02 and 2026-04-02.",
        "Has “X”, where the sum of total is at least 5, with the same id.",
        "Has these in order: “A” → “B” in the last 2 calendar days, from first to last within 1 hours.",
        "a is not known and b is yes for 3 days now (capital letters ignored).",
        "Is in the segment “Those who buy”.",
        "Has given permission for marketing by e-mail.",
        "Can be reached by SMS.",
        "Is among the 50% drawn by the lot “half”.",
        "Nobody.",
        "None of these holds:",
    ] == said
    assert "{text}" == SENTENCE_WORDS["other"]


def _view(instance: Instance) -> View:
    from litestar.testing import RequestFactory  # noqa: PLC0415 — only here

    return View(RequestFactory().get("/segments", query_params={"language": "en"}), instance)


def test_tests_run_on_the_page_and_nothing_is_written(signed_in: Browser, shop: Instance) -> None:
    save_text(shop, TEST)
    page = signed_in.get("/segments/buyers").text
    asked = {"csrf": csrf_of(page)}

    answer = signed_in.post("/segments/buyers/tests", data=asked, headers={"hx-request": "true", "hx-target": "tests"})

    assert "todas bien" in answer.text
    assert "two orders" in answer.text
    assert [] == [each for each in read_audit(shop.database, None, 50) if "/tests" in each.action]


def test_a_segment_that_others_name_is_not_removed_and_it_is_said_why(signed_in: Browser, shop: Instance) -> None:
    save_text(shop, OTHER)
    token = csrf_of(signed_in.get("/segments/buyers").text)

    refused = signed_in.post("/segments/buyers/remove", data={"csrf": token})
    signed_in.post("/segments/other/remove", data={"csrf": token})
    done = signed_in.post("/segments/buyers/remove", data={"csrf": token})

    assert (409, 303) == (refused.status_code, done.status_code)
    assert "otros lo nombran" in refused.text
    with shop.database.read() as tx:
        assert find_live(tx, "Segment", "buyers") is None


def test_an_earlier_version_is_shown_with_what_has_changed_since(signed_in: Browser, shop: Instance) -> None:
    before = shop.definitions().versions["Segment"]["buyers"]
    save_text(shop, BUYERS.replace("gte: 50", "gte: 90"))

    page = signed_in.get(f"/segments/buyers/versions/{before}").text

    assert "<del>" in page
    assert "gte: 90" in page.partition("<ins>")[2]
    assert 404 == signed_in.get("/segments/buyers/versions/none").status_code


def test_the_count_follows_the_text_and_is_no_entry_of_the_audit(signed_in: Browser, shop: Instance) -> None:
    token = csrf_of(signed_in.get("/segments/new").text)
    text = BUYERS.replace("count: {gte: 2}", "count: {gte: 1}")

    answer = signed_in.post("/segments/count", data={"state": json.dumps(text)}, headers={"x-csrf-token": token})
    mended = signed_in.post("/segments/count", data={"state": '"kind: no"'}, headers={"x-csrf-token": token})

    assert '<span class="value">3</span>' in answer.text
    assert "de 3 personas" in answer.text
    assert 3 == answer.text.count('href="/people/per_')
    assert "No hay nada que contar" in mended.text
    assert [] == [each.action for each in read_audit(shop.database, None, 50) if "count" in each.action]


@pytest.mark.usefixtures("shop")
def test_who_may_not_write_reads_the_blocks_and_saves_nothing(browser: Browser, vault: Vault) -> None:
    analyst = as_role(browser, vault, "analyst")

    page = analyst.get("/segments/buyers/edit").text

    assert '<fieldset class="blocks" disabled>' in page
    assert "data-insert" not in page
    sent = {"csrf": csrf_of(page), "state": json.dumps(BUYERS)}
    answers = [
        analyst.post(path, data=sent).status_code
        for path in ("/segments/buyers/edit", "/segments/new", "/segments/buyers/remove")
    ]
    assert [403, 403, 403, 403] == [*answers, analyst.get("/segments/new").status_code]


def test_a_segment_is_saved_under_its_name_in_the_audit(signed_in: Browser, instance: Instance) -> None:
    token = csrf_of(signed_in.get("/segments/new?from=regulars").text)
    sent = {"csrf": token, "base": "", "state": json.dumps(EXAMPLES["regulars"])}

    saved = signed_in.post("/segments/new", data=sent)
    again = signed_in.post("/segments/new", data=sent)

    assert (303, "/segments/regulars", 422) == (saved.status_code, saved.headers["location"], again.status_code)
    assert "Ya hay un segmento con esta clave" in again.text
    assert "Segment/regulars" in [each.object for each in read_audit(instance.database, None, 9)]


def test_there_is_no_page_of_a_segment_that_is_not_there(signed_in: Browser) -> None:
    assert [404, 404] == [signed_in.get(path).status_code for path in ("/segments/none", "/segments/none/edit")]
