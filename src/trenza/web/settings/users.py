"""Users: who may sign in, in which role. An invitation is a link of one use, shown once."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from trenza.access import (
    RIGHTS,
    ROLES,
    Caller,
    User,
    Vault,
    add_user,
    change_role,
    list_users,
    remove_user,
    renew_link,
)
from trenza.app import Instance
from trenza.kernel import Conflict, Invalid
from trenza.web.forms import Form
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.settings.tabs import settings_page

ROLE_WORDS = {"admin": "Admin", "marketer": "Marketer", "analyst": "Analyst", "agent": "Agent"}
RIGHT_WORDS = {
    "read": "see segments, journeys, figures and decisions",
    "people": "see people and events",
    "write": "change segments, journeys and messages",
    "work": "take and close tasks",
    "collect": "send events and ask for content",
    "erase": "export and erase people",
    "admin": "users, keys, sources, settings and the audit",
}
_UNREADABLE_WORDS = "This is no e-mail address that could be used."
_TAKEN_WORDS = "Somebody has an account with this address already."
_LAST_WORDS = "This is the last admin: make another one first."


class UserPageController(Controller):
    """`/settings`, `/settings/users`."""

    include_in_schema = False

    @get("/settings", opt={"right": "admin"}, sync_to_thread=False)
    def first(self) -> Redirect:
        """The first part."""
        return Redirect("/settings/users", status_code=303)

    @get("/settings/users", opt={"right": "admin"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """Everybody who may sign in, and the form to invite somebody."""
        return _page(view, instance, _fresh())

    @post("/settings/users", opt={"right": "admin"}, sync_to_thread=True)
    def invite(self, view: Viewing, instance: Here, caller: NamedDependency[Caller], form: Sent) -> Response[Any]:
        """Invite somebody; the answer shows the link, once."""
        invited = _invited(view, instance, caller, form)
        if invited is None:
            return _page(view, instance, form, status=422)
        user, token = invited
        view.request.state.audit = user.id
        return _page(view, instance, _fresh(), link=_link(instance, token), whose=user.email)

    @post("/settings/users/link", opt={"right": "admin"}, sync_to_thread=True)
    def renew(self, view: Viewing, instance: Here, caller: NamedDependency[Caller], form: Sent) -> Response[Any]:
        """A new link for somebody who forgot the password; shown once."""
        token = renew_link(_vault(instance), form["email"], caller.id, instance.clock.now())
        return _page(view, instance, _fresh(), link=_link(instance, token), whose=form["email"])

    @post("/settings/users/role", opt={"right": "admin"}, sync_to_thread=True)
    def change(self, view: Viewing, instance: Here, caller: NamedDependency[Caller], form: Sent) -> Response[Any]:
        """Give somebody another role."""
        try:
            user = change_role(_vault(instance), form["email"], form["role"], caller.id, instance.clock.now())
        except Conflict:
            return _last_admin(view, instance)
        view.request.state.audit = user.id
        return view.redirect("/settings/users", said="saved")

    @post("/settings/users/remove", opt={"right": "admin"}, sync_to_thread=True)
    def remove(self, view: Viewing, instance: Here, caller: NamedDependency[Caller], form: Sent) -> Response[Any]:
        """Take an account away."""
        try:
            remove_user(_vault(instance), form["email"], caller.id, instance.clock.now())
        except Conflict:
            return _last_admin(view, instance)
        return view.redirect("/settings/users", said="removed")


def _invited(view: View, instance: Instance, caller: Caller, form: Form) -> tuple[User, str] | None:
    """The new user and the token of the link; None where the form is blamed instead."""
    try:
        return add_user(_vault(instance), form.text("email"), form["role"], caller.id, instance.clock.now())
    except Conflict:
        form.blame("email", view.say(_TAKEN_WORDS))
    except Invalid:
        form.blame("email", view.say(_UNREADABLE_WORDS))
    return None


def _last_admin(view: View, instance: Instance) -> Response[str]:
    failed = _fresh()
    failed.blame("", view.say(_LAST_WORDS))
    return _page(view, instance, failed, status=409)


def _page(
    view: View, instance: Instance, form: Form, *, link: str = "", whose: str = "", status: int = 200
) -> Response[str]:
    values = {
        "users": list_users(_vault(instance)),
        "form": form,
        "link": link,
        "whose": whose,
        "role_names": {role: view.say(text) for role, text in ROLE_WORDS.items()},
        "roles": [(role, view.say(ROLE_WORDS[role]), _rights_of(view, role)) for role in ROLES],
    }
    return settings_page(view, "users.html", values, status)


def _rights_of(view: View, role: str) -> list[str]:
    return [view.say(RIGHT_WORDS[right]) for right in RIGHTS if right in ROLES[role]]  # type: ignore[index]  # a role of the table


def _fresh() -> Form:
    return Form().with_defaults(role="marketer")


def _link(instance: Instance, token: str) -> str:
    return f"{instance.settings.base_url}/start/{token}"


def _vault(instance: Instance) -> Vault:
    return Vault(instance.database, instance.secret)
