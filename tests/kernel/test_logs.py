"""What stands in a log: what happened and where, and never a word of anybody's."""

import io

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from trenza.kernel import guard_logs
from trenza.kernel.logs import write_without_words
from trenza.storage import Database

ANA = "ana@example.com"


def fail(address: str) -> None:
    try:
        known: dict[str, int] = {}
        known[address]
    except KeyError as missing:
        raise ValueError(f"nobody has {address}") from missing


def written(error: BaseException) -> str:
    output = io.StringIO()
    write_without_words(output, (type(error), error, error.__traceback__))
    return output.getvalue()


def test_an_error_is_told_by_kind_place_and_cause_without_words() -> None:
    with pytest.raises(ValueError, match="nobody") as caught:
        fail(ANA)
    told = written(caught.value)

    assert ANA not in told
    assert ["builtins.ValueError", "caused by builtins.KeyError"] == [
        line for line in told.splitlines() if not line.startswith(" ")
    ]
    assert "tests/kernel/test_logs.py" in told
    assert " fail" in told


def test_errors_that_name_each_other_end() -> None:
    one, other = ValueError("a"), KeyError("b")
    one.__cause__, other.__cause__ = other, one

    assert "builtins.ValueError\ncaused by builtins.KeyError" == written(one)


def test_a_logged_exception_shows_no_local_and_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.reset_defaults()
    guard_logs()
    address = ANA
    try:
        fail(address)
    except ValueError:
        structlog.get_logger().exception("page failed", route="/people")
    structlog.reset_defaults()
    out, err = capsys.readouterr()

    assert "" == out
    assert "page failed" in err
    assert ANA not in err


def test_a_database_error_keeps_what_was_asked_to_itself(database: Database) -> None:
    with pytest.raises(SQLAlchemyError) as caught, database.read() as tx:
        tx.execute(text("SELECT * FROM nowhere WHERE value = :value"), {"value": ANA})

    assert ANA not in str(caught.value)
