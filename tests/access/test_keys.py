import pytest
from sqlalchemy import text

from trenza.access import ROLES, Vault, add_key, caller_of_key, list_keys, revoke_key
from trenza.kernel import Invalid, NotFound, Unauthorised
from trenza.storage import Database


@pytest.fixture
def vault(database: Database) -> Vault:
    return Vault(database, b"secret of a test")


def test_a_key_opens_what_its_scopes_say_until_it_is_revoked(vault: Vault) -> None:
    key, token = add_key(vault, "shop", ["write", "read", "read"], "cli", 1)
    assert ("read", "write") == key.scopes
    assert frozenset({"read", "write"}) == caller_of_key(vault, token).rights

    revoke_key(vault, key.id, "cli", 2)

    with pytest.raises(Unauthorised):
        caller_of_key(vault, token)
    with pytest.raises(NotFound):
        revoke_key(vault, key.id, "cli", 3)
    assert [2] == [each.revoked_at for each in list_keys(vault)]


def test_only_a_hash_of_the_key_is_kept(vault: Vault) -> None:
    _, token = add_key(vault, "shop", ["read"], "cli", 1)

    with vault.database.read() as tx:
        row = tx.execute(text("SELECT * FROM access_key")).one()
    assert token not in repr(row)


@pytest.mark.parametrize("token", ["", "trz_", "trz_x\0", "Bearer", "trz_\ud800"])
def test_a_made_up_key_opens_nothing(vault: Vault, token: str) -> None:
    with pytest.raises(Unauthorised):
        caller_of_key(vault, token)


@pytest.mark.parametrize(("name", "scopes"), [("", ["read"]), ("a\nb", ["read"]), ("x", []), ("x", ["king"])])
def test_a_key_needs_a_name_and_known_scopes(vault: Vault, name: str, scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        add_key(vault, name, scopes, "cli", 1)


def test_every_role_may_something_and_only_the_admin_everything() -> None:
    assert [8 - 1, 4, 2, 2] == [len(rights) for rights in ROLES.values()]
