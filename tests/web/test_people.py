"""People on pages: found, seen whole, acted for; for whom each is; and nothing hostile is ever run."""

import re
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from tests.web.conftest import NOW, PASSWORD, Browser
from tests.web.test_sources import csrf_of

from trenza.access import Role, Vault, add_user, use_link
from trenza.app import Instance
from trenza.events import BATCH, ensure_source
from trenza.identity import person_text
from trenza.job_kinds import runner_of
from trenza.journeys import open_tasks
from trenza.kernel import encode_json
from trenza.people import People, read_portrait
from trenza.storage.log import Entry

LIFE: list[dict[str, Any]] = [
    {"type": "page", "anonymousId": "a1", "name": "Home", "messageId": "m0"},
    {
        "type": "track",
        "anonymousId": "a1",
        "event": "Product Viewed",
        "messageId": "m1",
        "properties": {"name": "Lamp"},
    },
    {
        "type": "identify",
        "anonymousId": "a1",
        "userId": "ana",
        "messageId": "m2",
        "traits": {"email": "ana@example.com", "first_name": "Ana", "last_name": "García", "plan": "gold"},
    },
    {
        "type": "track",
        "userId": "ana",
        "event": "Order Completed",
        "messageId": "m3",
        "properties": {"total": 40.5, "currency": "EUR", "products": [{"name": "Lamp"}, {"name": "Bulb"}]},
    },
    {
        "type": "track",
        "userId": "ana",
        "event": "Consent Changed",
        "messageId": "m4",
        "properties": {"purpose": "marketing", "channel": "email", "status": "granted"},
    },
    {"type": "identify", "userId": "bob", "messageId": "m5", "traits": {"email": "bob@example.com"}},
]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7 * 7 }}",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "<svg/onload=alert(1)>",
    "\u202eevil\u0007",
]


@pytest.fixture
def ana(instance: Instance) -> str:
    arrive(instance, LIFE)
    return person_text(People(instance).named("user_id:ana"))


@pytest.fixture
def as_role(signed_in: Browser, vault: Vault) -> Callable[[Role], Browser]:
    def become(role: Role) -> Browser:
        _, token = add_user(vault, f"{role}@example.com", role, "cli", NOW)
        signed_in.cookies.set("trenza_session", use_link(vault, token, "", PASSWORD, NOW).cookie)
        return signed_in

    return become


def arrive(instance: Instance, messages: list[dict[str, Any]]) -> None:
    ensure_source(instance.database, "shop", "web")
    instance.log.append([Entry("shop", BATCH, encode_json({"batch": messages}))], NOW)
    settle(instance)


def settle(instance: Instance) -> None:
    instance.relay()
    while instance.hallway.step():
        instance.relay()


def sent(browser: Browser, page: str, path: str, **form: str) -> Any:
    return browser.post(path, data={"csrf": csrf_of(browser.get(page).text), **form})


def test_an_instance_without_people_says_how_they_come(signed_in: Browser) -> None:
    assert "Todavía no ha llegado nadie" in signed_in.get("/people").text


def test_people_are_listed_and_found_and_what_matched_is_marked(signed_in: Browser, ana: str) -> None:
    page = signed_in.get("/people").text
    assert ["Ana García", "bob"] == sorted(re.findall(r'<a href="/people/per_\w+">([^<]+)</a>', page))

    found = sent(signed_in, "/people", "/people", text="garc")

    assert 200 == found.status_code
    assert "<mark>Garc</mark>ía" in found.text
    assert f"/people/{ana}" in found.text
    assert "bob@example.com" not in found.text
    assert "No se ha encontrado a nadie" in sent(signed_in, "/people", "/people", text="nobody at all").text


def test_traits_and_identifiers_are_asked_for_by_what_the_page_calls_them(
    signed_in: Browser, instance: Instance
) -> None:
    lives = [("ana", "Dos Hermanas"), ("bob", "Sevilla")]
    traits = [
        {"type": "identify", "userId": who, "messageId": who, "traits": {"city": city, "email": f"{who}@example.com"}}
        for who, city in lives
    ]
    arrive(instance, traits)

    for text in ("Ciudad:Dos Hermanas", "ciudad: dos hermanas", "correo electronico:ANA@example.com", "Cuenta:ana"):
        found = sent(signed_in, "/people", "/people", text=text).text
        assert ["ana"] == re.findall(r'<a href="/people/per_\w+">([^<]+)</a>', found), text


def test_a_single_letter_asks_for_more(signed_in: Browser) -> None:
    assert "Sigue escribiendo" in sent(signed_in, "/people", "/people", text="g").text


def test_whoever_is_found_is_paged_too_and_what_was_typed_stays_out_of_the_address(
    signed_in: Browser, instance: Instance
) -> None:
    named = [
        {"type": "identify", "userId": f"u{n}", "messageId": f"m{n}", "traits": {"city": "Elche"}} for n in range(65)
    ]
    arrive(instance, named)
    seen: list[str] = []
    cursor, pages = "", 0
    while cursor or not pages:
        page = sent(signed_in, "/people", "/people", text="elche", cursor=cursor).text
        seen += re.findall(r'<a href="/people/(per_\w+)">', page)
        further = re.search(r'name="cursor" value="([^"]+)"', page)
        cursor, pages = further[1] if further else "", pages + 1

    assert (3, 65) == (pages, len(seen))
    assert 65 == len(set(seen))
    assert 400 == sent(signed_in, "/people", "/people", text="elche", cursor="made up").status_code


def test_htmx_is_answered_with_the_list_alone(signed_in: Browser, ana: str) -> None:
    token = csrf_of(signed_in.get("/people").text)

    answer = signed_in.post("/people", data={"csrf": token, "text": "ana"}, headers={"hx-target": "found"})

    assert answer.text.lstrip().startswith("<section")
    assert ana in answer.text


def test_many_people_are_paged_each_once(signed_in: Browser, instance: Instance) -> None:
    arrive(instance, [{"type": "track", "event": "E", "userId": f"u{n}", "messageId": f"m{n}"} for n in range(65)])
    seen: list[str] = []
    path = "/people"
    while path:
        page = signed_in.get(path).text
        seen += re.findall(r'<a href="/people/(per_\w+)">', page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        path = f"/people{further[1]}" if further else ""

    assert 65 == len(seen) == len(set(seen))


def test_the_head_says_who_it_is_what_they_brought_and_how_they_are_reached(signed_in: Browser, ana: str) -> None:
    page = signed_in.get(f"/people/{ana}").text

    assert "<h1>Ana García</h1>" in page
    assert "40,50" in page
    assert "1 pedido" in page
    assert '<li data-state="yes" title="Correo electrónico' in page
    assert "gold" in page
    assert f'hx-get="/people/{ana}/story"' in page


def test_the_story_is_told_in_words_and_by_kind(signed_in: Browser, ana: str) -> None:
    htmx = {"hx-request": "true", "hx-target": "story"}
    story = signed_in.get(f"/people/{ana}/story", headers=htmx).text

    assert ["Compró", "Dio su consentimiento", "Miró un producto", "Se identificó", "Visitó una página"] == sorted(
        re.findall(r"<strong>([^<]+)</strong>", story)
    )
    assert "Lamp, Bulb" in story
    assert "<html" not in story
    consents = signed_in.get(f"/people/{ana}/story?only=consents&channel=web", headers=htmx).text
    assert ["Dio su consentimiento"] == re.findall(r"<strong>([^<]+)</strong>", consents)


@pytest.mark.parametrize("part", ["story", "messages", "identity"])
def test_each_part_is_a_whole_page_without_a_script(signed_in: Browser, ana: str, part: str) -> None:
    page = signed_in.get(f"/people/{ana}/{part}").text

    assert "<h1>Ana García</h1>" in page
    assert "skeleton" not in page


def test_a_long_story_goes_on_behind_its_cursor(signed_in: Browser, instance: Instance, ana: str) -> None:
    arrive(instance, [{"type": "track", "event": "E", "userId": "ana", "messageId": f"x{n}"} for n in range(70)])
    seen, path = 0, f"/people/{ana}/story"
    while path:
        part = signed_in.get(path, headers={"hx-request": "true"}).text
        seen += part.count('<details class="line">')
        further = re.search(r'hx-get="([^"]*cursor=[^"]+)"', part)
        path = further[1].replace("&amp;", "&") if further else ""

    assert 75 == seen


def test_the_links_bear_their_evidence_and_one_is_cut_and_restored(
    signed_in: Browser, instance: Instance, ana: str
) -> None:
    page = signed_in.get(f"/people/{ana}/identity").text
    links = re.findall(r'<li class="row" id="(lnk_\w+)">', page)
    assert 2 == len(links)
    names = {link: re.search(f'id="{link}".*?</li>', page, re.DOTALL)[0] for link in links}  # type: ignore[index]  # it is there
    (link,) = [key for key, text in names.items() if "ana@example.com" in text]

    foreseen = signed_in.get(f"/people/{ana}/links/{link}").text
    assert "Estos identificadores pasan a ser otra persona" in foreseen
    assert "Correo electrónico</span> <strong>ana@example.com</strong>" in foreseen
    assert 303 == sent(signed_in, f"/people/{ana}/links/{link}", f"/people/{ana}/links/{link}/cut").status_code
    assert person_text(People(instance).named("email:ana@example.com")) != ana
    page = f"/people/{ana}/links/{link}"
    assert "Estos identificadores cambian de persona" in signed_in.get(page).text
    sent(signed_in, page, f"{page}/restore")
    assert person_text(People(instance).named("email:ana@example.com")) == ana
    assert "cortó un vínculo" in signed_in.get("/audit").text


def test_an_id_that_was_merged_leads_to_whom_it_is_now(signed_in: Browser, instance: Instance, ana: str) -> None:
    bob = person_text(People(instance).named("user_id:bob"))
    arrive(instance, [{"type": "alias", "previousId": "bob", "userId": "ana", "messageId": "m9"}])
    now = person_text(People(instance).named("user_id:bob"))

    assert person_text(People(instance).named("user_id:ana")) == now
    old = bob if bob != now else ana
    answer = signed_in.get(f"/people/{old}")
    assert (303, f"/people/{now}") == (answer.status_code, answer.headers["location"])


def test_a_note_a_task_and_a_consent_are_written_down(signed_in: Browser, instance: Instance, ana: str) -> None:
    page = f"/people/{ana}"
    assert 303 == sent(signed_in, page, f"{page}/notes", text="Prefers <b>mornings</b>").status_code
    assert (
        303 == sent(signed_in, page, f"{page}/tasks", title="Call back", queue="service", due="2026-03-05").status_code
    )
    consent = {"purpose": "marketing", "channel": "sms", "status": "denied"}
    assert 303 == sent(signed_in, page, f"{page}/consents", **consent).status_code
    settle(instance)

    story = signed_in.get(f"{page}/story", headers={"hx-request": "true"}).text
    assert "Prefers &lt;b&gt;mornings&lt;/b&gt;" in story
    assert "ana@example.com" in story
    shown = signed_in.get(page).text
    assert "Call back" in shown
    assert "retirado" in shown
    with instance.database.read() as tx:
        (task,) = open_tasks(tx)
    sent(signed_in, page, f"{page}/tasks/{task.id}/done")
    with instance.database.read() as tx:
        assert [] == open_tasks(tx)


def test_wrong_forms_keep_what_was_typed_and_say_what_is_wrong(signed_in: Browser, ana: str) -> None:
    page = f"/people/{ana}"
    task = sent(signed_in, page, f"{page}/tasks", title="Call", queue="Not A Queue", due="soon")
    assert 422 == task.status_code
    assert 'value="Not A Queue"' in task.text
    assert 'id="queue-fault"' in task.text
    assert 'id="due-fault"' in task.text
    assert 422 == sent(signed_in, page, f"{page}/notes", text="  ").status_code
    assert 422 == sent(signed_in, page, f"{page}/consents", purpose="x y", channel="?").status_code
    erase = sent(signed_in, page, f"{page}/erase", reason="asked", typed="per_wrong")
    assert 422 == erase.status_code
    assert 'value="asked"' in erase.text


def test_a_person_is_exported_and_erased_with_a_receipt(signed_in: Browser, instance: Instance, ana: str) -> None:
    page = f"/people/{ana}"
    work = sent(signed_in, page, f"{page}/export").headers["location"]
    assert "<progress" in signed_in.get(work).text
    do_jobs(instance)
    done = signed_in.get(work).text
    assert "El archivo está listo" in done
    file = signed_in.get(re.search(r'href="(/api/jobs/[^"]+/file)"', done)[1])  # type: ignore[index]  # it is there
    assert "ana@example.com" in file.text

    work = sent(signed_in, page, f"{page}/erase", reason="asked by letter", typed=ana).headers["location"]
    do_jobs(instance)
    assert "Se borró a la persona" in signed_in.get(work).text
    receipt = signed_in.get(f"{work}/receipt")
    assert People(instance).verify(receipt.json()).holds
    assert "ana@" not in receipt.text
    assert 404 == signed_in.get(page).status_code


def do_jobs(instance: Instance) -> None:
    runner = runner_of(instance)
    for kind in ("export", "erase"):
        while runner.run_next(kind, Event()):
            pass


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_names_and_properties_are_shown_as_text(signed_in: Browser, instance: Instance, payload: str) -> None:
    arrive(
        instance,
        [
            {
                "type": "identify",
                "userId": f"x{payload}",
                "anonymousId": "a9",
                "messageId": "h1",
                "traits": {"first_name": payload, payload: payload},
            },
            {
                "type": "track",
                "userId": f"x{payload}",
                "event": payload,
                "messageId": "h2",
                "properties": {"name": payload, payload: payload, "products": [{"name": payload}]},
            },
        ],
    )
    person = person_text(People(instance).named("anonymous_id:a9"))
    pages = ["/people", *(f"/people/{person}{part}" for part in ("", "/story", "/messages", "/identity"))]

    for path in pages:
        text = signed_in.get(path).text
        assert 200 == signed_in.get(path).status_code
        if "<" in payload:
            assert payload not in text, path
        assert ">49<" not in text
        assert 'href="javascript:' not in text
    assert 200 == sent(signed_in, "/people", "/people", text=payload).status_code


def test_each_role_sees_the_buttons_that_are_theirs(as_role: Callable[[Role], Browser], ana: str) -> None:
    page, buttons = f"/people/{ana}", ('data-opens="note"', 'data-opens="consent"', 'data-opens="erase"')

    def seen(role: Role) -> list[bool]:
        text = as_role(role).get(page).text
        return [each in text for each in buttons]

    assert [False, False, False] == seen("analyst")
    assert [True, False, False] == seen("agent")
    assert [True, True, False] == seen("marketer")


def test_what_is_not_a_roles_own_is_refused(as_role: Callable[[Role], Browser], ana: str) -> None:
    page = f"/people/{ana}"
    analyst = as_role("analyst")
    token = csrf_of(analyst.get(page).text)
    refused = ("notes", "tasks", "consents", "journeys", "export", "erase", "links/lnk_0/cut")
    assert {403} == {analyst.post(f"{page}/{each}", data={"csrf": token}).status_code for each in refused}
    agent = as_role("agent")
    token = csrf_of(agent.get(page).text)
    assert {403} == {agent.post(f"{page}/{each}", data={"csrf": token}).status_code for each in refused[2:]}


@pytest.mark.parametrize("path", ["/people/per_0000000000000", "/people/nobody", "/people/work/job_none"])
def test_nobody_is_not_found(signed_in: Browser, path: str) -> None:
    assert signed_in.get(path).status_code in {400, 404}


def test_who_a_visitor_is_nobody_knows(signed_in: Browser, instance: Instance) -> None:
    arrive(instance, [{"type": "track", "event": "E", "anonymousId": "v1", "messageId": "v"}])
    person = People(instance).named("anonymous_id:v1")
    with instance.database.read() as tx:
        assert read_portrait(tx, instance, person).is_visitor

    page = signed_in.get(f"/people/{person_text(person)}").text

    assert "<h1>Visitante</h1>" in page
    assert "todavía no ha comprado nada" in page
