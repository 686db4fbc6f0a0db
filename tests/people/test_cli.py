"""`trenza people` as it is typed."""

from pathlib import Path

import pytest
from tests.people.conftest import settle
from typer.testing import CliRunner, Result

from trenza.app import Instance
from trenza.cli.people import app
from trenza.kernel import JsonValue, decode_json
from trenza.settings import Settings


@pytest.fixture
def lived(instance: Instance) -> Instance:
    settle(instance)
    return instance


def run(settings: Settings, *arguments: str) -> Result:
    places = ["--data", str(settings.data), "--database", settings.database, "--log", settings.log]
    return CliRunner().invoke(app, [*arguments, *places, "--lake", settings.lake])


def json_of(result: Result) -> JsonValue:
    assert result.exit_code == 0, result.stderr
    return decode_json(result.stdout)


@pytest.mark.usefixtures("lived")
def test_show_prints_the_sheet(settings: Settings) -> None:
    sheet = json_of(run(settings, "show", "email:ana@example.com", "--json"))
    assert sheet["traits"]["plan"] == "gold"
    assert 'trait        plan = "gold"' in run(settings, "show", "user_id:ana").stdout


@pytest.mark.usefixtures("lived")
def test_list_prints_one_person_a_line(settings: Settings) -> None:
    lines = [decode_json(line) for line in run(settings, "list", "--json").stdout.splitlines()]
    assert len(lines) == 2
    (second,) = run(settings, "list", "--json", "--after", lines[0]["person"]).stdout.splitlines()
    assert lines[1] == decode_json(second)


@pytest.mark.usefixtures("lived")
def test_timeline_goes_on_where_it_stopped(settings: Settings) -> None:
    page = json_of(run(settings, "timeline", "user_id:ana", "--limit", "3", "--json"))
    rest = json_of(run(settings, "timeline", "user_id:ana", "--before", page["next"], "--json"))
    assert ["m4", "m3", "m2", "m1"] == [event["messageId"] for event in [*page["events"], *rest["events"]]]
    assert "Product Viewed" in run(settings, "timeline", "user_id:ana").stdout


@pytest.mark.usefixtures("lived")
def test_what_was_erased_is_proved_by_its_receipt(settings: Settings, tmp_path: Path) -> None:
    assert json_of(run(settings, "export", "user_id:ana"))["profile"]["traits"]
    erased = run(settings, "erase", "user_id:ana", "--reason", "asked", "--json")
    file = tmp_path / "receipt.json"
    file.write_text(erased.stdout, encoding="utf-8")
    assert json_of(run(settings, "verify-receipt", str(file), "--json"))["holds"]
    file.write_text(erased.stdout.replace("asked", "other"), encoding="utf-8")
    changed = run(settings, "verify-receipt", str(file))
    assert (1, True) == (changed.exit_code, "not true" in changed.stdout)


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("arguments", [("show", "user_id:nobody"), ("show", "ana"), ("verify-receipt", "/nowhere")])
def test_what_is_not_there_is_said_and_ends_with_1(settings: Settings, arguments: tuple[str, ...]) -> None:
    ended = run(settings, *arguments)
    assert (1, "") == (ended.exit_code, ended.stdout)
