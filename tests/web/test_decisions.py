import re
from pathlib import Path

import pytest
from tests.web.conftest import Browser
from tests.web.story import HOSTILE, tell

from trenza.app import Instance
from trenza.events import events_named
from trenza.journeys import Decision, list_decisions


@pytest.fixture
def person(instance: Instance, tmp_path: Path) -> str:
    """Who ordered; consent stands for e-mail only."""
    return tell(instance, tmp_path)


def decision_of(instance: Instance, step: str) -> Decision:
    with instance.database.read() as tx:
        return next(each for each in list_decisions(tx) if each.step == step)


def test_a_decision_says_why_and_what_would_have_turned_it(signed_in: Browser, instance: Instance, person: str) -> None:
    page = signed_in.get(f"/decisions/{decision_of(instance, 'offer').id}?language=en").text

    assert "The message did not go out: consent is missing." in page
    assert "It would have been otherwise with consent for" in page
    assert "No channel can reach the person" in page
    assert "Not in the control group" not in page  # the gate did not come so far
    assert f'href="/people/{person}"' in page
    assert HOSTILE not in page


def test_a_decision_says_why_in_spanish_too(signed_in: Browser, instance: Instance, person: str) -> None:
    assert person
    page = signed_in.get(f"/decisions/{decision_of(instance, 'offer').id}?language=es").text

    assert "El mensaje no salió: falta el consentimiento." in page
    assert "Ningún canal puede llegar a la persona" in page


def test_a_decision_leads_to_its_run_its_message_and_the_events_it_rests_on(
    signed_in: Browser, instance: Instance, person: str
) -> None:
    assert person
    sent = decision_of(instance, "again")
    with instance.database.read() as tx:
        order, consent = events_named(tx, ["t1"]).popitem()[1], events_named(tx, ["c1"]).popitem()[1]

    page = signed_in.get(f"/decisions/{sent.id}?language=en").text

    links = set(re.findall(r'href="(/(?:journeys|messages|live/events)/[^"]+)"', page))
    assert {
        "/journeys/promo",
        f"/journeys/promo/runs/{sent.run}",
        f"/messages/{sent.message}",
        f"/live/events/{order.seq}",
        f"/live/events/{consent.seq}",
    } == links
    assert "A cap on messages has room" in page


def test_an_event_shows_what_it_set_off(signed_in: Browser, instance: Instance, person: str) -> None:
    assert person
    with instance.database.read() as tx:
        order = events_named(tx, ["t1"]).popitem()[1]
        decisions = list_decisions(tx)

    page = signed_in.get(f"/live/events/{order.seq}?language=en").text

    assert {f"/decisions/{each.id}" for each in decisions} == set(re.findall(r'href="(/decisions/[^"]+)"', page))
    assert 2 == page.count("Entered the journey")
    assert {f"/messages/{each.message}" for each in decisions if each.message} == set(
        re.findall(r'href="(/messages/[^"]+)"', page)
    )


def test_an_event_that_set_nothing_off_says_so(signed_in: Browser, instance: Instance, person: str) -> None:
    assert person
    with instance.database.read() as tx:
        consent = events_named(tx, ["i1"]).popitem()[1]

    assert "Entered the journey" not in signed_in.get(f"/live/events/{consent.seq}?language=en").text


def test_a_decision_that_is_not_there_is_not_found(signed_in: Browser) -> None:
    assert 404 == signed_in.get("/decisions/nothing").status_code


def test_the_conditions_of_a_decision_stand_in_plain_words(signed_in: Browser, instance: Instance, person: str) -> None:
    assert person
    address = f"/decisions/{decision_of(instance, 'offer').id}"

    pages = [signed_in.get(f"{address}?language={language}").text for language in ("en", "es")]

    assert "Condition of entry" in pages[0]
    assert "did <b>Order Shipped</b> in the last <b>30 days</b> and can be reached by <b>" in pages[0]
    assert "<b>Order Shipped</b> en los últimos <b>30 días</b>" in pages[1]
    assert "Condition of entry: did Order Shipped in the last 30 days and can be reached by" in pages[0]
    assert "Condición de entrada: hizo Order Shipped en los últimos 30 días y" in pages[1]
