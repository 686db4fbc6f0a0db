"""API keys: what programs may do. A key's secret is shown once."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter

from trenza.access import RIGHTS, Caller, Vault, add_key, list_keys, revoke_key
from trenza.app import Instance
from trenza.kernel import Invalid
from trenza.web.forms import Form
from trenza.web.render import Here, Sent, View, Viewing
from trenza.web.settings.tabs import settings_page
from trenza.web.settings.users import RIGHT_WORDS

_NAME_WORDS = "Say what the key is for, in 1 to 80 characters."
_SCOPES_WORDS = "Choose at least one: a key without a right opens nothing."


class KeyPageController(Controller):
    """`/settings/keys`."""

    include_in_schema = False

    @get("/settings/keys", opt={"right": "admin"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """Every key, and the form for another."""
        return _page(view, instance, Form())

    @post("/settings/keys", opt={"right": "admin"}, sync_to_thread=True)
    def add(self, view: Viewing, instance: Here, caller: NamedDependency[Caller], form: Sent) -> Response[Any]:
        """Make a key; the answer shows its secret, once."""
        name = form.require("name", view.say(_NAME_WORDS))
        scopes = form.all("scopes")
        if not scopes:
            form.blame("scopes", view.say(_SCOPES_WORDS))
        if not form.good:
            return _page(view, instance, form, status=422)
        try:
            key, secret = add_key(_vault(instance), name, scopes, caller.id, instance.clock.now())
        except Invalid:
            form.blame("name", view.say(_NAME_WORDS))
            return _page(view, instance, form, status=422)
        view.request.state.audit = key.id
        return _page(view, instance, Form(), secret=secret)

    @post("/settings/keys/{key:str}/revoke", opt={"right": "admin"}, sync_to_thread=True)
    def revoke(
        self,
        view: Viewing,
        instance: Here,
        caller: NamedDependency[Caller],
        key: Annotated[str, PathParameter(max_length=80)],
    ) -> Response[Any]:
        """It opens nothing from now on."""
        revoke_key(_vault(instance), key, caller.id, instance.clock.now())
        view.request.state.audit = key
        return view.redirect("/settings/keys", said="removed")


def _page(view: View, instance: Instance, form: Form, *, secret: str = "", status: int = 200) -> Response[str]:
    values = {
        "keys": list_keys(_vault(instance)),
        "form": form,
        "secret": secret,
        "scopes": [(right, view.say(RIGHT_WORDS[right])) for right in RIGHTS],
        "base_url": instance.settings.base_url,
    }
    return settings_page(view, "keys.html", values, status)


def _vault(instance: Instance) -> Vault:
    return Vault(instance.database, instance.secret)
