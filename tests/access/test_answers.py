import pytest

from trenza.access import claim_answer, drop_answer, keep_answer
from trenza.access.model import Answer
from trenza.kernel import Conflict, Invalid
from trenza.storage import Database

DAY = 24 * 60 * 60_000


def test_an_answer_is_given_again_to_the_same_caller_and_request(database: Database) -> None:
    handle = claim_answer(database, "user:a", "k", b"POST /x", 0)
    assert isinstance(handle, bytes)
    with pytest.raises(Conflict):
        claim_answer(database, "user:a", "k", b"POST /x", 1)
    keep_answer(database, handle, 201, "application/json", b"{}")

    again = claim_answer(database, "user:a", "k", b"POST /x", 2)

    assert isinstance(again, Answer)
    assert (201, b"{}") == (again.status, again.body)
    assert isinstance(claim_answer(database, "user:b", "k", b"POST /x", 2), bytes)
    with pytest.raises(Invalid):
        claim_answer(database, "user:a", "k", b"POST /y", 2)
    assert isinstance(claim_answer(database, "user:a", "k", b"POST /y", 2 + DAY), bytes)


def test_a_dropped_or_forgotten_claim_can_be_taken_again(database: Database) -> None:
    handle = claim_answer(database, "a", "k", b"x", 0)
    assert isinstance(handle, bytes)
    drop_answer(database, handle)
    assert isinstance(claim_answer(database, "a", "k", b"x", 1), bytes)

    assert isinstance(claim_answer(database, "a", "k", b"x", 62_000), bytes)


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_length(database: Database, key: str) -> None:
    with pytest.raises(Invalid):
        claim_answer(database, "a", key, b"x", 0)
