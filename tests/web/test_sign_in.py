import re

import pytest
from tests.web.conftest import NOW, PASSWORD, Browser

from trenza.access import Vault, add_user, use_link
from trenza.app import Instance

GOOD = {"email": "ana@example.com", "password": PASSWORD}


def test_the_first_link_makes_the_account_and_opens_the_page(browser: Browser, start: str) -> None:
    assert "primera persona" in browser.get(start).text

    entered = browser.post(start, data=GOOD)

    assert (303, "/") == (entered.status_code, entered.headers["location"])
    assert {"httponly", "samesite=lax", "path=/"} <= {
        part.strip().lower() for part in entered.headers["set-cookie"].split(";")
    }
    assert 200 == browser.get("/live").status_code
    assert 404 == browser.get(start).status_code


def test_a_session_behind_https_never_travels_in_the_clear(browser: Browser, start: str, instance: Instance) -> None:
    import msgspec  # noqa: PLC0415 — only here

    instance.settings = msgspec.structs.replace(instance.settings, public_url="https://trenza.example")

    assert "Secure" in browser.post(start, data=GOOD).headers["set-cookie"]


def test_signing_in_and_out(signed_in: Browser) -> None:
    page = signed_in.get("/live").text
    csrf = re.search('name="csrf" value="([0-9a-f]+)"', page)
    assert csrf is not None

    assert 403 == signed_in.post("/sign-out", data={"csrf": "x"}).status_code
    assert 303 == signed_in.post("/sign-out", data={"csrf": csrf[1]}).status_code
    assert "/sign-in" == signed_in.get("/").headers["location"]
    signed_in.cookies.clear()
    assert 303 == signed_in.post("/sign-in", data=GOOD).status_code
    assert 200 == signed_in.get("/live").status_code


def test_a_wrong_password_says_so_in_the_readers_language_and_keeps_the_address(signed_in: Browser) -> None:
    signed_in.cookies.clear()
    wrong = {**GOOD, "password": "<script>"}

    spanish = signed_in.post("/sign-in", data=wrong)
    english = signed_in.post("/sign-in", data=wrong, headers={"accept-language": "en"})

    assert (401, 401) == (spanish.status_code, english.status_code)
    assert "no son correctos" in spanish.text
    assert "is wrong" in english.text
    assert 'value="ana@example.com"' in spanish.text
    assert "<script>" not in spanish.text


def test_who_guesses_is_told_to_wait(signed_in: Browser) -> None:
    signed_in.cookies.clear()
    for _ in range(5):
        signed_in.post("/sign-in", data={**GOOD, "password": "wrong"})

    answer = signed_in.post("/sign-in", data=GOOD)

    assert (429, "900") == (answer.status_code, answer.headers["retry-after"])


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
def test_nobody_is_signed_in_from_another_site(browser: Browser, start: str, headers: dict[str, str]) -> None:
    assert 403 == browser.post("/sign-in", data=GOOD, headers=headers).status_code
    assert 403 == browser.post(start, data=GOOD, headers=headers).status_code


@pytest.mark.parametrize(
    "body", [b"", b"email=a", b"\xff=\xff", b"email=a&email=b&password=c", b"email=\0&password=\0"]
)
def test_a_hostile_form_gets_a_page_and_no_trace(browser: Browser, body: bytes) -> None:
    answer = browser.post("/sign-in", content=body, headers={"content-type": "application/x-www-form-urlencoded"})

    assert answer.status_code in {400, 401}
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/start/x", "/start/%00", "/start/" + "x" * 200, "/start/%F0%9F%92%A9"])
def test_a_made_up_link_is_not_found(browser: Browser, path: str) -> None:
    answer = browser.get(path, headers={"accept-language": "en"})

    assert answer.status_code in {400, 404}
    assert "<h1>" in answer.text


def test_a_role_without_the_right_is_told_so_on_a_page(signed_in: Browser, vault: Vault) -> None:
    _, token = add_user(vault, "eva@example.com", "agent", "cli", NOW)
    opened = use_link(vault, token, "", PASSWORD, NOW)
    signed_in.cookies.set("trenza_session", opened.cookie)

    assert 200 == signed_in.get("/live").status_code
    assert 403 == signed_in.get("/api/users").status_code


def test_a_language_is_kept_once_it_was_asked_for(browser: Browser) -> None:
    assert '<html lang="es">' in browser.get("/sign-in").text
    assert '<html lang="en">' in browser.get("/sign-in?language=en").text
    assert '<html lang="en">' in browser.get("/sign-in").text


def test_an_unknown_page_is_a_page_for_people(browser: Browser) -> None:
    answer = browser.get("/nothing", headers={"accept": "text/html"})

    assert (404, True) == (answer.status_code, "<h1>No encontrado</h1>" in answer.text)
