"""Accounts: how somebody comes to have one, signs in and out.

Nobody's password passes the command line or another person's hands: an account begins with a link of one use, and the
first account of an instance with the link that `serve` prints while there is no user.
"""

import msgspec

from trenza.access import store
from trenza.access.audit import write_down
from trenza.access.errors import TooMany
from trenza.access.model import Role, User, Vault
from trenza.access.passwords import hash_password, password_fits
from trenza.access.rights import read_role
from trenza.kernel import Conflict, Instant, Invalid, NotFound, Unauthorised, keyed_hash, new_secret
from trenza.storage import Transaction

_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
SESSION_LASTS = 14 * _DAY
LINK_LASTS = 7 * _DAY
ATTEMPTS_WINDOW = 15 * _MINUTE
ATTEMPTS_FROM_ONE_PLACE = 30
ATTEMPTS_FOR_ONE_ACCOUNT = 5


class Opened(msgspec.Struct, frozen=True):
    """A session just opened: `cookie` is the secret, shown once."""

    user: User
    cookie: str


def first_run_link(vault: Vault, base_url: str, now: Instant) -> str | None:
    """The address at which the first user makes the account; None once there is one. Voids earlier ones."""
    with vault.database.write() as tx:
        if store.has_users(tx):
            return None
        return f"{base_url}/start/{_new_link(tx, vault, '', now)}"


def add_user(vault: Vault, email: str, role: str, who: str, now: Instant) -> tuple[User, str]:
    """Invite somebody; answers the user and the token of the link `/start/{token}` that sets the password.

    Raises:
        Invalid: the e-mail or the role cannot be.
        Conflict: the e-mail has an account.
    """
    chosen = read_role(role)
    address = read_email(email)
    with vault.database.write() as tx:
        user = _insert(tx, address, chosen, "", now)
        write_down(tx, who, "user added", user.id, now)
        return user, _new_link(tx, vault, user.id, now)


def renew_link(vault: Vault, email: str, who: str, now: Instant) -> str:
    """A new token for somebody who forgot the password.

    Raises:
        NotFound: nobody has that e-mail.
    """
    with vault.database.write() as tx:
        user = _by_email(tx, email)
        write_down(tx, who, "link renewed", user.id, now)
        return _new_link(tx, vault, user.id, now)


def change_role(vault: Vault, email: str, role: str, who: str, now: Instant) -> User:
    """Give somebody another role; it counts from their next request. Answers the user as they were.

    Raises:
        Invalid: there is no such role.
        NotFound: nobody has that e-mail.
        Conflict: it is the last admin.
    """
    chosen = read_role(role)
    with vault.database.write() as tx:
        user = _by_email(tx, email)
        if user.role == "admin" != chosen and store.count_admins(tx) == 1:
            raise Conflict("this is the last admin", "make another user an admin first")
        store.set_role(tx, user.id, chosen)
        write_down(tx, who, "role changed", user.id, now)
    return user


def remove_user(vault: Vault, email: str, who: str, now: Instant) -> None:
    """Take an account away, with its sessions.

    Raises:
        NotFound: nobody has that e-mail.
        Conflict: it is the last admin.
    """
    with vault.database.write() as tx:
        user = _by_email(tx, email)
        if user.role == "admin" and store.count_admins(tx) == 1:
            raise Conflict("this is the last admin", "make another user an admin first")
        store.remove_user(tx, user.id)
        write_down(tx, who, "user removed", user.id, now)


def has_users(vault: Vault) -> bool:
    """Whether anybody can sign in."""
    with vault.database.read() as tx:
        return store.has_users(tx)


def list_users(vault: Vault) -> list[User]:
    """Everybody who may sign in."""
    with vault.database.read() as tx:
        return store.list_users(tx)


def link_is_good(vault: Vault, token: str, now: Instant) -> str | None:
    """The e-mail that a link is for, empty for the first user; None where the link is unknown, used or too old."""
    with vault.database.read() as tx:
        user = store.link_user(tx, _hash(vault, token), now)
        if not user:
            return user
        known = store.user_of(tx, user)
    return known.email if known else None


def use_link(vault: Vault, token: str, email: str, password: str, now: Instant) -> Opened:
    """Set the password that a link allows, and sign in. The first user gives the e-mail and becomes an admin.

    Raises:
        NotFound: the link is unknown, used or too old.
        Invalid: e-mail or password cannot be; the link stays good.
    """
    hash_ = _hash(vault, token)
    if link_is_good(vault, token, now) is None:
        raise _no_link()
    password_hash = hash_password(password)
    with vault.database.write() as tx:
        user_id = store.link_user(tx, hash_, now)
        if user_id is None or not store.use_link(tx, hash_):
            raise _no_link()
        user = _first_user(tx, email, now) if user_id == "" else store.user_of(tx, user_id)
        if user is None:
            raise _no_link()
        store.set_password(tx, user.id, password_hash)
        write_down(tx, f"user:{user.id}", "password set", user.id, now)
        return _open(tx, vault, user, now)


def sign_in(vault: Vault, email: str, password: str, place: str, now: Instant) -> Opened:
    """Open a session.

    `place` is the address of the client, to slow down those who guess.

    Raises:
        Unauthorised: e-mail or password is wrong; which one is not said.
        TooMany: guessed too often.
    """
    address = _harmless(email)
    account = keyed_hash(vault.secret, f"attempt:account:{place}:{address}")
    door = keyed_hash(vault.secret, f"attempt:place:{place}")
    with vault.database.read() as tx:
        _refuse_guessers(tx, [(account, ATTEMPTS_FOR_ONE_ACCOUNT), (door, ATTEMPTS_FROM_ONE_PLACE)], now)
        found = store.find_user(tx, address)
    fits = password_fits(found[1] if found else "", password)
    with vault.database.write() as tx:
        if found is not None and fits:
            store.forget_attempts(tx, account)
            write_down(tx, f"user:{found[0].id}", "signed in", found[0].id, now)
            return _open(tx, vault, found[0], now)
        store.add_attempt(tx, account, ATTEMPTS_WINDOW, now)
        store.add_attempt(tx, door, ATTEMPTS_WINDOW, now)
        write_down(tx, "nobody", "sign-in refused", found[0].id if found else "", now)
    raise Unauthorised("e-mail or password is wrong", "try again, or ask an admin for a new link")


def sign_out(vault: Vault, cookie: str, who: str, now: Instant) -> None:
    """Close a session."""
    with vault.database.write() as tx:
        store.end_session(tx, _hash(vault, cookie))
        write_down(tx, who, "signed out", who, now)


def session_user(vault: Vault, cookie: str, now: Instant) -> User | None:
    """Whose session a cookie opens."""
    with vault.database.read() as tx:
        return store.session_user(tx, _hash(vault, cookie), now)


def read_email(text: str) -> str:
    """An e-mail as accounts keep it.

    Raises:
        Invalid: it is none.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 — a start need not wait for it

    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.casefold()
    except EmailNotValidError as error:
        raise Invalid("this is no e-mail address", "write it as name@example.com") from error


def _first_user(tx: Transaction, email: str, now: Instant) -> User:
    if store.has_users(tx):
        raise _no_link()
    address = read_email(email)
    invited = store.find_user(tx, address)
    if invited is not None:  # invited by the command line before anybody had signed in
        store.set_role(tx, invited[0].id, "admin")
        return invited[0]
    return _insert(tx, address, "admin", "", now)


def _insert(tx: Transaction, email: str, role: Role, password: str, now: Instant) -> User:
    if store.find_user(tx, email) is not None:
        raise Conflict("this e-mail has an account already", "give it a new link with `trenza user link`")
    user = User(id=f"usr_{new_secret(9)}", email=email, role=role, created_at=now, has_password=bool(password))
    store.add_user(tx, user, password)
    return user


def _by_email(tx: Transaction, email: str) -> User:
    found = store.find_user(tx, read_email(email))
    if found is None:
        raise NotFound("nobody has this e-mail", "see `trenza user list`")
    return found[0]


def _new_link(tx: Transaction, vault: Vault, user: str, now: Instant) -> str:
    token = new_secret()
    store.add_link(tx, _hash(vault, token), user, now + LINK_LASTS)
    return token


def _open(tx: Transaction, vault: Vault, user: User, now: Instant) -> Opened:
    cookie = new_secret(32)
    store.add_session(tx, _hash(vault, cookie), user.id, now + SESSION_LASTS, now)
    return Opened(user, cookie)


def _refuse_guessers(tx: Transaction, limits: list[tuple[bytes, int]], now: Instant) -> None:
    for key, most in limits:
        count, since = store.count_attempts(tx, key, now - ATTEMPTS_WINDOW)
        if count >= most:
            raise TooMany("the password was guessed too often", (since + ATTEMPTS_WINDOW - now + 999) // 1000)


def _harmless(email: str) -> str:
    """What was typed as an e-mail, as a text that any database takes."""
    return email.strip().casefold()[:320].replace("\0", "?").encode("utf-8", "replace").decode()


def _hash(vault: Vault, token: str) -> bytes:
    return keyed_hash(vault.secret, f"access:{token.encode('utf-8', 'replace').decode()}")


def _no_link() -> NotFound:
    return NotFound("this link was used already, or is too old", "ask for a new one: `trenza user link EMAIL`")
