"""Access: who may come in, and what they may do.

Users sign in with e-mail and password and have a role; programs have API keys with scopes; both become a `Caller` with
rights. What is done is written down in the audit. The doors (`api`, `web`, the command line) ask here.
"""

from trenza.access.accounts import (
    LINK_LASTS,
    SESSION_LASTS,
    Opened,
    add_user,
    change_role,
    first_run_link,
    has_users,
    link_is_good,
    list_users,
    remove_user,
    renew_link,
    sign_in,
    sign_out,
    use_link,
)
from trenza.access.answers import claim_answer, drop_answer, keep_answer
from trenza.access.audit import definition_name, read_audit, saved_by, write_down
from trenza.access.callers import caller_of_key, caller_of_session
from trenza.access.erasing import count_answers, count_audit, erase_answers, erase_audit
from trenza.access.errors import TooMany
from trenza.access.keys import add_key, list_keys, revoke_key
from trenza.access.model import SESSION_COOKIE, Answer, ApiKey, AuditEntry, Caller, Right, Role, User, Vault
from trenza.access.passwords import SHORTEST as SHORTEST_PASSWORD
from trenza.access.rights import RIGHTS, ROLES

__all__ = [
    "LINK_LASTS",
    "RIGHTS",
    "ROLES",
    "SESSION_COOKIE",
    "SESSION_LASTS",
    "SHORTEST_PASSWORD",
    "Answer",
    "ApiKey",
    "AuditEntry",
    "Caller",
    "Opened",
    "Right",
    "Role",
    "TooMany",
    "User",
    "Vault",
    "add_key",
    "add_user",
    "caller_of_key",
    "caller_of_session",
    "change_role",
    "claim_answer",
    "count_answers",
    "count_audit",
    "definition_name",
    "drop_answer",
    "erase_answers",
    "erase_audit",
    "first_run_link",
    "has_users",
    "keep_answer",
    "link_is_good",
    "list_keys",
    "list_users",
    "read_audit",
    "remove_user",
    "renew_link",
    "revoke_key",
    "saved_by",
    "sign_in",
    "sign_out",
    "use_link",
    "write_down",
]
