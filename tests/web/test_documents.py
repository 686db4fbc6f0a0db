"""Documents of any kind on a page: written, saved beside others, taken out of force; and the rules that lead there."""

import re
from html import unescape

import msgspec
import pytest
from tests.web.conftest import NOW, Browser
from tests.web.roles import sign_in_as, token_of

from trenza.access import ROLES, Role, read_audit
from trenza.app import Instance
from trenza.definitions import apply_documents, find_live, read_documents
from trenza.equipment import KINDS
from trenza.web.documents.words import FRESH

HOSTILE = "</textarea><script>alert(1)</script>"
CAP = "# at most two\nkind: Cap\nkey: weekly\ncount: 2\nwithin: 7d\n"
JOURNEY = """\
kind: Journey
key: hello
enter: {event: Seen}
policy: {purpose: marketing, caps: [weekly]}
steps:
  - wait: 1h
"""


def hidden(page: str, name: str) -> str:
    return unescape(page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0])


def post(browser: Browser, path: str, text: str, base: str | None = None) -> tuple[int, str]:
    """Save a text as a browser without scripts would."""
    page = browser.get(path).text
    form = {"csrf": token_of(page), "state": hidden(page, "state"), "base": hidden(page, "base")}
    typed = {"yaml": text.replace("\n", "\r\n")} | ({"base": base} if base is not None else {})
    answer = browser.post(f"{path}?language=en", data=form | typed)
    return answer.status_code, answer.headers.get("location", "") or answer.text


def written(instance: Instance, kind: str, key: str) -> str:
    with instance.database.read() as tx:
        live = find_live(tx, kind, key)
    return live.written if live else ""


def test_a_document_is_written_kept_as_typed_and_listed_among_the_rules(signed_in: Browser, instance: Instance) -> None:
    assert "None is in force." in signed_in.get("/settings/rules?language=en").text
    assert (303, "/documents/Cap/weekly") == post(signed_in, "/documents/new/Cap", CAP)

    assert CAP == written(instance, "Cap", "weekly")
    assert 'href="/documents/Cap/weekly"' in signed_in.get("/settings/rules").text
    page = signed_in.get("/documents/Cap/weekly").text
    assert CAP == msgspec.json.decode(hidden(page, "state"))
    assert "Cap/weekly" in {entry.object for entry in read_audit(instance.database, None, 9)}


@pytest.mark.parametrize("kind", ["Cap", "QuietHours", "TrackingPlan"])
def test_what_a_new_document_begins_with_can_be_saved(signed_in: Browser, kind: str) -> None:
    assert 303 == post(signed_in, f"/documents/new/{kind}", FRESH[kind])[0]


def test_a_change_makes_a_version_and_the_same_text_none(signed_in: Browser, instance: Instance) -> None:
    post(signed_in, "/documents/new/Cap", CAP)
    for text, versions in ((CAP, 1), (CAP.replace("2", "3"), 2)):
        assert 303 == post(signed_in, "/documents/Cap/weekly", text)[0]
        assert versions == signed_in.get("/documents/Cap/weekly").text.count('<details class="fold"><summary>')
    assert "count: 3" in written(instance, "Cap", "weekly")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CAP.replace("count: 2", "count: many"), 4),
        (f"kind: Cap\nkey: weekly\ncount: 2\nwithin: 7d\nmore: '{HOSTILE}'\n", 5),
        ("kind: Cap\nkey: [", 2),
        ("kind: QuietHours\nkey: weekly\n", 1),
    ],
)
def test_faults_stand_beside_their_lines_and_nothing_typed_is_lost(
    signed_in: Browser, instance: Instance, text: str, line: int
) -> None:
    status, page = post(signed_in, "/documents/new/Cap", text)

    assert 422 == status
    assert re.search(rf"Line {line}, column \d+", page)
    assert re.search(rf"<span data-faulty[^>]*>{line}</span>", page)
    assert HOSTILE not in page
    assert text in unescape(page)
    assert "" == written(instance, "Cap", "weekly")


def test_a_key_that_is_taken_is_not_overwritten(signed_in: Browser, instance: Instance) -> None:
    post(signed_in, "/documents/new/Cap", CAP)
    status, page = post(signed_in, "/documents/new/Cap", CAP.replace("2", "9"))

    assert (422, True) == (status, "write another key" in page)
    assert CAP == written(instance, "Cap", "weekly")


def test_whoever_comes_second_is_told_and_shown_the_difference(signed_in: Browser, instance: Instance) -> None:
    post(signed_in, "/documents/new/Cap", CAP)
    base = hidden(signed_in.get("/documents/Cap/weekly").text, "base")
    post(signed_in, "/documents/Cap/weekly", CAP.replace("2", "3"))
    mine = CAP.replace("2", "4")
    status, page = post(signed_in, "/documents/Cap/weekly", mine, base)

    assert (409, True) == (status, "Somebody else has saved it" in page)
    assert "− count: 3</del>" in page
    assert "+ count: 4</ins>" in page
    assert mine in unescape(page)
    theirs = re.search(r'name="base" value="([^"]+)">.*?Put mine', page, re.DOTALL)
    assert theirs is not None
    assert 303 == post(signed_in, "/documents/Cap/weekly", mine, theirs[1])[0]
    assert mine == written(instance, "Cap", "weekly")


def test_what_others_name_stays_in_force(signed_in: Browser, instance: Instance) -> None:
    post(signed_in, "/documents/new/Cap", CAP)
    apply_documents(instance.database, read_documents(JOURNEY, "")[0], KINDS, NOW)
    page = signed_in.get("/documents/Cap/weekly").text
    refused = signed_in.post("/documents/Cap/weekly/remove?language=en", data={"csrf": token_of(page)})
    assert (409, True) == (refused.status_code, "Others name it" in refused.text)
    assert CAP == written(instance, "Cap", "weekly")

    post(signed_in, "/documents/new/Cap", CAP.replace("weekly", "free"))
    assert 303 == signed_in.post("/documents/Cap/free/remove", data={"csrf": token_of(page)}).status_code
    assert "" == written(instance, "Cap", "free")


def test_kinds_with_pages_of_their_own_are_led_there_and_strangers_nowhere(signed_in: Browser) -> None:
    assert "/segments/vip" == signed_in.get("/documents/Segment/vip").headers["location"]
    assert "/journeys/new" == signed_in.get("/documents/new/Journey").headers["location"]
    for path in ("/documents/Nonsense/x", "/documents/new/Nonsense", "/documents/Cap/none"):
        assert 404 == signed_in.get(path).status_code


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_write_reads(browser: Browser, instance: Instance, role: Role) -> None:
    post(sign_in_as(browser, instance, "admin"), "/documents/new/Cap", CAP)
    client = sign_in_as(browser, instance, role)
    reads, writes = "read" in ROLES[role], "write" in ROLES[role]

    assert (200 if reads else 403) == client.get("/settings/rules").status_code
    answer = client.get("/documents/Cap/weekly")
    assert (200 if reads else 403) == answer.status_code
    assert (not reads) or ("readonly" in answer.text) != writes
    assert (200 if writes else 403) == client.get("/documents/new/Cap").status_code
    if reads:
        token = token_of(answer.text)
        saved = client.post("/documents/Cap/weekly", data={"csrf": token, "state": '"x"', "base": ""})
        assert (422 if writes else 403) == saved.status_code
        assert ('href="/settings/users"' in client.get("/settings/rules").text) == (role == "admin")
