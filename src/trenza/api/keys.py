"""`/api/users`, `/api/keys`, `/api/audit`, `/api/me`: who may come in, and what was done."""

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, delete, get, post
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from trenza.access import (
    ApiKey,
    AuditEntry,
    User,
    Vault,
    add_key,
    add_user,
    list_keys,
    list_users,
    read_audit,
    remove_user,
    renew_link,
    revoke_key,
)
from trenza.api.given import Calling, Here
from trenza.api.paging import Cursor, Limit, Page, page_of, unseal
from trenza.app import Instance

AnyRequest = Request[Any, Any, Any]
SECRET = {"secret_answer": True}
"""An answer that must not be kept, not even for its `Idempotency-Key`."""
Email = Annotated[str, Meta(max_length=320, description="An e-mail address.")]


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who is calling."""

    id: str
    name: str
    role: str | None
    rights: list[str]
    csrf: str


class NewUser(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to invite."""

    email: Email
    role: Annotated[str, Meta(max_length=40, description="admin, marketer, analyst or agent.")]


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation: hand the link over; it works once."""

    user: User
    link: str


class UserEmail(msgspec.Struct, frozen=True, kw_only=True):
    """Which user."""

    email: Email


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key to make."""

    name: Annotated[str, Meta(max_length=200, description="What the key is for.")]
    scopes: Annotated[list[str], Meta(max_length=20)]


class MadeKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key just made: `secret` is shown once."""

    key: ApiKey
    secret: str


class MeController(Controller):
    """Who is calling."""

    path = "/api/me"
    tags = ("access",)

    @get("/", opt={"right": "any"}, summary="Who am I, and what may I do?", sync_to_thread=False)
    def me(self, caller: Calling) -> Me:
        """Whoever can come in may ask."""
        return Me(id=caller.id, name=caller.name, role=caller.role, rights=sorted(caller.rights), csrf=caller.csrf)


class UserController(Controller):
    """Users."""

    path = "/api/users"
    tags = ("access",)

    @get("/", summary="Everybody who may sign in", sync_to_thread=True)
    def list(self, instance: Here) -> Page[User]:
        """Oldest first."""
        return Page(items=list_users(vault_of(instance)))

    @post("/", summary="Invite somebody", opt=SECRET, sync_to_thread=True)
    def add(
        self,
        instance: Here,
        caller: Calling,
        request: AnyRequest,
        data: JSONBody[NewUser],
    ) -> Invited:
        """Answers a link of one use that sets the password."""
        user, token = add_user(vault_of(instance), data.email, data.role, caller.id, instance.clock.now())
        request.state.audit = user.id
        return Invited(user=user, link=f"{instance.settings.base_url}/start/{token}")

    @post("/link", summary="A new link for somebody who forgot the password", opt=SECRET, sync_to_thread=True)
    def renew(self, instance: Here, caller: Calling, data: JSONBody[UserEmail]) -> dict[str, str]:
        """The link works once; an earlier one is void."""
        token = renew_link(vault_of(instance), data.email, caller.id, instance.clock.now())
        return {"link": f"{instance.settings.base_url}/start/{token}"}

    @post("/remove", summary="Take an account away", status_code=204, sync_to_thread=True)
    def remove(self, instance: Here, caller: Calling, data: JSONBody[UserEmail]) -> None:
        """The e-mail comes in the body: addresses of pages hold no personal data."""
        remove_user(vault_of(instance), data.email, caller.id, instance.clock.now())


class KeyController(Controller):
    """API keys."""

    path = "/api/keys"
    tags = ("access",)

    @get("/", summary="Every API key", sync_to_thread=True)
    def list(self, instance: Here) -> Page[ApiKey]:
        """Oldest first, the revoked ones too."""
        return Page(items=list_keys(vault_of(instance)))

    @post("/", summary="Make an API key", opt=SECRET, sync_to_thread=True)
    def add(
        self,
        instance: Here,
        caller: Calling,
        request: AnyRequest,
        data: JSONBody[NewKey],
    ) -> MadeKey:
        """The secret is shown once."""
        key, secret = add_key(vault_of(instance), data.name, data.scopes, caller.id, instance.clock.now())
        request.state.audit = key.id
        return MadeKey(key=key, secret=secret)

    @delete("/{key:str}", summary="Revoke an API key", sync_to_thread=True)
    def revoke(
        self,
        instance: Here,
        caller: Calling,
        key: Annotated[str, PathParameter(max_length=80)],
    ) -> None:
        """It opens nothing from now on."""
        revoke_key(vault_of(instance), key, caller.id, instance.clock.now())


class AuditController(Controller):
    """The audit."""

    path = "/api/audit"
    tags = ("access",)

    @get("/", summary="Who did what, last first", sync_to_thread=True)
    def list(self, instance: Here, limit: Limit = 50, cursor: Cursor = None) -> Page[AuditEntry]:
        """Ids only; no personal data."""
        place = unseal(instance.secret, "audit", cursor) if cursor else None
        before = (int(place[0]), str(place[1])) if place else None
        found = read_audit(instance.database, before, limit + 1)
        return page_of(found, limit, instance.secret, "audit", lambda entry: [entry.at, entry.id])


def vault_of(instance: Instance) -> Vault:
    """Where access is kept."""
    return Vault(instance.database, instance.secret)
