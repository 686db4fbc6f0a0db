"""The limits of identifiers on their page: foreseen, saved, taken back, and refused where somebody was first."""

import pytest
from tests.web.conftest import NOW, PASSWORD, Browser
from tests.web.test_settings import csrf_of

from trenza.access import Vault, add_user, read_audit, use_link
from trenza.app import Instance
from trenza.definitions import find_live
from trenza.events import ensure_source
from trenza.kernel import encode_json
from trenza.storage.log import Entry
from trenza.worker import process_until_idle

MAIL = "family@example.com"
PAGE = "/settings/identifiers/email"


@pytest.fixture
def family(instance: Instance) -> Instance:
    """Two accounts that share an e-mail."""
    ensure_source(instance.database, "web", "web")
    for number, user in enumerate(("u1", "u2")):
        message = {"type": "identify", "messageId": user, "userId": user, "traits": {"email": MAIL, "name": user}}
        entry = Entry(source="web", route="identify", body=encode_json(message), received_at=NOW + number)
        instance.log.append([entry], NOW + number)
    process_until_idle(instance)
    return instance


def base_of_page(page: str) -> str:
    return page.split('name="base" value="')[1].split('"', maxsplit=1)[0]


def sent(browser: Browser, path: str = PAGE, **limits: object) -> dict[str, str]:
    page = browser.get(path).text
    given = {"people": 3, "neighbours": 500, "per_person": 1, **limits}
    return {"csrf": csrf_of(page), "base": base_of_page(page), **{name: str(value) for name, value in given.items()}}


def written(instance: Instance, name: str = "email") -> str | None:
    with instance.database.read() as tx:
        live = find_live(tx, "IdentifierType", name)
    return live.written if live else None


def test_other_limits_are_foreseen_before_and_count_once_they_are_saved(signed_in: Browser, family: Instance) -> None:
    form = sent(signed_in, people=1)
    whole = signed_in.post(f"{PAGE}/preview", data=form)
    part = signed_in.post(f"{PAGE}/preview", data=form, headers={"hx-request": "true", "hx-target": "foreseen"}).text

    assert 200 == whole.status_code
    assert "Identificadores que pasarían a compartidos</dt><dd>1</dd>" in part
    assert MAIL in part
    assert "<html" not in part
    assert written(family) is None
    assert "Nadie pasaría a ser otra persona." in signed_in.post(f"{PAGE}/preview", data=sent(signed_in)).text

    answer = signed_in.post(PAGE, data=form)
    assert (303, "/settings/identifiers") == (answer.status_code, answer.headers["location"])
    assert "kind: IdentifierType\nkey: email\npeople: 1\n" == written(family)
    assert "Todavía no todas las personas siguen estos límites." in signed_in.get("/settings/identifiers").text
    process_until_idle(family)
    page = signed_in.get("/settings/identifiers").text
    assert "Todavía no todas" not in page
    assert "cambiado" in page
    assert "IdentifierType/email" in {entry.object for entry in read_audit(family.database, None, 50)}

    signed_in.post(PAGE, data=sent(signed_in))
    assert written(family) is None


def test_what_cannot_be_a_limit_is_said_beside_its_field(signed_in: Browser, instance: Instance) -> None:
    answer = signed_in.post(PAGE, data=sent(signed_in, people=0, per_person="many"))

    assert 422 == answer.status_code
    assert 'id="people-fault"' in answer.text
    assert 'id="per_person-fault"' in answer.text
    assert written(instance) is None


def test_nobody_overwrites_what_they_have_not_seen(signed_in: Browser, instance: Instance) -> None:
    stale = sent(signed_in, people=9)
    signed_in.post(PAGE, data=sent(signed_in, people=5))
    answer = signed_in.post(PAGE, data=stale)

    assert 409 == answer.status_code
    assert 'name="people" type="number" value="5"' in answer.text
    assert "people: 5" in str(written(instance))


def test_what_a_document_says_besides_stays(signed_in: Browser, instance: Instance) -> None:
    own = "# of the tills\nkind: IdentifierType\nkey: till\nsort: card\npeople: 2\n"
    new = "/documents/new/IdentifierType"
    token = csrf_of(signed_in.get(new).text)
    assert 303 == signed_in.post(new, data={"csrf": token, "base": "", "yaml": own}).status_code

    signed_in.post("/settings/identifiers/till", data=sent(signed_in, "/settings/identifiers/till", people=7))
    assert f"{own.replace('2', '7')}per_person: 1\n" == written(instance, "till")


def test_a_rest_of_the_work_is_asked_for_again(signed_in: Browser, family: Instance) -> None:
    token = csrf_of(signed_in.get("/settings/identifiers").text)
    answer = signed_in.post("/settings/identifiers", data={"csrf": token})
    assert 303 == answer.status_code
    process_until_idle(family)
    assert "Volver a calcular quién es quién" in signed_in.get(answer.headers["location"]).text


def test_limits_are_for_admins(signed_in: Browser, vault: Vault) -> None:
    _, token = add_user(vault, "eva@example.com", "marketer", "cli", NOW)
    signed_in.cookies.set("trenza_session", use_link(vault, token, "", PASSWORD, NOW).cookie)

    assert 403 == signed_in.get(PAGE).status_code
