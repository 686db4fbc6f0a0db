"""Home tells what was sent, leads a newcomer on, and leads those who may not see figures to their work."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.web.conftest import NOW, PASSWORD, Browser

from trenza.access import Role, Vault, add_user, use_link
from trenza.app import Instance
from trenza.definitions import apply
from trenza.equipment import KINDS
from trenza.events import ensure_source
from trenza.kernel import encode_json, format_instant
from trenza.measure import NOTES, STEPS, StageFacts, stages
from trenza.storage.log import Entry
from trenza.web.home.words import (
    ADDRESS_WORDS,
    CRITERION_PATHS,
    CRITERION_WORDS,
    NOTE_WORDS,
    STAGE_WORDS,
    STEP_WORDS,
)
from trenza.worker import process_until_idle

HOUR = 3_600_000
DAY = 24 * HOUR
RESCUE = """
kind: Template
key: thanks
title: Thanks
channels: {sms: {text: {es: Gracias, en: Thanks}}}
---
kind: Segment
key: seen
title: Seen
where: {event: {name: Product Viewed}}
---
kind: Journey
key: rescue
title: Rescue
enter: {event: Cart Updated}
goal: {event: Order Completed, within: 7d}
exit: [{event: Order Completed}]
holdout: {percent: 0}
policy: {purpose: marketing}
steps:
  - send: {name: first, any_of: [sms], template: thanks}
"""


@pytest.fixture
def shop(instance: Instance) -> Instance:
    """With two sources that have said nothing."""
    for name, channel in (("web", "web"), ("till", "pos")):
        ensure_source(instance.database, name, channel)
    return instance


def say(instance: Instance, event: str, person: str, source: str = "web", ago: int = 0, **properties: Any) -> None:
    message = {
        "type": "track",
        "event": event,
        "anonymousId": person,
        "timestamp": format_instant(NOW - ago),
        "properties": properties,
    }
    instance.log.append([Entry(source, "track", encode_json(message))], NOW)
    process_until_idle(instance)


def identify(instance: Instance, person: str, **traits: str) -> None:
    message = {"type": "identify", "userId": f"u-{person}", "anonymousId": person, "traits": traits}
    instance.log.append([Entry("web", "identify", encode_json(message))], NOW)
    process_until_idle(instance)


def put_journey(instance: Instance, folder: Path) -> None:
    folder.mkdir()
    (folder / "all.yaml").write_text(RESCUE, encoding="utf-8")
    apply(instance.database, folder, KINDS, NOW)


def text_of(html: str) -> str:
    """What a reader reads, in one line."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def read(browser: Browser, path: str = "/", language: str = "en") -> str:
    answer = browser.get(path, headers={"accept-language": language})
    assert 200 == answer.status_code
    return text_of(answer.text)


def become(browser: Browser, vault: Vault, role: Role) -> Browser:
    _, token = add_user(vault, f"{role}@example.com", role, "cli", NOW)
    browser.cookies.set("trenza_session", use_link(vault, token, "", PASSWORD, NOW).cookie)
    return browser


def test_an_empty_instance_leads_on_instead_of_showing_empty_charts(signed_in: Browser) -> None:
    html = signed_in.get("/").text

    assert len(STEPS) == html.count("<li data-state=")
    assert 1 == html.count('<li data-state="next"') == html.count('<a class="button small main" href="/sources"')
    assert "0 de 8 hechos" in text_of(html)
    assert "Aún no estás en la primera etapa." in text_of(html)
    assert 'class="chart"' not in html
    assert 'class="figure"' not in html


def test_events_without_orders_show_what_there_is_and_what_is_missing(signed_in: Browser, shop: Instance) -> None:
    say(shop, "Product Viewed", "a")
    text = read(signed_in)

    assert "2 of 8 done" in text
    assert "1 event 0 conversions 1 new person" in text
    assert "No order in these days" in text
    assert "No message in these days" in text
    assert "Till nothing yet" in text


def test_figures_are_what_was_sent(signed_in: Browser, shop: Instance) -> None:
    say(shop, "Order Completed", "a", "till", revenue=1234.5, currency="EUR")
    say(shop, "Order Completed", "b", "web", ago=DAY, revenue=10, currency="USD")
    say(shop, "Order Refunded", "b", "web", ago=DAY, total=4, currency="USD")
    say(shop, "Order Completed", "c", "web", ago=8 * DAY, revenue=1000, currency="EUR")
    text = read(signed_in)

    assert "Conversions 2 1 more (100%)" in text
    assert "€1,234.50 €234.50 more (23%)" in text
    assert "$6.00 $6.00 more" in text
    assert "People 3 2 new 1 more (100%)" in text
    assert "Web 2 67% $6.00 €1,000.00 1" in text or "Web 2 67% €1,000.00 $6.00 1" in text
    assert "Till 1 33%" in text
    assert "1 event 1 conversion 1 new person" in text


@pytest.mark.parametrize(("days", "shown", "conversions"), [("7", 7, 1), ("28", 28, 2), ("90", 90, 3), ("x", 28, 2)])
def test_the_charts_can_be_asked_for_other_days(
    signed_in: Browser, shop: Instance, days: str, shown: int, conversions: int
) -> None:
    for ago in (0, 20, 80):
        say(shop, "Order Completed", "a", ago=ago * DAY, revenue=5, currency="EUR")

    html = signed_in.get("/", params={"days": days}, headers={"hx-target": "sales"}).text

    assert html.lstrip().startswith('<section class="card home-sales" id="sales"')
    assert 2 * shown == html.count('<th scope="row">') - 1  # two tables by day, one by channel
    assert f'data-label="Conversiones">{conversions}<' in html


def test_messages_show_what_stopped_the_others_and_lead_to_them(
    signed_in: Browser, shop: Instance, tmp_path: Path
) -> None:
    put_journey(shop, tmp_path / "definitions")
    say(shop, "Cart Updated", "a")
    identify(shop, "b", phone="+34600123456")
    say(shop, "Cart Updated", "b")
    html = signed_in.get("/", headers={"accept-language": "es"}).text

    assert "0 salieron 2 se retuvieron" in text_of(html)
    assert "Sin dirección en ese canal 1 50 %" in text_of(html).replace("\xa0", " ")
    assert "Sin consentimiento 1 50 %" in text_of(html).replace("\xa0", " ")
    for reason in ("no_address", "no_consent"):
        assert f'href="/messages?state=held&amp;reason={reason}"' in html
    assert "Segmentos: 1" in text_of(html)
    assert "Ya se conocen: teléfonos (1)" in text_of(html)
    assert "Estás en la etapa" not in text_of(html)


def test_a_channel_that_fell_silent_is_a_warning(signed_in: Browser, shop: Instance) -> None:
    say(shop, "Product Viewed", "a", "till", ago=3 * DAY)
    say(shop, "Product Viewed", "a", "web")
    html = signed_in.get("/", headers={"accept-language": "en"}).text

    assert 1 == html.count("<li data-silent>")
    assert "Till silent, last heard 3 days ago" in text_of(html)


def test_all_steps_done_leave_a_quiet_line_that_can_be_sent_away(
    signed_in: Browser, shop: Instance, tmp_path: Path
) -> None:
    put_journey(shop, tmp_path / "definitions")
    identify(shop, "b", phone="+34600123456")
    say(shop, "Consent Changed", "b", purpose="marketing", channel="sms", status="granted")
    say(shop, "Cart Updated", "b")
    html = signed_in.get("/").text

    assert "<li data-state=" not in html
    assert "Los primeros pasos están completos." in text_of(html)
    found = re.search('name="csrf" value="([0-9a-f]+)"', html)
    assert found is not None
    assert 303 == signed_in.post("/first-steps", data={"csrf": found[1]}).status_code
    assert "Los primeros pasos" not in read(signed_in, language="es")


def test_a_marketer_is_not_sent_where_only_an_admin_goes(signed_in: Browser, vault: Vault) -> None:
    html = become(signed_in, vault, "marketer").get("/", headers={"accept-language": "en"}).text

    assert "An admin does this under Sources." in text_of(html)
    assert 'href="/sources"' not in html


@pytest.mark.parametrize(("role", "status", "where"), [("analyst", 200, None), ("agent", 303, "/tasks")])
def test_who_may_not_see_figures_is_led_to_their_work(
    signed_in: Browser, vault: Vault, role: Role, status: int, where: str | None
) -> None:
    answer = become(signed_in, vault, role).get("/")

    assert (status, where) == (answer.status_code, answer.headers.get("location"))


def test_nobody_sees_home_without_signing_in(browser: Browser) -> None:
    assert (303, "/sign-in") == ((answer := browser.get("/")).status_code, answer.headers["location"])


def test_orders_whose_currency_is_none_stand_apart(signed_in: Browser, shop: Instance) -> None:
    say(shop, "Order Completed", "a", revenue=3, currency="<b>")
    say(shop, "Order Completed", "a", revenue=5, currency="EUR")
    html = signed_in.get("/", headers={"accept-language": "en"}).text

    assert "<b>" not in html
    assert "Revenue by day, currency not told" in text_of(html)
    assert "Revenue by day, EUR" in text_of(html)


def test_every_key_has_words() -> None:
    found = stages(StageFacts()).stages

    assert set(STEPS) == set(STEP_WORDS)
    assert set(NOTES) == set(NOTE_WORDS)
    assert [each.key for each in found] == list(STAGE_WORDS)
    assert {each.key for stage in found for each in stage.criteria} == set(CRITERION_WORDS)
    assert set(CRITERION_WORDS) >= set(CRITERION_PATHS)
    assert ADDRESS_WORDS
