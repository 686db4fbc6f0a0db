import pytest
from argon2 import extract_parameters

from trenza.access import (
    LINK_LASTS,
    SESSION_LASTS,
    TooMany,
    Vault,
    add_user,
    caller_of_session,
    first_run_link,
    link_is_good,
    list_users,
    read_audit,
    remove_user,
    renew_link,
    sign_in,
    sign_out,
    use_link,
)
from trenza.access.passwords import _NOBODY, hash_password
from trenza.kernel import Conflict, Invalid, NotFound, Unauthorised
from trenza.storage import Database

PASSWORD = "a sentence is good"


@pytest.fixture
def vault(database: Database) -> Vault:
    return Vault(database, b"secret of a test")


def first_user(vault: Vault) -> str:
    link = first_run_link(vault, "http://here", 0)
    assert link is not None
    return use_link(vault, link.rsplit("/", 1)[1], "Ana@Example.com", PASSWORD, 1).cookie


def test_the_first_link_makes_an_admin_and_works_once(vault: Vault) -> None:
    link = first_run_link(vault, "http://here", 0)
    assert link is not None
    token = link.removeprefix("http://here/start/")
    assert link_is_good(vault, token, 0) == ""

    opened = use_link(vault, token, "Ana@Example.com", PASSWORD, 1)

    assert ("ana@example.com", "admin") == (opened.user.email, opened.user.role)
    assert first_run_link(vault, "http://here", 2) is None
    with pytest.raises(NotFound):
        use_link(vault, token, "eva@example.com", PASSWORD, 2)


def test_a_new_first_link_voids_the_one_before(vault: Vault) -> None:
    old = first_run_link(vault, "", 0)
    first_run_link(vault, "", 0)

    assert old is not None
    assert link_is_good(vault, old.removeprefix("/start/"), 0) is None


def test_a_refused_password_leaves_the_link_good(vault: Vault) -> None:
    link = first_run_link(vault, "", 0)
    assert link is not None
    token = link.removeprefix("/start/")

    with pytest.raises(Invalid):
        use_link(vault, token, "ana@example.com", "short", 1)
    with pytest.raises(Invalid):
        use_link(vault, token, "no address", PASSWORD, 1)

    assert link_is_good(vault, token, 2) == ""


def test_a_session_opens_until_it_runs_out_or_is_closed(vault: Vault) -> None:
    cookie = first_user(vault)

    caller = caller_of_session(vault, cookie, 2)
    assert caller is not None
    assert ("ana@example.com", True) == (caller.name, "admin" in caller.rights)
    assert caller_of_session(vault, cookie, 1 + SESSION_LASTS) is None
    sign_out(vault, cookie, caller.id, 3)
    assert caller_of_session(vault, cookie, 4) is None


@pytest.mark.parametrize("cookie", ["", "x", "\0", "\ud800", "é" * 9999])
def test_a_made_up_cookie_opens_nothing(vault: Vault, cookie: str) -> None:
    assert caller_of_session(vault, cookie, 0) is None


def test_a_password_signs_in_whatever_the_case_of_the_address(vault: Vault) -> None:
    first_user(vault)

    assert "ana@example.com" == sign_in(vault, " ANA@example.com", PASSWORD, "::1", 2).user.email


@pytest.mark.parametrize(
    ("email", "password"),
    [("ana@example.com", "wrong"), ("eva@example.com", PASSWORD), ("", ""), ("a\0", "\0"), ("\ud800", "\ud800" * 300)],
)
def test_a_wrong_sign_in_never_says_what_was_wrong(vault: Vault, email: str, password: str) -> None:
    first_user(vault)

    with pytest.raises(Unauthorised, match="e-mail or password is wrong"):
        sign_in(vault, email, password, "::1", 2)


def test_who_has_no_password_is_refused_at_the_price_of_a_password(vault: Vault) -> None:
    first_user(vault)
    add_user(vault, "eva@example.com", "agent", "user:x", 5)

    with pytest.raises(Unauthorised):
        sign_in(vault, "eva@example.com", "nobody has this password", "::1", 6)
    assert extract_parameters(hash_password(PASSWORD)) == extract_parameters(_NOBODY)


def test_five_wrong_passwords_close_the_door_for_a_while_and_for_that_place_only(vault: Vault) -> None:
    first_user(vault)
    for _ in range(5):
        with pytest.raises(Unauthorised):
            sign_in(vault, "ana@example.com", "wrong", "1.2.3.4", 1000)

    with pytest.raises(TooMany) as refused:
        sign_in(vault, "ana@example.com", PASSWORD, "1.2.3.4", 2000)

    assert 899 == refused.value.retry_after
    assert sign_in(vault, "ana@example.com", PASSWORD, "5.6.7.8", 2000).cookie
    assert sign_in(vault, "ana@example.com", PASSWORD, "1.2.3.4", 1000 + 15 * 60_000).cookie


def test_an_invited_user_sets_the_password_by_link(vault: Vault) -> None:
    first_user(vault)
    user, token = add_user(vault, "eva@example.com", "agent", "user:x", 5)
    assert not user.has_password
    assert "eva@example.com" == link_is_good(vault, token, 6)
    assert link_is_good(vault, token, 5 + LINK_LASTS) is None

    opened = use_link(vault, token, "other@example.com", PASSWORD, 7)

    assert ("eva@example.com", "agent") == (opened.user.email, opened.user.role)


def test_a_new_password_ends_every_session(vault: Vault) -> None:
    cookie = first_user(vault)

    use_link(vault, renew_link(vault, "ana@example.com", "cli", 2), "", "another sentence", 3)

    assert caller_of_session(vault, cookie, 4) is None
    with pytest.raises(Unauthorised):
        sign_in(vault, "ana@example.com", PASSWORD, "::1", 5)


def test_an_account_is_made_once_and_its_role_must_exist(vault: Vault) -> None:
    first_user(vault)

    with pytest.raises(Conflict):
        add_user(vault, "ANA@example.com", "agent", "cli", 2)
    with pytest.raises(Invalid, match="no role 'king'"):
        add_user(vault, "eva@example.com", "king", "cli", 2)


def test_the_last_admin_stays(vault: Vault) -> None:
    first_user(vault)
    with pytest.raises(Conflict):
        remove_user(vault, "ana@example.com", "cli", 2)

    add_user(vault, "eva@example.com", "admin", "cli", 3)
    remove_user(vault, "ana@example.com", "cli", 4)

    assert ["eva@example.com"] == [user.email for user in list_users(vault)]


def test_the_audit_names_ids_and_never_an_address(vault: Vault) -> None:
    first_user(vault)
    with pytest.raises(Unauthorised):
        sign_in(vault, "ana@example.com", "wrong", "::1", 9)

    entries = read_audit(vault.database, None, 10)

    assert ["sign-in refused", "password set"] == [entry.action for entry in entries]
    assert not any("example.com" in f"{entry.who} {entry.object}" for entry in entries)
    assert entries[1:] == read_audit(vault.database, (9, entries[0].id), 10)
