import re
from pathlib import Path

import pytest
from tests.web.conftest import NOW, PASSWORD, Browser

from trenza.access import Vault, add_user, list_keys, list_users, use_link
from trenza.app import Instance
from trenza.definitions import apply
from trenza.demo import DEFINITIONS
from trenza.equipment import KINDS
from trenza.web.documents.words import FRESH


def csrf_of(page: str) -> str:
    found = re.search('name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def test_an_invitation_is_a_link_that_is_shown_once_and_opens_an_account(signed_in: Browser, vault: Vault) -> None:
    token = csrf_of(signed_in.get("/settings/users").text)

    page = signed_in.post("/settings/users", data={"csrf": token, "email": "eva@example.com", "role": "agent"}).text

    link = re.search(r"/start/[\w-]+", page)
    assert link is not None
    assert "eva@example.com" in page
    assert link[0] not in signed_in.get("/settings/users").text
    assert {"ana@example.com": "admin", "eva@example.com": "agent"} == {u.email: u.role for u in list_users(vault)}
    assert 200 == signed_in.get(link[0]).status_code


@pytest.mark.parametrize("email", ["", "no address", "ana@example.com"])
def test_who_cannot_be_invited_is_said_beside_the_field(signed_in: Browser, vault: Vault, email: str) -> None:
    token = csrf_of(signed_in.get("/settings/users").text)

    answer = signed_in.post("/settings/users", data={"csrf": token, "email": email, "role": "agent"})

    assert 422 == answer.status_code
    assert 'id="email-fault"' in answer.text
    assert f'value="{email}"' in answer.text
    assert 1 == len(list_users(vault))


def test_the_last_admin_stays(signed_in: Browser, vault: Vault) -> None:
    token = csrf_of(signed_in.get("/settings/users").text)

    answer = signed_in.post("/settings/users/remove", data={"csrf": token, "email": "ana@example.com"})

    assert 409 == answer.status_code
    assert "última cuenta de administración" in answer.text
    assert 1 == len(list_users(vault))


def test_somebody_gets_another_role_but_the_last_admin_stays(signed_in: Browser, vault: Vault) -> None:
    add_user(vault, "eva@example.com", "agent", "cli", NOW)
    page = signed_in.get("/settings/users").text
    assert 'aria-label="Función de eva@example.com"' in page
    assert "Función de ana@example.com" not in page

    def change(email: str, role: str) -> int:
        form = {"csrf": csrf_of(page), "email": email, "role": role}
        return signed_in.post("/settings/users/role", data=form).status_code

    assert [303, 400, 404, 409] == [
        change("eva@example.com", "analyst"),
        change("eva@example.com", "queen"),
        change("nobody@example.com", "agent"),
        change("ana@example.com", "agent"),
    ]
    assert {"ana@example.com": "admin", "eva@example.com": "analyst"} == {u.email: u.role for u in list_users(vault)}
    assert "cambió la función de alguien" in signed_in.get("/audit").text


def test_a_key_is_shown_once_and_can_be_revoked(signed_in: Browser, vault: Vault) -> None:
    token = csrf_of(signed_in.get("/settings/keys").text)

    page = signed_in.post("/settings/keys", data={"csrf": token, "name": "export", "scopes": ["read", "people"]}).text

    secret = re.search(r'id="new-key">(trz_[\w-]+)<', page)
    assert secret is not None
    assert secret[1] not in signed_in.get("/settings/keys").text
    (key,) = list_keys(vault)
    assert ("read", "people") == key.scopes
    signed_in.post(f"/settings/keys/{key.id}/revoke", data={"csrf": token})
    assert [True] == [each.revoked_at is not None for each in list_keys(vault)]


def test_a_key_without_a_right_is_not_made(signed_in: Browser, vault: Vault) -> None:
    token = csrf_of(signed_in.get("/settings/keys").text)

    answer = signed_in.post("/settings/keys", data={"csrf": token, "name": "x"})

    assert (422, []) == (answer.status_code, list_keys(vault))
    assert 'id="scopes-fault"' in answer.text


def test_settings_are_for_admins(signed_in: Browser, vault: Vault) -> None:
    _, token = add_user(vault, "eva@example.com", "marketer", "cli", NOW)
    signed_in.cookies.set("trenza_session", use_link(vault, token, "", PASSWORD, NOW).cookie)

    assert [403, 403] == [signed_in.get(path).status_code for path in ("/settings/users", "/settings/keys")]


def test_identifiers_stand_with_their_limits_and_how_many_are_known(signed_in: Browser) -> None:
    page = signed_in.get("/settings/identifiers").text

    assert "Tarjeta de cliente" in page
    assert "loyalty_card" in page
    assert "[object object]" in page


def test_a_purpose_stands_with_what_it_obeys_and_the_journeys_that_have_it(
    signed_in: Browser, instance: Instance
) -> None:
    apply(instance.database, DEFINITIONS, KINDS, NOW)
    page = signed_in.get("/settings/purposes?language=en").text

    rows = dict(re.findall(r'<code class="soft small">(\w+)</code></td>(.*?)</tr>', page, re.DOTALL))
    assert ["marketing", "service"] == list(rows)
    assert "Only to who said yes" in rows["marketing"]
    assert "without asking" in rows["service"]
    assert 'href="/journeys/cart_rescue"' in rows["marketing"]
    assert "cart_rescue" not in rows["service"]


def test_an_instance_without_journeys_knows_its_two_purposes(signed_in: Browser) -> None:
    page = signed_in.get("/settings/purposes?language=en").text

    assert 2 == page.count(">none yet<")
    assert "counts as allowed" in page


def test_a_rule_says_what_it_holds_and_who_names_it(signed_in: Browser, instance: Instance) -> None:
    apply(instance.database, DEFINITIONS, KINDS, NOW)
    page = signed_in.get("/settings/rules").text

    assert "Como máximo <b>2</b> en <b>7 días</b>, contando todos los canales" in page
    assert "Nada entre las <b>21:00</b> y las <b>09:00</b>" in page
    assert 2 == page.count('href="/journeys/cart_rescue"')
    assert ">El carrito espera</a>" in page
    assert "<div>Notificación de la app, Correo electrónico, SMS</div>" in page


def test_a_cap_of_some_channels_and_a_plan_say_so(signed_in: Browser, instance: Instance, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(
        "kind: Cap\nkey: short\ncount: 1\nwithin: 20h\nchannels: [sms, push]\n---\n" + FRESH["TrackingPlan"]
    )
    apply(instance.database, tmp_path, KINDS, NOW)
    page = signed_in.get("/settings/rules?language=en").text

    assert "At most <b>1</b> in <b>20 hours</b> by <b>SMS</b> and <b>App notification</b>" in page
    assert "Order Completed · for every source" in page
