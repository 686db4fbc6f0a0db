"""API keys: for programs. Only a hash is kept."""

from trenza.access import store
from trenza.access.audit import write_down
from trenza.access.model import ApiKey, Vault
from trenza.access.rights import read_scopes
from trenza.kernel import Instant, Invalid, NotFound, keyed_hash, new_secret

PREFIX = "trz_"
_LONGEST_NAME = 80


def add_key(vault: Vault, name: str, scopes: list[str], who: str, now: Instant) -> tuple[ApiKey, str]:
    """Make a key; answers it and its secret, which is not shown again.

    Raises:
        Invalid: the name or a scope cannot be.
    """
    token = PREFIX + new_secret()
    key = ApiKey(id=f"key_{new_secret(9)}", name=_read_name(name), scopes=read_scopes(scopes), created_at=now)
    with vault.database.write() as tx:
        store.add_key(tx, key, _hash(vault, token))
        write_down(tx, who, "key added", key.id, now)
    return key, token


def find_key(vault: Vault, token: str) -> ApiKey | None:
    """The living key of a secret."""
    if not token.startswith(PREFIX):
        return None
    with vault.database.read() as tx:
        return store.find_key(tx, _hash(vault, token))


def list_keys(vault: Vault) -> list[ApiKey]:
    """Every key, the revoked ones too."""
    with vault.database.read() as tx:
        return store.list_keys(tx)


def revoke_key(vault: Vault, key: str, who: str, now: Instant) -> None:
    """Make a key worthless from now on.

    Raises:
        NotFound: there is no such living key.
    """
    with vault.database.write() as tx:
        if "\0" in key or not store.revoke_key(tx, key, now):
            raise NotFound("there is no living key of that id", "see `trenza key list`")
        write_down(tx, who, "key revoked", key, now)


def _read_name(name: str) -> str:
    clean = name.strip()
    if not clean or len(clean) > _LONGEST_NAME or not clean.isprintable():
        raise Invalid(f"a key's name has 1 to {_LONGEST_NAME} printable characters", "say what the key is for")
    return clean


def _hash(vault: Vault, token: str) -> bytes:
    return keyed_hash(vault.secret, f"key:{token.encode('utf-8', 'replace').decode()}")
