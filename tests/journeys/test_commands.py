"""`trenza journey`, `trenza decisions`, `trenza explain` as somebody types them."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from trenza.app import open_instance
from trenza.cli import make_root
from trenza.events import Emission, emit
from trenza.kernel import JsonObject
from trenza.settings import Settings

DEFINITIONS = """kind: Template
key: hello
channels: {email: {subject: Hola, body: Hola}, sms: {text: Hola}}
---
kind: Journey
key: greet
enter: {event: Signed Up}
policy: {purpose: service}
steps: [{send: {name: hello, any_of: [sms, email], template: hello}}]
"""


def _run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(make_root([words[0]]), [*words, "--data", str(data)])


def _live(data: Path, ids: list[JsonObject] | None = None) -> None:
    """An instance in which one message was decided."""
    folder = data / "definitions"
    folder.mkdir(parents=True)
    (folder / "all.yaml").write_text(DEFINITIONS)
    assert 0 == _run(data, "apply", str(folder)).exit_code
    instance = open_instance(Settings(data=data))
    known = ids or [{"type": "email", "id": "ana@example.com"}]
    message = {"type": "track", "event": "Signed Up", "properties": {}, "context": {"externalIds": known}}
    with instance.database.write() as tx:
        emit(tx, [Emission(message_id="m1", message=message, channel="web")])
    instance.relay()
    instance.hallway.step()
    instance.close()


def test_a_decision_is_listed_explained_and_found_in_its_run(tmp_path: Path) -> None:
    _live(tmp_path)

    listed = _run(tmp_path, "decisions", "--person", "email:ana@example.com", "--journey", "greet", "--json")
    decision = json.loads(listed.stdout)
    assert ("sent", "email", "hello") == (decision["verdict"], decision["channel"], decision["step"])
    assert "No por SMS: no hay dirección." in _run(tmp_path, "explain", decision["id"]).stdout
    assert "Not by SMS: there is no address." in _run(tmp_path, "explain", decision["id"], "--language", "en").stdout
    assert "greet" in _run(tmp_path, "journey", "list").stdout
    (run,) = map(json.loads, _run(tmp_path, "journey", "runs", "greet", "--json").stdout.splitlines())
    shown = json.loads(_run(tmp_path, "journey", "show", run["id"], "--json").stdout)
    assert [decision["id"]] == [each["id"] for each in shown["decisions"]]


def test_an_explanation_says_what_the_outbox_knows_of_the_message(tmp_path: Path) -> None:
    _live(tmp_path, [{"type": "phone", "id": "+15005550001"}])  # a number that the sandbox refuses
    (decision,) = map(json.loads, _run(tmp_path, "decisions", "--json").stdout.splitlines())
    explain = ("explain", decision["id"], "--language")

    waiting = _run(tmp_path, *explain, "en").stdout
    _run(tmp_path, "process", "--until-idle")
    refused = {language: _run(tmp_path, *explain, language).stdout.splitlines()[0] for language in ("en", "es")}

    assert "The message is to go out by SMS, and waits in the outbox.\n" in waiting
    assert refused["en"].startswith("The message did not arrive by SMS: the provider refused it (")
    assert refused["es"].startswith("El mensaje no llegó por SMS: el proveedor lo rechazó (")


def test_what_is_not_there_ends_with_one(tmp_path: Path) -> None:
    for words in (("explain", "nothing"), ("journey", "show", "nothing"), ("decisions", "--person", "email:no@no.es")):
        assert 1 == _run(tmp_path, *words).exit_code
