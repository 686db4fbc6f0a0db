"""A real instance on a database of each kind, and a door to knock at."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from trenza.access import Role, Vault, add_key, add_user, first_run_link, use_link
from trenza.api import Front, build_app
from trenza.app import Instance
from trenza.kernel import ManualClock
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import SqlLog

NOW = 1_772_442_000_000
PASSWORD = "a sentence is good"
Door = TestClient[Front]


@pytest.fixture
def instance(database: Database, tmp_path: Path) -> Iterator[Instance]:
    log = Database(f"sqlite:///{tmp_path / 'log.db'}")
    instance = Instance(Settings(data=tmp_path), ManualClock(NOW), database, SqlLog(log), b"secret of a test")
    yield instance
    instance.close()
    log.close()


@pytest.fixture
def vault(instance: Instance) -> Vault:
    return Vault(instance.database, instance.secret)


@pytest.fixture
def door(instance: Instance) -> Iterator[Door]:
    """A client that follows no redirect and knows nobody."""
    with TestClient(build_app(instance), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def bearer(vault: Vault) -> Callable[..., dict[str, str]]:
    """Headers of a new API key with the given scopes."""

    def make(*scopes: str) -> dict[str, str]:
        return {"authorization": f"Bearer {add_key(vault, 'test', list(scopes), 'cli', NOW)[1]}"}

    return make


@pytest.fixture
def session(vault: Vault) -> Callable[[Role], dict[str, str]]:
    """The cookie of a new session with the given role, as headers."""
    link = first_run_link(vault, "", NOW)
    assert link is not None
    admin = use_link(vault, link.removeprefix("/start/"), "admin@example.com", PASSWORD, NOW)

    def make(role: Role) -> dict[str, str]:
        if role == "admin":
            return {"cookie": f"trenza_session={admin.cookie}"}
        _, token = add_user(vault, f"{role}@example.com", role, "cli", NOW)
        return {"cookie": f"trenza_session={use_link(vault, token, '', PASSWORD, NOW).cookie}"}

    return make
