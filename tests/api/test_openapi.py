"""Whatever comes in, the answer is one that the OpenAPI announces, and never a 500."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from trenza.access import RIGHTS, Vault, add_key
from trenza.api import build_app
from trenza.app import Instance
from trenza.kernel import ManualClock
from trenza.settings import Settings
from trenza.storage import Database
from trenza.storage.log import SqlLog

NOT_ASKED = ("/api/live", "/webhooks")
NOW = 1_772_442_000_000


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    folder: Path = tmp_path_factory.mktemp("openapi")
    database = Database(f"sqlite:///{folder / 'state.db'}")
    database.create_tables()
    log = Database(f"sqlite:///{folder / 'log.db'}")
    instance = Instance(Settings(data=folder), ManualClock(NOW), database, SqlLog(log), b"secret of a test")
    app = build_app(instance)
    _, key = add_key(Vault(database, b"secret of a test"), "fuzz", list(RIGHTS), "cli", NOW)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    schema.config.update(headers={"authorization": f"Bearer {key}"})
    yield schema
    instance.close()
    log.close()


def test_no_request_breaks_the_door(api: schemathesis.BaseSchema) -> None:
    operations: list[Any] = [found.ok() for found in api.get_all_operations() if isinstance(found, Ok)]
    seen: Counter[int] = Counter()

    for operation in operations:
        if not operation.path.startswith(NOT_ASKED):
            _knock(operation, seen)

    assert 25 < len(operations)
    assert seen[200] > 50
    assert seen[400] > 50


def _knock(operation: Any, seen: Counter[int]) -> None:
    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def knock(case: Any) -> None:
        response = case.call()
        seen[response.status_code] += 1
        assert response.status_code < 500, (case.method, case.path, response.text)
        if response.status_code >= 400:
            assert ["application/problem+json"] == response.headers["content-type"], (case.method, case.path)

    knock()


def test_everything_is_described(api: schemathesis.BaseSchema) -> None:
    paths = api.raw_schema["paths"]

    assert {"/api/people", "/api/me", "/api/definitions", "/api/identity/explain"} <= set(paths)
    operations = [operation for methods in paths.values() for operation in methods.values()]
    assert all(operation.get("summary") for operation in operations)
