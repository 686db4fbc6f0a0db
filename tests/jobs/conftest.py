"""A real instance on a database of each kind, with the jobs' runner beside it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from trenza.access import Vault, add_key
from trenza.api import Front, build_app
from trenza.app import Instance, open_instance
from trenza.job_kinds import ask_for, runner_of
from trenza.jobs import Job, find_job
from trenza.kernel import JsonObject, ManualClock, encode_json
from trenza.settings import Settings
from trenza.worker import process_until_idle

NOW = 1_772_442_000_000
Door = TestClient[Front]
Headers = dict[str, str]


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    log = f"sqlite:///{tmp_path / 'log.db'}"
    return Settings(data=tmp_path / "data", database=database_url, log=log, lake=str(tmp_path / "lake"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def instance(settings: Settings, clock: ManualClock) -> Iterator[Instance]:
    instance = open_instance(settings, clock)
    yield instance
    instance.close()


@pytest.fixture
def door(instance: Instance) -> Iterator[Door]:
    with TestClient(build_app(instance), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def bearer(instance: Instance) -> Callable[..., Headers]:
    def make(*scopes: str) -> Headers:
        key = add_key(Vault(instance.database, instance.secret), "test", list(scopes), "cli", NOW)
        return {"authorization": f"Bearer {key[1]}"}

    return make


def seen(number: int, **more: object) -> JsonObject:
    who = {"userId": f"u{number}", "traits": {"email": f"person-{number}@example.com"}}
    return {"type": "identify", "messageId": f"m{number}", **who, **more}


def uploaded(instance: Instance, *lines: object) -> str:
    """An upload of JSON Lines."""
    upload = instance.job_files.receive()
    upload.write(b"".join(each if isinstance(each, bytes) else encode_json(each) + b"\n" for each in lines))
    upload.finish()
    return upload.id


def done(instance: Instance, kind: str, **request: object) -> Job:
    """A job that was asked for and run."""
    job = ask_for(instance, kind, request, "cli")
    runner_of(instance).run_next(kind, threading.Event())
    return find_job(instance.database, job.id)


def lived(instance: Instance, *numbers: int) -> None:
    """People of those numbers are known."""
    lines = [seen(number) for number in numbers]
    assert "done" == done(instance, "import", upload=uploaded(instance, *lines), name="a.jsonl").state
    process_until_idle(instance)
