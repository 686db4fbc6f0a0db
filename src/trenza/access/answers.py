"""A write is done once: the answer to an `Idempotency-Key` is kept for a day and given again.

The claim is taken before the work and is one atomic statement, so that two requests at the same instant cannot both do
the work.
"""

import hashlib

from trenza.access import store
from trenza.access.model import Answer
from trenza.kernel import Conflict, Instant, Invalid, keyed_hash
from trenza.storage import Database

KEPT = 24 * 60 * 60_000
GIVEN_UP = 60_000
LONGEST_KEY = 255


def claim_answer(database: Database, caller: str, key: str, request: bytes, now: Instant) -> Answer | bytes:
    """The stored answer, or the claim to answer (a handle for `keep_answer` and `drop_answer`).

    Raises:
        Invalid: the key cannot be, or came with another request before.
        Conflict: the first request is still being worked on.
    """
    if not key or len(key) > LONGEST_KEY:
        raise Invalid(f"an Idempotency-Key has 1 to {LONGEST_KEY} characters", "send a UUID")
    handle = keyed_hash(caller.encode(), key)
    asked = keyed_hash(key.encode(), hashlib.sha256(request).hexdigest())  # the key is kept nowhere: nobody can guess
    with database.write() as tx:
        store.drop_old_answers(tx, now - KEPT, now - GIVEN_UP)
        if store.claim_answer(tx, handle, asked, now):
            return handle
        found = store.find_answer(tx, handle)
    if found is None or found.status == 0:
        raise Conflict("the first request with this Idempotency-Key is being worked on", "ask again in a moment")
    if found.request != asked:
        raise Invalid("this Idempotency-Key came with another request before", "use a new key for a new request")
    return found


def keep_answer(database: Database, handle: bytes, status: int, content_type: str, body: bytes) -> None:
    """Keep what was answered."""
    with database.write() as tx:
        store.keep_answer(tx, handle, Answer(request=b"", status=status, content_type=content_type, body=body))


def drop_answer(database: Database, handle: bytes) -> None:
    """Nothing was done: the same request may be tried again."""
    with database.write() as tx:
        store.drop_answer(tx, handle)
