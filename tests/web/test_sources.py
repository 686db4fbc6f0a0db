import re

import pytest
from tests.web.conftest import NOW, PASSWORD, Browser

from trenza.access import Vault, add_user, use_link
from trenza.app import Instance
from trenza.events import add_source, list_sources


def csrf_of(page: str) -> str:
    found = re.search('name="csrf" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def test_an_instance_without_sources_leads_to_the_first(signed_in: Browser) -> None:
    page = signed_in.get("/sources").text

    assert "Todavía no hay fuentes" in page


def test_a_source_is_added_and_its_page_has_the_lines_to_copy(signed_in: Browser, instance: Instance) -> None:
    token = csrf_of(signed_in.get("/sources").text)
    sent = {"csrf": token, "name": "shop <b>", "channel": "web", "key": "shop-key", "answers": "nobody"}

    answer = signed_in.post("/sources", data=sent)

    with instance.database.read() as tx:
        made = next(each for each in list_sources(tx) if each.name == "shop <b>")
    assert ("nobody", 303, f"/sources/{made.id}") == (made.answers, answer.status_code, answer.headers["location"])
    page = signed_in.get(f"/sources/{made.id}").text
    assert "shop &lt;b&gt;" in page
    assert "shop <b>" not in page
    assert page.count("shop-key") >= 6


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(signed_in: Browser, instance: Instance) -> None:
    add_source(instance.database, "shop", "web", key="taken")
    token = csrf_of(signed_in.get("/sources").text)

    answer = signed_in.post("/sources", data={"csrf": token, "name": "other", "channel": "Web Shop"})

    assert 422 == answer.status_code
    assert 'value="other"' in answer.text
    assert 'id="channel-fault"' in answer.text


def test_a_form_without_its_token_changes_nothing(signed_in: Browser, instance: Instance) -> None:
    assert 403 == signed_in.post("/sources", data={"name": "x", "channel": "web"}).status_code
    with instance.database.read() as tx:
        assert ["trenza"] == [each.name for each in list_sources(tx)]


def test_about_whom_a_key_is_answered_can_be_changed(signed_in: Browser, instance: Instance) -> None:
    source = add_source(instance.database, "shop", "web")
    token = csrf_of(signed_in.get(f"/sources/{source.id}").text)

    signed_in.post(f"/sources/{source.id}", data={"csrf": token, "answers": "anybody"})

    with instance.database.read() as tx:
        assert "anybody" == next(each for each in list_sources(tx) if each.id == source.id).answers
    assert "cambió una fuente" in signed_in.get("/audit").text


def test_sources_and_audit_are_for_admins(signed_in: Browser, vault: Vault) -> None:
    _, token = add_user(vault, "eva@example.com", "marketer", "cli", NOW)
    signed_in.cookies.set("trenza_session", use_link(vault, token, "", PASSWORD, NOW).cookie)

    assert [403, 403] == [signed_in.get(path).status_code for path in ("/sources", "/audit")]


def test_how_fast_a_source_may_send_is_set_and_taken_back(signed_in: Browser, instance: Instance) -> None:
    source = add_source(instance.database, "till", "pos")
    for rate, burst, kept in (("20", "100", (20, 100)), ("5", "", (5, 0)), ("", "", (0, 0))):
        token = csrf_of(signed_in.get(f"/sources/{source.id}").text)
        form = {"csrf": token, "answers": "visitors", "rate": rate, "burst": burst}
        assert 303 == signed_in.post(f"/sources/{source.id}", data=form).status_code
        with instance.database.read() as tx:
            (found,) = (each for each in list_sources(tx) if each.id == source.id)
        assert kept == (found.rate, found.burst)


@pytest.mark.parametrize(("rate", "burst"), [("-1", ""), ("fast", ""), ("1.5", ""), ("", "5"), ("12345678", "")])
def test_a_pace_that_is_none_is_said_beside_its_field(
    signed_in: Browser, instance: Instance, rate: str, burst: str
) -> None:
    source = add_source(instance.database, "till", "pos")
    token = csrf_of(signed_in.get(f"/sources/{source.id}").text)
    form = {"csrf": token, "answers": "nobody", "rate": rate, "burst": burst}
    answer = signed_in.post(f"/sources/{source.id}?language=en", data=form)

    assert (422, True) == (answer.status_code, "A whole number of events" in answer.text)
    with instance.database.read() as tx:
        assert ("visitors", 0, 0) == next(
            (each.answers, each.rate, each.burst) for each in list_sources(tx) if each.id == source.id
        )
