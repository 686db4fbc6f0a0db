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
    answer = browser.post(f"{path}?language=en&as=yaml", data=form | typed)
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


NIGHTS = """\
# when people sleep
kind: QuietHours
key: nights
from: "22:00"   # ten
to: "09:30"
days: [mon, tue]
zone: Europe/Madrid
"""


def fields_of(page: str) -> dict[str, list[str]]:
    """The form of a page in fields, as a browser would send it untouched."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page.partition('id="editor"')[2].partition("</form>")[0]):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and (("checkbox" not in tag and "radio" not in tag) or "checked" in tag):
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        found[name] = re.findall(r'value="([^"]+)" selected', options)
    return found


@pytest.mark.parametrize(("kind", "text"), [("Cap", CAP), ("QuietHours", NIGHTS)])
def test_fields_that_nobody_touched_keep_every_character(
    signed_in: Browser, instance: Instance, kind: str, text: str
) -> None:
    key = "weekly" if kind == "Cap" else "nights"
    post(signed_in, f"/documents/new/{kind}", text)

    sent = fields_of(signed_in.get(f"/documents/{kind}/{key}").text)

    assert 303 == signed_in.post(f"/documents/{kind}/{key}", data=sent).status_code
    assert text == written(instance, kind, key)


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ({"count": ["5"]}, CAP.replace("count: 2", "count: 5")),
        ({"amount": ["36"], "unit": ["h"]}, CAP.replace("7d", "36h")),
        ({"amount": ["2"], "unit": ["calendar_day"]}, CAP.replace("7d", "2 calendar_day")),
        ({"channels": ["sms", "email"]}, CAP + "channels: [sms, email]\n"),
    ],
)
def test_a_cap_is_edited_in_fields_and_nothing_else_is_touched(
    signed_in: Browser, instance: Instance, typed: dict[str, list[str]], becomes: str
) -> None:
    post(signed_in, "/documents/new/Cap", CAP)
    sent = fields_of(signed_in.get("/documents/Cap/weekly").text)

    assert 303 == signed_in.post("/documents/Cap/weekly", data=sent | typed).status_code
    assert becomes == written(instance, "Cap", "weekly").replace("channels:\n- sms\n- email", "channels: [sms, email]")


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ({"from": ["21:15"]}, ('"22:00"', '"21:15"')),
        ({"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}, ("days: [mon, tue]\n", "")),
        ({"days": ["tue", "sat"]}, ("[mon, tue]", "[tue, sat]")),
        ({"whose": ["person"]}, ("Europe/Madrid", "person")),
        ({"zone": ["Atlantic/Canary"]}, ("Europe/Madrid", "Atlantic/Canary")),
    ],
)
def test_quiet_hours_are_edited_in_fields_and_nothing_else_is_touched(
    signed_in: Browser, instance: Instance, typed: dict[str, list[str]], becomes: tuple[str, str]
) -> None:
    post(signed_in, "/documents/new/QuietHours", NIGHTS)
    sent = fields_of(signed_in.get("/documents/QuietHours/nights").text)

    assert 303 == signed_in.post("/documents/QuietHours/nights", data=sent | typed).status_code
    assert NIGHTS.replace(*becomes) == written(instance, "QuietHours", "nights")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from": ["25:00"]}, "from"),
        ({"to": ["22:00"]}, "to"),
        ({"days": []}, "days"),
        ({"zone": ["Nowhere/Else"]}, "zone"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    signed_in: Browser, instance: Instance, typed: dict[str, list[str]], field: str
) -> None:
    post(signed_in, "/documents/new/QuietHours", NIGHTS)
    sent = fields_of(signed_in.get("/documents/QuietHours/nights").text)

    answer = signed_in.post("/documents/QuietHours/nights?language=en", data=sent | typed)

    assert 422 == answer.status_code
    assert f'id="{field}-fault"' in answer.text
    assert typed[field] == fields_of(answer.text).get(field, [])
    assert NIGHTS == written(instance, "QuietHours", "nights")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("[mon, tue, wed, thu, fri]", "solo lo que empieza de <b>lunes</b> a <b>viernes</b>"),
        ("[sat, fri]", "solo lo que empieza en <b>viernes</b> y <b>sábado</b>"),
    ],
)
def test_the_days_of_quiet_hours_are_said_in_plain_words(signed_in: Browser, days: str, said: str) -> None:
    post(signed_in, "/documents/new/QuietHours", NIGHTS.replace("[mon, tue]", days))

    assert said in signed_in.get("/documents/QuietHours/nights?language=es").text
    assert said in signed_in.get("/settings/rules?language=es").text


def test_a_new_cap_is_written_in_fields(signed_in: Browser, instance: Instance) -> None:
    sent = fields_of(signed_in.get("/documents/new/Cap").text)

    answer = signed_in.post("/documents/new/Cap", data=sent | {"key": ["few"], "count": ["3"]})

    assert (303, "/documents/Cap/few") == (answer.status_code, answer.headers["location"])
    assert FRESH["Cap"].replace("new_cap", "few").replace("count: 2", "count: 3") == written(instance, "Cap", "few")


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
    answer, fields = client.get("/documents/Cap/weekly?as=yaml"), client.get("/documents/Cap/weekly")
    assert (200 if reads else 403) == answer.status_code == fields.status_code
    assert (not reads) or ("readonly" in answer.text) != writes
    assert (not reads) or ('aria-label="Tope" disabled>' in fields.text) != writes
    assert (200 if writes else 403) == client.get("/documents/new/Cap").status_code
    if reads:
        token = token_of(answer.text)
        saved = client.post("/documents/Cap/weekly", data={"csrf": token, "state": '"x"', "base": ""})
        assert (422 if writes else 403) == saved.status_code
        assert ('href="/settings/users"' in client.get("/settings/rules").text) == (role == "admin")
