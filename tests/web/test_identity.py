"""The pages of identity: the sheet and its parts, what joins nobody, and why any two identifiers are one or two."""

import re
from typing import Any

import pytest
from tests.web.conftest import Browser
from tests.web.roles import sign_in_as
from tests.web.test_people import LIFE, arrive, sent

from trenza.app import Instance
from trenza.definitions import apply_documents, read_documents
from trenza.equipment import KINDS
from trenza.identity import leaf_named, person_text, persons_of
from trenza.people import People

PART = {"hx-request": "true"}
CYRILLIC = "\u0430na@example.com"
"""It begins with a letter that only looks like an a."""


def said(message: str, who: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Seen", "messageId": message, **who, **more}


def wrong_merge() -> list[dict[str, Any]]:
    """Ana's account and device, Luis's address and device, and one message that bore both devices."""
    return [
        said("w1", {"userId": "ana", "context": {"device": {"id": "phone-ana"}}}),
        said("w2", {"context": {"device": {"id": "phone-luis"}}}, traits={}),
        {
            "type": "identify",
            "messageId": "w3",
            "context": {"device": {"id": "phone-luis"}},
            "traits": {"email": "luis@example.com"},
        },
        said(
            "w4",
            {"context": {"device": {"id": "phone-ana"}, "externalIds": [{"type": "device_id", "id": "phone-luis"}]}},
        ),
    ]


def people_of(instance: Instance, *names: str) -> list[str]:
    with instance.database.read() as tx:
        found = persons_of(tx, [leaf_named(each) for each in names])
    return [person_text(found[leaf_named(each)]) for each in names]


def ask(browser: Browser, a: tuple[str, str], b: tuple[str, str]) -> Any:
    form = {"a_type": a[0], "a_value": a[1], "b_type": b[0], "b_value": b[1]}
    return sent(browser, "/identity/between", "/identity/between", **form)


def test_an_empty_instance_leads_on(signed_in: Browser) -> None:
    page = signed_in.get("/identity").text

    assert "Todavía no ha llegado nadie" in page
    assert 'href="/sources"' in page
    for path in ("/identity/shared", "/identity/ambiguous"):
        assert "No hay ninguno" in signed_in.get(path).text


def test_the_page_stands_on_tallies_and_its_parts_come_after(signed_in: Browser, instance: Instance) -> None:
    arrive(instance, LIFE)
    page = signed_in.get("/identity").text

    figures = re.findall(r'<span class="label">([^<]+)</span><span class="value">([^<]+)</span>', page)
    assert [("Personas", "2"), ("Identificadores", "5"), ("Compartidos", "0"), ("Ambiguos", "0")] == figures
    assert 'hx-get="/identity/look"' in page
    assert 'hx-get="/identity/changes"' in page
    look = signed_in.get("/identity/look", headers=PART).text
    assert "<html" not in look
    assert "Ana García" in look
    assert "3 identificadores" in look
    assert "Uniones" in signed_in.get("/identity/changes", headers=PART).text


@pytest.mark.parametrize("part", ["look", "changes"])
def test_each_part_is_in_a_whole_page_without_a_script(signed_in: Browser, instance: Instance, part: str) -> None:
    arrive(instance, LIFE)
    page = signed_in.get(f"/identity/{part}").text

    assert "<h1>Identidad</h1>" in page
    assert f'hx-get="/identity/{part}"' not in page


def test_a_bridge_leads_to_its_link_and_the_last_merge_to_its_cause(signed_in: Browser, instance: Instance) -> None:
    arrive(instance, wrong_merge())
    [person, other] = people_of(instance, "user_id:ana", "email:luis@example.com")
    look = signed_in.get("/identity/look", headers=PART).text
    [path] = re.findall(r'href="(/people/per_\w+/links/lnk_\w+)"', look)

    assert person == other
    assert path.startswith(f"/people/{person}/")
    assert "2 identificadores a un lado, 2 al otro" in look
    page = signed_in.get(path).text
    assert "phone-luis" in page
    changes = signed_in.get("/identity/changes", headers=PART).text
    assert re.search(r'href="/live/events/\d+">por este evento', changes)

    assert 303 == sent(signed_in, path, f"{path}/cut").status_code
    [ana, luis] = people_of(instance, "user_id:ana", "email:luis@example.com")
    assert ana != luis
    assert path not in signed_in.get("/identity/look", headers=PART).text


def test_lists_say_why_and_lead_to_the_people_around_and_go_on(signed_in: Browser, instance: Instance) -> None:
    boxes = [
        said(f"b{box}-{n}", {"userId": f"u{box}-{n}", "context": {"device": {"id": f"box{box}"}}})
        for box in range(33)
        for n in range(4)
    ]
    tablet = [
        said(f"t{n}", {"userId": who, "context": {"device": {"id": "tablet"}}})
        for n, who in enumerate(["eva", "eva", "leo"])
    ]
    arrive(instance, [*boxes, *tablet])
    [eva, leo] = people_of(instance, "user_id:eva", "user_id:leo")

    ambiguous = signed_in.get("/identity/ambiguous").text
    assert "tablet</a>" in ambiguous
    assert "visto con 2 cuentas, ninguna muy por delante" in ambiguous
    assert [eva, leo] == re.findall(r'href="/people/(per_\w+)\?tab=identity">(?:eva|leo)', ambiguous)

    seen: list[str] = []
    path = "/identity/shared"
    while path:
        page = signed_in.get(path).text
        assert "visto con 4 cuentas; se admiten 3" in page
        seen += re.findall(r">(box\d+)</a>", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        path = f"/identity/shared{further[1]}" if further else ""
    assert 33 == len(seen) == len(set(seen))
    assert 400 == signed_in.get("/identity/shared?cursor=made-up").status_code


def test_two_that_are_one_are_shown_with_the_path_between_them(signed_in: Browser, instance: Instance) -> None:
    arrive(instance, LIFE)
    [person] = people_of(instance, "user_id:ana")
    answer = ask(signed_in, ("email", " ANA@example.com "), ("anonymous_id", "a1"))

    assert 200 == answer.status_code
    assert "Son una sola persona" in answer.text
    assert 2 == len(re.findall(r'<li class="row" id="lnk_', answer.text))
    assert 2 == len(re.findall(rf'href="/people/{person}/links/lnk_\w+">Cortar', answer.text))
    assert 'data-graph="identity-graph"' in answer.text
    assert "Son el mismo identificador" in ask(signed_in, ("user_id", "ana"), ("user_id", "ana")).text


def test_two_that_are_apart_are_shown_with_what_keeps_them_apart(signed_in: Browser, instance: Instance) -> None:
    arrive(instance, [*LIFE[-1:], *wrong_merge()])
    assert "Ningún mensaje los unió nunca" in ask(signed_in, ("user_id", "ana"), ("user_id", "bob")).text
    look = signed_in.get("/identity/look", headers=PART).text
    [path] = re.findall(r'href="(/people/per_\w+/links/lnk_\w+)"', look)
    sent(signed_in, path, f"{path}/cut")
    answer = ask(signed_in, ("user_id", "ana"), ("email", "luis@example.com")).text
    assert "Son dos personas" in answer
    assert "Se cortó un vínculo entre los dos." in answer
    [restore] = re.findall(r'href="(/people/per_\w+/links/lnk_\w+)">Qué haría restaurarlo', answer)
    assert path.rpartition("/")[2] == restore.rpartition("/")[2]
    assert "Restaurar el vínculo" in signed_in.get(restore).text

    kiosk = [said(f"k{n}", {"userId": f"k{n}", "context": {"device": {"id": "kiosk"}}}) for n in range(4)]
    tablet = [
        said("two", {"userId": "eva", "context": {"device": {"id": "d"}}}),
        said("three", {"userId": "leo", "context": {"device": {"id": "d"}}}),
    ]
    arrive(instance, [*kiosk, *tablet])
    shared = ask(signed_in, ("user_id", "k0"), ("user_id", "k1")).text
    assert "kiosk es compartido: se vio con 4 cuentas y se admiten 3." in shared
    assert "d es ambiguo" in ask(signed_in, ("user_id", "eva"), ("user_id", "leo")).text


def test_accounts_of_two_and_too_many_of_a_kind_are_named(signed_in: Browser, instance: Instance) -> None:
    device = {"context": {"device": {"id": "d"}}}
    arrive(
        instance,
        [
            *[said(f"e{n}", {"userId": "eva", **device}) for n in range(6)],
            said("l", {"userId": "leo", **device}),
        ],
    )
    answer = ask(signed_in, ("user_id", "eva"), ("user_id", "leo")).text

    assert "Cada una tiene su propia cuenta" in answer


def test_what_cannot_be_asked_is_said_beside_its_field_and_stays_typed(signed_in: Browser, instance: Instance) -> None:
    arrive(instance, LIFE)
    answer = ask(signed_in, ("email", "no address"), ("user_id", "nobody"))

    assert 422 == answer.status_code
    assert "No puede ser un identificador de este tipo." in answer.text
    assert "Nunca se vio a nadie con él." in answer.text
    assert 'value="no address"' in answer.text
    assert "Escríbelo." in ask(signed_in, ("email", ""), ("user_id", "ana")).text
    assert 422 == ask(signed_in, ("email", "x" * 10_000), ("\0", "a\0b")).status_code


def test_letters_that_only_look_alike_are_two_people_and_shown_as_they_are(
    signed_in: Browser, instance: Instance
) -> None:
    arrive(
        instance,
        [
            {"type": "identify", "userId": "one", "messageId": "l1", "traits": {"email": "ana@example.com"}},
            {"type": "identify", "userId": "two", "messageId": "l2", "traits": {"email": CYRILLIC}},
        ],
    )
    [one, two] = people_of(instance, "email:ana@example.com", f"email:{CYRILLIC}")
    assert one != two

    answer = ask(signed_in, ("email", "ana@example.com"), ("email", CYRILLIC)).text
    assert "Son dos personas" in answer
    assert CYRILLIC in signed_in.get(f"/people/{two}/identity").text
    assert 200 == signed_in.get("/identity/look", headers=PART).status_code


def test_an_agent_reads_all_of_it_and_is_led_to_no_cut(signed_in: Browser, instance: Instance) -> None:
    arrive(instance, wrong_merge())
    agent = sign_in_as(signed_in, instance, "agent")

    assert 200 == agent.get("/identity").status_code
    look = agent.get("/identity/look", headers=PART).text
    assert "2 identificadores a un lado, 2 al otro" in look
    assert "/links/" not in look
    answer = ask(agent, ("user_id", "ana"), ("email", "luis@example.com")).text
    assert "Son una sola persona" in answer
    assert "/links/" not in answer


def test_a_link_past_the_two_hundredth_has_its_page_too(signed_in: Browser, instance: Instance) -> None:
    many = [said(f"m{n}", {"userId": "ana", "context": {"device": {"id": f"d{n}"}}}) for n in range(210)]
    arrive(instance, many)
    person = person_text(People(instance).named("user_id:ana"))
    answer = ask(signed_in, ("user_id", "ana"), ("device_id", "d209")).text
    [path] = re.findall(rf'href="(/people/{person}/links/lnk_\w+)"', answer)

    for act in ("cut", "restore"):
        assert 303 == sent(signed_in, path, f"{path}/{act}").status_code
    assert "<strong>d209</strong>" in signed_in.get(path).text


def test_limits_in_force_are_what_the_page_tells_of(signed_in: Browser, instance: Instance) -> None:
    limit = "kind: IdentifierType\nkey: device_id\npeople: 1\n"
    documents, faults = read_documents(limit, "types.yaml")
    assert not faults
    apply_documents(instance.database, documents, KINDS, instance.clock.now())
    arrive(instance, [said(f"k{n}", {"userId": f"k{n}", "context": {"device": {"id": "kiosk"}}}) for n in range(2)])

    assert "visto con 2 cuentas; se admiten 1" in signed_in.get("/identity/shared").text
    answer = ask(signed_in, ("user_id", "k0"), ("user_id", "k1")).text
    assert "kiosk es compartido: se vio con 2 cuentas y se admiten 1." in answer
