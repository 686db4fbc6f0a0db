"""The instance's settings on their page: where they come from, saved into `trenza.toml`, secrets never shown."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient
from tests.support.browser import open_session
from tests.web.conftest import NOW, Browser
from tests.web.roles import sign_in_as, token_of

from trenza.access import ROLES, Role, read_audit
from trenza.api import build_app
from trenza.app import Instance, open_instance
from trenza.kernel import ManualClock
from trenza.settings import EDITABLE, Settings, describe_settings, load_settings
from trenza.web import pages
from trenza.web.settings.instance import DESCRIPTION_WORDS

HOSTILE = "<script>alert(1)</script>"
FILE = """\
# this shop's own
timezone = "Europe/Lisbon" # where the tills are

# told by the provider
smtp = "smtp://shop:very-secret@mail.example.com:587"
"""


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "trenza.toml"
    path.write_text(FILE)
    return path


@pytest.fixture
def told(toml: Path) -> Iterator[Instance]:
    """An instance that was started with a `trenza.toml`."""
    instance = open_instance(load_settings({"data": toml.parent, "port": 8099}), ManualClock(NOW))
    yield instance
    instance.close()


@pytest.fixture
def admin(told: Instance) -> Iterator[Browser]:
    with TestClient(build_app(told, pages(told)), raise_server_exceptions=False) as client:
        client.follow_redirects = False
        client.cookies.set("trenza_session", open_session(told, "admin"))
        yield client


def fields(page: str) -> dict[str, str]:
    """The form as a browser would send it untouched."""
    typed = dict(re.findall(r'<input id="(\w+)" name="\w+" type="text" value="([^"]*)"', page))
    areas = re.findall(r'<textarea id="(\w+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    chosen = re.findall(r'<select id="(\w+)".*?<option value="(\w+)" selected', page, re.DOTALL)
    plain = {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in [*typed.items(), *areas, *chosen]}
    return {"csrf": token_of(page), **plain, "smtp": "", "twilio": ""}


def save(admin: Browser, **changes: str) -> int:
    form = fields(admin.get("/settings/instance").text) | changes
    return admin.post("/settings/instance?language=en", data=form).status_code


def test_every_setting_is_described_as_the_code_describes_it(told: Instance) -> None:
    assert DESCRIPTION_WORDS == {each.name: each.description for each in describe_settings(told.settings)}


def test_each_value_bears_where_it_comes_from(told: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRENZA_COUNTRY", "PT")
    settings = load_settings({"data": told.settings.data, "port": 8099})
    origins = {each.name: (each.origin, each.value) for each in describe_settings(settings)}

    assert ("command_line", "8099") == origins["port"]
    assert ("environment", "PT") == origins["country"]
    assert ("file", "Europe/Lisbon") == origins["timezone"]
    assert ("default", "es") == origins["language"]
    assert ("file", "smtp://•••@mail.example.com:587") == origins["smtp"]


def test_what_the_environment_says_is_not_edited_here(
    admin: Browser, toml: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRENZA_TIMEZONE", "Europe/Lisbon")
    page = admin.get("/settings/instance?language=en").text
    assert "Set by: environment. Change it there." in page
    assert 'name="timezone"' not in page
    form = fields(page) | {"timezone": "UTC"}
    assert 303 == admin.post("/settings/instance", data=form).status_code
    assert FILE == toml.read_text()


def test_a_form_that_was_not_touched_changes_no_octet(admin: Browser, toml: Path) -> None:
    assert 303 == save(admin)
    assert FILE == toml.read_text()


def test_a_change_keeps_comments_and_counts_after_a_restart(admin: Browser, told: Instance, toml: Path) -> None:
    assert 303 == save(admin, timezone="Europe/Madrid", sms_from="+351910000000", blocked_values="\nnull\ntest")

    text = toml.read_text()
    assert "# this shop's own\n" in text
    assert 'timezone = "Europe/Madrid" # where the tills are' in text
    assert "Europe/Lisbon" == told.settings.timezone
    restarted = load_settings({"data": toml.parent})
    assert ("Europe/Madrid", "+351910000000", ("", "null", "test")) == (
        restarted.timezone,
        restarted.sms_from,
        restarted.blocked_values,
    )
    page = admin.get("/settings/instance?language=en").text
    assert "These changes count after a restart" in page
    assert 'value="Europe/Madrid"' in page
    assert 0o600 == toml.stat().st_mode & 0o777
    assert [toml] == [each for each in toml.parent.iterdir() if "toml" in each.name]
    assert "settings:timezone,blocked_values,sms_from" in {each.object for each in read_audit(told.database, None, 9)}


def test_a_default_takes_the_line_away(admin: Browser, toml: Path) -> None:
    save(admin, timezone="UTC")

    assert "timezone" not in toml.read_text()
    assert "UTC" == load_settings({"data": toml.parent}).timezone


def test_a_secret_is_written_and_never_shown(admin: Browser, toml: Path) -> None:
    assert 303 == save(admin, twilio="https://AC1:token-of-twilio@sms.example.com")
    assert "https://AC1:token-of-twilio@sms.example.com" == load_settings({"data": toml.parent}).twilio
    page = admin.get("/settings/instance").text
    for secret in ("very-secret", "token-of-twilio", "AC1"):
        assert secret not in page
    refused = admin.post("/settings/instance", data=fields(page) | {"smtp": "typed-by-mistake"})
    assert (422, False) == (refused.status_code, "typed-by-mistake" in refused.text)

    save(admin, smtp_away="yes")
    assert "" == load_settings({"data": toml.parent}).smtp


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", "../etc/passwd"),
        ("country", "spain"),
        ("public_url", "javascript:alert(1)"),
        ("mail_from", "nobody"),
        ("sms_from", HOSTILE),
        ("language", "tlh"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_and_nothing_is_written_or_lost(
    admin: Browser, toml: Path, name: str, value: str
) -> None:
    form = fields(admin.get("/settings/instance").text) | {"mail_from": "Shop <shop@example.com>", name: value}
    answer = admin.post("/settings/instance?language=en", data=form)

    assert 422 == answer.status_code
    assert f'id="{name}-fault"' in answer.text
    assert HOSTILE not in answer.text
    assert FILE == toml.read_text()
    assert name == "mail_from" or "Shop &lt;shop@example.com&gt;" in answer.text


def test_what_cannot_be_set_here_is_left_out(admin: Browser, toml: Path) -> None:
    save(admin, port="1", secret="mine", data="elsewhere", demo="true")

    assert FILE == toml.read_text()
    assert set(EDITABLE) <= set(Settings.__struct_fields__)


@pytest.mark.parametrize("role", ROLES)
def test_only_admins_see_the_settings(browser: Browser, instance: Instance, role: Role) -> None:
    client = sign_in_as(browser, instance, role)

    assert (200 if role == "admin" else 403) == client.get("/settings/instance").status_code
    token = token_of(client.get("/").text if "read" in ROLES[role] else client.get("/tasks").text)
    answer = client.post("/settings/instance", data={"csrf": token, "country": "PT"})
    assert (303 if role == "admin" else 403) == answer.status_code
