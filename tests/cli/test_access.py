from pathlib import Path

from typer.testing import CliRunner

from trenza.cli.access import key_app, user_app
from trenza.kernel import decode_json


def test_a_user_begins_with_a_link_and_nobody_types_a_password(tmp_path: Path) -> None:
    here = ["--data", str(tmp_path)]
    added = CliRunner().invoke(user_app, ["add", "eva@example.com", "--role", "analyst", *here])
    again = CliRunner().invoke(user_app, ["link", "eva@example.com", "--json", *here])
    listed = CliRunner().invoke(user_app, ["list", "--json", *here])

    assert (0, 0, 0) == (added.exit_code, again.exit_code, listed.exit_code)
    assert added.stdout.startswith("http://127.0.0.1:8080/start/")
    assert added.stdout.strip() != decode_json(again.stdout)["link"]
    assert [("eva@example.com", "analyst", True)] == [
        (user["email"], user["role"], user["invited"]) for user in decode_json(listed.stdout)
    ]


def test_what_cannot_be_is_refused_with_status_one(tmp_path: Path) -> None:
    here = ["--data", str(tmp_path)]

    assert 1 == CliRunner().invoke(user_app, ["add", "nobody", *here]).exit_code
    assert 1 == CliRunner().invoke(user_app, ["remove", "eva@example.com", *here]).exit_code
    assert 1 == CliRunner().invoke(key_app, ["add", "shop", "--scope", "king", *here]).exit_code
    assert 2 == CliRunner().invoke(key_app, ["add", "shop", *here]).exit_code


def test_a_key_is_shown_once_and_can_be_revoked(tmp_path: Path) -> None:
    here = ["--data", str(tmp_path)]
    made = decode_json(CliRunner().invoke(key_app, ["add", "till", "--scope", "collect", "--json", *here]).stdout)
    assert made["secret"].startswith("trz_")

    assert 0 == CliRunner().invoke(key_app, ["revoke", made["id"], *here]).exit_code
    listed = CliRunner().invoke(key_app, ["list", "--json", *here]).stdout

    assert made["secret"] not in listed
    assert decode_json(listed)[0]["revoked"] is not None
