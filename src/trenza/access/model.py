"""The words of the room: user, session, API key, link, audit.

Secrets (session cookies, API keys, links) are shown once and kept as hashes only.
"""

from typing import Literal

import msgspec

from trenza.kernel import Instant
from trenza.storage import Database

SESSION_COOKIE = "trenza_session"
Role = Literal["admin", "marketer", "analyst", "agent"]
Right = Literal["read", "people", "write", "work", "collect", "erase", "admin"]


class Vault(msgspec.Struct, frozen=True):
    """Where accounts and keys are kept, and the instance's secret that their hashes are made with."""

    database: Database
    secret: bytes


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign in."""

    id: str
    email: str
    role: Role
    created_at: Instant
    has_password: bool
    """False until the link of the invitation was used."""


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key for a program; the secret itself is not kept."""

    id: str
    name: str
    scopes: tuple[Right, ...]
    created_at: Instant
    revoked_at: Instant | None = None


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands at the door."""

    id: str
    """`user:usr_…` or `key:key_…`: what the audit names."""
    name: str
    """What a page may call them: an e-mail, or the key's name."""
    rights: frozenset[Right]
    role: Role | None = None
    csrf: str = ""
    """What a write by cookie must repeat; empty for API keys, which browsers never send by themselves."""


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, when. Ids only."""

    id: str
    at: Instant
    who: str
    action: str
    object: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a write with an `Idempotency-Key` was answered, kept for a day."""

    request: bytes
    """Hash of what was asked: the same key with another request is a mistake."""
    status: int
    content_type: str
    body: bytes
