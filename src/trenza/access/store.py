"""The tables of the room: users, sessions, links, API keys, attempts, audit, stored answers."""

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text, and_, delete, func, or_, select
from sqlalchemy import insert as insert_into
from sqlalchemy import update as update_in
from sqlalchemy.dialects import postgresql, sqlite

from trenza.access.model import Answer, ApiKey, AuditEntry, Right, User
from trenza.access.rights import read_role, read_scopes
from trenza.kernel import Instant, decode_json, encode_json
from trenza.storage import Transaction, among, bulk_upsert, comes_before, metadata

users = Table(
    "access_user",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
sessions = Table(
    "access_session",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("user", Text, nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False, index=True),
)
links = Table(
    "access_link",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("user", Text, nullable=False, index=True),  # empty: the first user, who makes the account
    Column("expires_at", BigInteger, nullable=False),
)
keys = Table(
    "access_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("scopes", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)
attempts = Table(
    "access_attempt",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("since", BigInteger, nullable=False, index=True),
    Column("count", Integer, nullable=False),
)
audit = Table(
    "access_audit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Index("ix_access_audit_at", "at", "id"),
    Index("ix_access_audit_object", "object", "at", "id"),
)
answers = Table(
    "access_answer",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("request", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("status", Integer, nullable=False),  # 0: still being worked on
    Column("content_type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)


def has_users(tx: Transaction) -> bool:
    """Whether anybody can sign in yet: a user with a password."""
    return tx.scalar(select(users.c.id).where(users.c.password != "").limit(1)) is not None


def add_user(tx: Transaction, user: User, password: str) -> None:
    """Put a new user in; `password` is a hash, or empty."""
    values = {"id": user.id, "email": user.email, "role": user.role, "created_at": user.created_at}
    tx.execute(insert_into(users).values(password=password, **values))


def list_users(tx: Transaction) -> list[User]:
    """Everybody who may sign in, oldest first."""
    rows = tx.execute(select(users).order_by(users.c.created_at, users.c.id))
    return [_user(*row) for row in rows]


def find_user(tx: Transaction, email: str) -> tuple[User, str] | None:
    """A user by e-mail, with the hash of the password."""
    row = tx.execute(select(users).where(users.c.email == email)).one_or_none()
    return None if row is None else (_user(*row), row.password)


def user_of(tx: Transaction, user: str) -> User | None:
    """A user by id."""
    row = tx.execute(select(users).where(users.c.id == user)).one_or_none()
    return None if row is None else _user(*row)


def set_password(tx: Transaction, user: str, password: str) -> None:
    """Give a user a new password's hash; every session of theirs ends."""
    tx.execute(update_in(users).where(users.c.id == user).values(password=password))
    tx.execute(delete(sessions).where(sessions.c.user == user))


def set_role(tx: Transaction, user: str, role: str) -> None:
    """Give a user another role."""
    tx.execute(update_in(users).where(users.c.id == user).values(role=role))


def remove_user(tx: Transaction, user: str) -> None:
    """Take a user away, with sessions and links."""
    for table, column in ((sessions, sessions.c.user), (links, links.c.user), (users, users.c.id)):
        tx.execute(delete(table).where(column == user))


def count_admins(tx: Transaction) -> int:
    """How many admins there are."""
    return tx.scalar(select(func.count()).where(users.c.role == "admin")) or 0


def add_session(tx: Transaction, hash_: bytes, user: str, expires_at: Instant, now: Instant) -> None:
    """Open a session; those that ran out go."""
    tx.execute(delete(sessions).where(sessions.c.expires_at <= now))
    tx.execute(insert_into(sessions).values(hash=hash_, user=user, expires_at=expires_at))


def session_user(tx: Transaction, hash_: bytes, now: Instant) -> User | None:
    """Whose session it is; None where there is none, or it ran out."""
    row = tx.execute(
        select(users)
        .join(sessions, sessions.c.user == users.c.id)
        .where(sessions.c.hash == hash_, sessions.c.expires_at > now)
    ).one_or_none()
    return None if row is None else _user(*row)


def end_session(tx: Transaction, hash_: bytes) -> None:
    """Close a session."""
    tx.execute(delete(sessions).where(sessions.c.hash == hash_))


def add_link(tx: Transaction, hash_: bytes, user: str, expires_at: Instant) -> None:
    """A link of one use; an earlier one of the same user is void."""
    tx.execute(delete(links).where(links.c.user == user))
    tx.execute(insert_into(links).values(hash=hash_, user=user, expires_at=expires_at))


def link_user(tx: Transaction, hash_: bytes, now: Instant) -> str | None:
    """For whom a link is (empty: the first user); None where it is unknown, used or too old."""
    return tx.scalar(select(links.c.user).where(links.c.hash == hash_, links.c.expires_at > now))


def use_link(tx: Transaction, hash_: bytes) -> bool:
    """Take a link; false where somebody was faster."""
    return tx.execute(delete(links).where(links.c.hash == hash_)).rowcount == 1


def add_key(tx: Transaction, key: ApiKey, hash_: bytes) -> None:
    """Put a new API key in."""
    values = {"id": key.id, "name": key.name, "scopes": encode_json(key.scopes), "created_at": key.created_at}
    tx.execute(insert_into(keys).values(hash=hash_, **values))


def find_key(tx: Transaction, hash_: bytes) -> ApiKey | None:
    """A living API key by the hash of its secret."""
    row = tx.execute(select(keys).where(keys.c.hash == hash_, keys.c.revoked_at.is_(None))).one_or_none()
    return None if row is None else _key(*row)


def list_keys(tx: Transaction) -> list[ApiKey]:
    """Every API key, oldest first."""
    return [_key(*row) for row in tx.execute(select(keys).order_by(keys.c.created_at, keys.c.id))]


def revoke_key(tx: Transaction, key: str, now: Instant) -> bool:
    """Make a key worthless; false where there is no such living key."""
    found = update_in(keys).where(keys.c.id == key, keys.c.revoked_at.is_(None))
    return tx.execute(found.values(revoked_at=now)).rowcount == 1


def count_attempts(tx: Transaction, key: bytes, since: Instant) -> tuple[int, Instant]:
    """Failed attempts in the window that is open since after `since`, and when it was opened."""
    row = tx.execute(select(attempts.c.since, attempts.c.count).where(attempts.c.key == key)).one_or_none()
    return (row[1], row[0]) if row is not None and row[0] > since else (0, since)


def add_attempt(tx: Transaction, key: bytes, window: Instant, now: Instant) -> None:
    """Count one more failed attempt; windows that have ended go."""
    tx.execute(delete(attempts).where(attempts.c.since <= now - window))
    count, since = count_attempts(tx, key, now - window)
    bulk_upsert(tx, attempts, ["key", "since", "count"], [(key, since if count else now, count + 1)])


def forget_attempts(tx: Transaction, key: bytes) -> None:
    """The right password was given."""
    tx.execute(delete(attempts).where(attempts.c.key == key))


def add_audit(tx: Transaction, entry: AuditEntry) -> None:
    """Write down what was done."""
    values = {"id": entry.id, "at": entry.at, "who": entry.who, "action": entry.action, "object": entry.object}
    tx.execute(insert_into(audit).values(**values))


def list_audit(tx: Transaction, before: tuple[Instant, str] | None, limit: int) -> list[AuditEntry]:
    """What was done, last first, before a place `(at, id)`."""
    query = select(audit).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(comes_before(audit.c.at, audit.c.id, before))
    return [
        AuditEntry(id=row.id, at=row.at, who=row.who, action=row.action, object=row.object) for row in tx.execute(query)
    ]


def last_audit(tx: Transaction, of: str, until: Instant) -> AuditEntry | None:
    """The last thing done to an object up to an instant."""
    query = select(audit).where(audit.c.object == of, audit.c.at <= until)
    row = tx.execute(query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    return AuditEntry(id=row.id, at=row.at, who=row.who, action=row.action, object=row.object)


def claim_answer(tx: Transaction, key: bytes, request: bytes, now: Instant) -> bool:
    """Be the one who answers a request; false where it was answered or is being answered."""
    values = {"key": key, "request": request, "at": now, "status": 0, "content_type": "", "body": b""}
    insert = sqlite.insert(answers) if tx.dialect.name == "sqlite" else postgresql.insert(answers)
    claim = insert.values(**values).on_conflict_do_nothing().returning(answers.c.key)
    return tx.scalar(claim) is not None


def find_answer(tx: Transaction, key: bytes) -> Answer | None:
    """The stored answer; its status is 0 while somebody works on it."""
    row = tx.execute(select(answers).where(answers.c.key == key)).one_or_none()
    if row is None:
        return None
    return Answer(request=row.request, status=row.status, content_type=row.content_type, body=row.body)


def keep_answer(tx: Transaction, key: bytes, answer: Answer) -> None:
    """Store what was answered."""
    given = {"status": answer.status, "content_type": answer.content_type, "body": answer.body}
    tx.execute(update_in(answers).where(answers.c.key == key).values(**given))


def drop_answer(tx: Transaction, key: bytes) -> None:
    """Nothing was done: the same request may be tried again."""
    tx.execute(delete(answers).where(answers.c.key == key))


def scan_answers(tx: Transaction) -> list[tuple[bytes, Instant, bytes]]:
    """Every stored answer, of a day at most: (key, at, body)."""
    return [(row.key, row.at, row.body) for row in tx.execute(select(answers.c.key, answers.c.at, answers.c.body))]


def drop_answers(tx: Transaction, keys: Collection[bytes]) -> None:
    """Take answers away."""
    tx.execute(delete(answers).where(answers.c.key.in_(keys)))


def clear_audit(tx: Transaction, ids: Collection[str]) -> None:
    """Take out of lines what was done to; that it was done, by whom and when, stays."""
    tx.execute(update_in(audit).where(among(audit.c.id, ids)).values(object=""))


def drop_old_answers(tx: Transaction, before: Instant, unfinished_before: Instant) -> None:
    """Forget answers that nobody will ask for again, and claims whose worker died."""
    died = and_(answers.c.status == 0, answers.c.at < unfinished_before)
    tx.execute(delete(answers).where(or_(answers.c.at < before, died)))


def _user(id_: str, email: str, role: str, password: str, created_at: Instant) -> User:
    return User(id=id_, email=email, role=read_role(role), created_at=created_at, has_password=bool(password))


def _key(id_: str, _hash: bytes, name: str, scopes: bytes, created_at: Instant, revoked_at: Instant | None) -> ApiKey:
    names: Sequence[Right] = decode_json(scopes)
    return ApiKey(id=id_, name=name, scopes=read_scopes(names), created_at=created_at, revoked_at=revoked_at)
