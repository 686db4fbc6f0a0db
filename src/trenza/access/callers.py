"""Who stands at the door: a session's cookie or an API key become a `Caller`."""

import hashlib

from trenza.access.accounts import session_user
from trenza.access.keys import find_key
from trenza.access.model import Caller, Vault
from trenza.access.rights import ROLES
from trenza.kernel import Instant, Unauthorised, keyed_hash


def caller_of_key(vault: Vault, token: str) -> Caller:
    """The caller of an API key.

    Raises:
        Unauthorised: the key is unknown or was revoked.
    """
    key = find_key(vault, token)
    if key is None:
        raise Unauthorised("this API key is unknown or was revoked", "make one with `trenza key add NAME --scope read`")
    return Caller(id=f"key:{key.id}", name=key.name, rights=frozenset(key.scopes))


def caller_of_session(vault: Vault, cookie: str, now: Instant) -> Caller | None:
    """The caller of a session's cookie; None where the session has ended."""
    user = session_user(vault, cookie, now)
    if user is None:
        return None
    return Caller(
        id=f"user:{user.id}", name=user.email, rights=ROLES[user.role], role=user.role, csrf=_csrf(vault, cookie)
    )


def _csrf(vault: Vault, cookie: str) -> str:
    """A word that only a page of ours can know; it ends with the session."""
    return keyed_hash(vault.secret, f"csrf:{hashlib.sha256(cookie.encode()).hexdigest()}").hex()
