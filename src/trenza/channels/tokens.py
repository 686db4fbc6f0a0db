"""Tokens in links: an id and its proof. They say nothing of anybody and cannot be guessed or carried over.

`u` unsubscribe and `p` open carry a message's id, `r` a tracked link's id; the letter is part of what is proved.
"""

import hashlib
import hmac
import re
from typing import Literal

Use = Literal["u", "p", "r"]
_PROOF_LETTERS = 24
_TOKEN = re.compile(rf"([0-9a-z]{{1,64}})\.([0-9a-f]{{{_PROOF_LETTERS}}})")


def make_token(secret: bytes, use: Use, id_: str) -> str:
    """A token for one use of one id (small letters and digits)."""
    return f"{id_}.{_proof(secret, use, id_)}"


def read_token(secret: bytes, use: Use, token: str) -> str | None:
    """The id of a token; None where it is none of ours for this use."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    id_, proof = found.groups()
    return id_ if hmac.compare_digest(proof, _proof(secret, use, id_)) else None


def _proof(secret: bytes, use: Use, id_: str) -> str:
    return hmac.new(secret, f"trenza link {use}:{id_}".encode(), hashlib.sha256).hexdigest()[:_PROOF_LETTERS]
