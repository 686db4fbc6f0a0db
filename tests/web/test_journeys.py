"""Journeys as pages: the list, the way with its numbers, runs, tests, versions; hostile words shown harmlessly."""

from collections.abc import Sequence

import pytest
from tests.web.conftest import Browser
from tests.web.roles import sign_in_as, token_of

from trenza.access import Role, read_audit
from trenza.app import Instance
from trenza.definitions import apply_documents, read_documents
from trenza.equipment import KINDS
from trenza.events import add_source, list_sources
from trenza.journeys import Run, list_decisions, runs_page
from trenza.kernel import ManualClock, encode_json
from trenza.storage.log import Entry
from trenza.web.texts import translate_many
from trenza.worker import process_until_idle

HOSTILE = "<script>alert(1)</script>"
HOUR = 3_600_000
JOURNEY = """\
# patience first
kind: Journey
key: rescue
title: {es: Rescatar, en: Rescue}
enter: {event: Cart Updated, instance: properties.cart}
goal: {event: Order Completed, within: 7d, value: properties.total}
exit: [{event: Cart Emptied}]
holdout: {percent: 0}
policy: {purpose: marketing}
steps:
  - wait: {until: {event: Application Opened}, timeout: 1h, name: came_back}
  - branch:
      name: returned
      when:
        - if: {step: {came_back: timeout}}
          then:
            - send: {name: first, any_of: [push, email], template: hello}
  - wait: 20h   # a night
  - send: {name: second, any_of: [email], template: hello}
"""
TEMPLATE = """\
kind: Template
key: hello
title: {es: "Hola <b>", en: "Hello <b>"}
channels:
  email:
    subject: {es: "Hola", en: "Hello"}
    body: {es: "Hola", en: "Hello"}
"""
TEST = """\
kind: JourneyTest
key: patience_pays
uses: [rescue]
people:
  - {userId: u1, traits: {email: ana@example.com}, consent: {marketing: [email]}}
timeline:
  - {at: 2026-03-02T10:00:00Z, event: {type: track, userId: u1, event: Cart Updated, properties: {cart: "7"}}}
expect:
  - {at: 2026-03-02T11:00:00Z, person: u1, step: first, verdict: sent, channel: email}
"""


def save(instance: Instance, *texts: str) -> None:
    """Put documents in force."""
    documents = [each for text in texts for each in read_documents(text, "")[0]]
    apply_documents(instance.database, documents, KINDS, instance.clock.now(), as_written=True)


def tell(instance: Instance, user: str, event: str, **properties: object) -> None:
    """Let somebody, who may be written to by mail, do something; everything that follows is done."""
    with instance.database.read() as tx:
        known = {each.key for each in list_sources(tx)}
    if "shop-key" not in known:
        add_source(instance.database, "shop", "web", key="shop-key")
    at = instance.clock.now()
    agreed = {"purpose": "marketing", "channel": "email", "status": "granted"}
    messages: Sequence[dict[str, object]] = [
        {"type": "identify", "traits": {"first_name": HOSTILE, "email": f"{user}@example.com"}},
        {"type": "track", "event": "Consent Changed", "properties": agreed},
        {"type": "track", "event": event, "properties": properties},
    ]
    entries = [
        Entry(
            "shop",
            str(each["type"]),
            encode_json({**each, "userId": user, "messageId": f"{user}-{event}-{place}"}),
            received_at=at,
        )
        for place, each in enumerate(messages)
    ]
    instance.log.append(entries, at)
    process_until_idle(instance)


def advance(instance: Instance, span: int) -> None:
    """Let time pass."""
    assert isinstance(instance.clock, ManualClock)
    instance.clock.set(instance.clock.now() + span)
    process_until_idle(instance)


def runs_of(instance: Instance) -> list[Run]:
    with instance.database.read() as tx:
        return runs_page(tx, "rescue")


@pytest.fixture
def told(instance: Instance) -> Instance:
    """Three carts: one waits, one was emptied, one went on to the night."""
    save(instance, JOURNEY, TEMPLATE, TEST)
    tell(instance, "eva", "Cart Updated", cart="1")
    advance(instance, HOUR + 1)
    tell(instance, "ana", "Cart Updated", cart="2")
    tell(instance, "bea", "Cart Updated", cart="3")
    tell(instance, "bea", "Cart Emptied", cart="3")
    return instance


def test_an_instance_without_journeys_offers_ready_ones(signed_in: Browser) -> None:
    page = signed_in.get("/journeys?language=en").text

    assert "No journey yet" in page
    for title in ("Abandoned cart", "Welcome", "Win back", "Missed call"):
        assert title in page


@pytest.mark.usefixtures("told")
def test_the_list_tells_of_each_journey_who_is_on_the_way_and_what_came_of_it(signed_in: Browser) -> None:
    page = signed_in.get("/journeys?language=en").text

    assert "When this happens: <b>changed the cart</b>" in page
    assert '<a href="/journeys/rescue/runs?ending=open">2</a>' in page
    assert 'data-label="Entered">3<' in page
    assert 'data-label="Sent">1<' in page
    assert "passes" in signed_in.get("/journeys/proofs?language=en").text
    assert "No journey is called so" in signed_in.get("/journeys?q=nothing&language=en").text


@pytest.mark.usefixtures("told")
def test_the_way_is_drawn_in_words_with_the_numbers_of_each_step(signed_in: Browser) -> None:
    page = signed_in.get("/journeys/rescue?language=en").text

    assert "Wait for this: <b>opened the app</b>" in page
    assert "for <b>1 hour</b> at most" in page
    assert "If in <b>1 hour</b> this did not happen: <b>opened the app</b>" in page
    assert "Send <b>Hello &lt;b&gt;</b> by the first that works of <b>push</b> → <b>e-mail</b>" in page
    assert 'href="/journeys/rescue/runs?step=came_back"' in page
    assert "3 came by · 100%" in page
    assert "1 came by · 33%" in page
    assert "1 left the journey here" in page
    assert '<span class="tag" data-tone="good">1 sent</span>' in page


@pytest.mark.usefixtures("told")
def test_runs_are_narrowed_to_a_step_and_to_an_ending(signed_in: Browser) -> None:
    def count(query: str) -> int:
        return signed_in.get(f"/journeys/rescue/runs{query}").text.count('href="/journeys/rescue/runs/')

    assert [3, 1, 2, 1, 0] == [
        count(each) for each in ("", "?step=came_back", "?ending=open", "?ending=exit", "?ending=done")
    ]


def test_a_run_shows_the_way_it_took_what_was_sent_and_why(signed_in: Browser, told: Instance) -> None:
    eva = next(each for each in runs_of(told) if each.state.position == "wait-3")

    page = signed_in.get(f"/journeys/rescue/runs/{eva.id}?language=en").text

    assert ["passed", "passed", "passed", "here", "aside"] == [
        part.split('"')[0] for part in page.split('class="flow-step" data-mark="')[1:]
    ]
    assert 'class="flow-way" data-mark="passed"' in page
    assert "the time ran out" in page
    assert "sent, E-mail" in page
    assert "goes on at the latest" in page
    assert "The message went out by" in page
    assert HOSTILE not in page


def test_a_run_of_an_older_version_is_drawn_as_it_was(signed_in: Browser, told: Instance) -> None:
    old = next(each for each in runs_of(told) if each.state.position == "came_back" and each.is_open)
    save(told, JOURNEY.replace("  - wait: 20h   # a night\n", ""))

    page = signed_in.get(f"/journeys/rescue/runs/{old.id}?language=en").text

    assert "began with an older version" in page
    assert "Wait <b>20 hours</b>" in page


def test_tests_are_run_on_the_page_and_what_came_is_set_against_what_was_expected(
    signed_in: Browser, told: Instance
) -> None:
    before = signed_in.get("/journeys/rescue/tests?language=en").text
    after = signed_in.get("/journeys/rescue/tests?run=yes&language=en").text
    save(told, TEST.replace("step: first", "step: second"))
    failed = signed_in.get("/journeys/rescue/tests?run=yes&language=en").text

    assert ("not run" in before, "came as expected" in after, "The test passes" in after) == (True, True, True)
    assert "did not come" in failed
    assert 'data-tone="bad">fails<' in failed


def test_versions_say_who_and_since_when_and_what_changed(signed_in: Browser, told: Instance) -> None:
    advance(told, HOUR)
    save(told, JOURNEY.replace("20h", "21h"))
    versions = signed_in.get("/journeys/rescue/versions?language=en").text
    newest = versions.split('href="/journeys/rescue/versions/')[1].split('"')[0]

    page = signed_in.get(f"/journeys/rescue/versions/{newest}?language=en").text

    assert 2 == versions.count("What changed")
    assert "<ins>+   - wait: 21h  # a night</ins>" in page
    assert "<del>-   - wait: 20h  # a night</del>" in page


@pytest.mark.usefixtures("told")
def test_the_text_stands_as_it_is_written(signed_in: Browser) -> None:
    page = signed_in.get("/journeys/rescue/yaml").text

    assert JOURNEY.replace("&", "&amp;").replace("<", "&lt;") in page


@pytest.mark.parametrize("path", ["", "/runs", "/tests", "/versions", "/yaml", "/edit"])
def test_a_journey_that_is_not_there_is_not_found(signed_in: Browser, path: str) -> None:
    assert 404 == signed_in.get(f"/journeys/nothing{path}").status_code


@pytest.mark.parametrize(
    ("role", "read", "write"), [("marketer", 200, 200), ("analyst", 200, 403), ("agent", 403, 403)]
)
def test_journeys_are_read_by_who_may_read_and_begun_by_who_may_write(
    signed_in: Browser, told: Instance, role: Role, read: int, write: int
) -> None:
    browser = sign_in_as(signed_in, told, role)

    assert [read, read] == [browser.get(path).status_code for path in ("/journeys", "/journeys/rescue")]
    assert write == browser.get("/journeys/new").status_code


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("2 people are on their way in it", "The test that is about it goes with it", "patience pays")),
        ("es", ("2 personas están de camino en él", "Con él se quita la prueba que trata de él", "patience pays")),
    ],
)
@pytest.mark.usefixtures("told")
def test_before_a_journey_is_removed_it_is_said_who_stands_in_it_and_what_becomes_of_them(
    signed_in: Browser, language: str, said: Sequence[str]
) -> None:
    page = signed_in.get(f"/journeys/rescue/remove?language={language}").text

    assert [] == [each for each in said if each not in page]
    assert 'href="/journeys/rescue/remove"' in signed_in.get("/journeys/rescue").text


def test_a_removed_journey_is_gone_with_its_tests_and_whoever_stood_in_it_gets_nothing_more(
    signed_in: Browser, told: Instance
) -> None:
    sent = {"csrf": token_of(signed_in.get("/journeys/rescue/remove").text)}

    answer = signed_in.post("/journeys/rescue/remove", data=sent)
    advance(told, 40 * HOUR)

    assert (303, "/journeys") == (answer.status_code, answer.headers["location"])
    assert 404 == signed_in.get("/journeys/rescue").status_code
    assert {"Template"} == {kind for kind, keys in told.definitions().versions.items() if keys}
    assert {"exit", "removed"} == {run.ending for run in runs_of(told)}
    with told.database.read() as tx:
        assert ["first"] == [each.step for each in list_decisions(tx, journey="rescue", limit=9)]
    assert "Journey/rescue" in [each.object for each in read_audit(told.database, None, 9)]
    assert "quitó un recorrido" in signed_in.get("/audit").text


@pytest.mark.usefixtures("told")
def test_who_may_not_write_removes_no_journey(browser: Browser, instance: Instance) -> None:
    analyst = sign_in_as(browser, instance, "analyst")
    page = analyst.get("/journeys/rescue").text

    assert "/journeys/rescue/remove" not in page
    asked = analyst.get("/journeys/rescue/remove").status_code
    sent = analyst.post("/journeys/rescue/remove", data={"csrf": token_of(page)}).status_code
    assert (403, 403) == (asked, sent)


@pytest.mark.usefixtures("told")
def test_figures_at_steps_are_said_in_the_number_they_have(signed_in: Browser) -> None:
    page = signed_in.get("/journeys/rescue?language=es").text

    assert ">1 enviado<" in page
    assert ">1 salió antes del final<" in page
    assert "%(num)s enviados" == translate_many("es", "%(num)s sent", "%(num)s sent", 35)
