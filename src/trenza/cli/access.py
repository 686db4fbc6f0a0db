"""`trenza user` and `trenza key`: who may sign in, and the keys of programs.

Nobody's password passes the command line: an account begins with a link that works once.
"""

from typing import Annotated

import typer

from trenza.access import ApiKey, User, add_key, add_user, list_keys, list_users, remove_user, renew_link, revoke_key
from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, opened, print_all, print_json, print_text
from trenza.kernel import JsonObject, format_instant

user_app = typer.Typer(name="user", help="Who may sign in, and as what.", no_args_is_help=True)
key_app = typer.Typer(name="key", help="API keys: for programs.", no_args_is_help=True)
_WHO = "cli"
Email = Annotated[str, typer.Argument(show_default=False, help="An e-mail address.")]


@user_app.command("add")
def user_add(
    email: Email,
    role: Annotated[str, typer.Option(help="admin, marketer, analyst or agent.")] = "marketer",
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Invite somebody; prints the link, good once and for seven days, that sets the password.

    Example: trenza user add eva@example.com --role analyst
    """
    with opened(data, database, log, lake) as instance:
        user, token = add_user(instance.vault, email, role, _WHO, instance.clock.now())
        link = f"{instance.settings.base_url}/start/{token}"
    if as_json:
        print_json({**_shown_user(user), "link": link})
    else:
        print_text(link)


@user_app.command("link")
def user_link(
    email: Email,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print a new link for somebody who forgot the password; an earlier one is void.

    Example: trenza user link eva@example.com
    """
    with opened(data, database, log, lake) as instance:
        token = renew_link(instance.vault, email, _WHO, instance.clock.now())
        link = f"{instance.settings.base_url}/start/{token}"
    if as_json:
        print_json({"link": link})
    else:
        print_text(link)


@user_app.command("remove")
def user_remove(
    email: Email, data: Data = None, database: DatabaseUrl = None, log: LogUrl = None, lake: LakePath = None
) -> None:
    """Take an account away, with its open sessions.

    Example: trenza user remove eva@example.com
    """
    with opened(data, database, log, lake) as instance:
        remove_user(instance.vault, email, _WHO, instance.clock.now())


@user_app.command("list")
def user_list(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print everybody who may sign in.

    Example: trenza user list --json
    """
    with opened(data, database, log, lake) as instance:
        users = list_users(instance.vault)
    print_all(users, _shown_user, _user_line, as_json=as_json)


@key_app.command("add")
def key_add(
    name: Annotated[str, typer.Argument(show_default=False, help="What the key is for.")],
    scope: Annotated[
        list[str],
        typer.Option(show_default=False, help="read, people, write, work, collect, erase, admin; repeatable."),
    ],
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Make an API key and print its secret, which is not kept and not shown again.

    Example: trenza key add till --scope collect --scope work
    """
    with opened(data, database, log, lake) as instance:
        key, secret = add_key(instance.vault, name, scope, _WHO, instance.clock.now())
    if as_json:
        print_json({**_shown_key(key), "secret": secret})
    else:
        print_text(secret)


@key_app.command("list")
def key_list(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json: Json = False,
) -> None:
    """Print every API key, the revoked ones too.

    Example: trenza key list --json
    """
    with opened(data, database, log, lake) as instance:
        keys = list_keys(instance.vault)
    print_all(keys, _shown_key, _key_line, as_json=as_json)


@key_app.command("revoke")
def key_revoke(
    key: Annotated[str, typer.Argument(show_default=False, help="Its id, as `trenza key list` prints it.")],
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
) -> None:
    """Make a key worthless from now on.

    Example: trenza key revoke key_Zk3p9
    """
    with opened(data, database, log, lake) as instance:
        revoke_key(instance.vault, key, _WHO, instance.clock.now())


def _shown_user(user: User) -> JsonObject:
    return {"id": user.id, "email": user.email, "role": user.role, "invited": not user.has_password}


def _user_line(user: User) -> str:
    return "\t".join([user.email, user.role, *([] if user.has_password else ["invited"])])


def _key_line(key: ApiKey) -> str:
    return "\t".join([key.id, key.name, ",".join(key.scopes), *([] if key.revoked_at is None else ["revoked"])])


def _shown_key(key: ApiKey) -> JsonObject:
    revoked = format_instant(key.revoked_at) if key.revoked_at is not None else None
    made = format_instant(key.created_at)
    return {"id": key.id, "name": key.name, "scopes": list(key.scopes), "created": made, "revoked": revoked}
