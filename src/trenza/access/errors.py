"""Errors of the room.

TrenzaError
└── TooMany  429  tried too often; says how long to wait
"""

from trenza.kernel import TrenzaError


class TooMany(TrenzaError):
    """Tried too often.

    Args:
        why: what was tried.
        retry_after: seconds to wait.
    """

    status = 429
    code = "too_many"
    title = "Too many attempts"

    def __init__(self, why: str, retry_after: int) -> None:
        super().__init__(why, f"try again in {retry_after} seconds")
        self.retry_after = retry_after
