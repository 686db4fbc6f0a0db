"""Identifiers: which types there are, what each is strong enough for, and how many of each are known."""

import re

from litestar import Controller, Response, get

from trenza.identity import IdentifierTypes, count_identifiers
from trenza.web.people.words import IDENTIFIER_WORDS
from trenza.web.render import Here, Viewing
from trenza.web.settings.limits import standing_of
from trenza.web.settings.tabs import settings_page

_HAS_PAGE = re.compile(r"[^\W_][\w.-]{0,63}")
"""Names that a document can have."""
KIND_WORDS = {
    "account": "stands for a person",
    "card": "a card",
    "contact": "an address",
    "device": "a device or browser",
    "token": "a weak sign",
}


class IdentifierPageController(Controller):
    """`/settings/identifiers`."""

    include_in_schema = False

    @get("/settings/identifiers", opt={"right": "admin"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """Every type, the strongest first, and types that only clients know."""
        with instance.database.read() as tx:
            types = instance.types_in(tx)
            counts = count_identifiers(tx)
        described = types.listed()
        others = sorted(set(counts) - {each.name for each in described})
        values = {
            "types": [*described, *(types.get(name) for name in others)],
            "counts": counts,
            "names": {name: view.say(text) for name, text in IDENTIFIER_WORDS.items()},
            "kinds": {kind: view.say(text) for kind, text in KIND_WORDS.items()},
            "per_person": {each.name: each.per_person for each in described},
            "has_page": _HAS_PAGE.fullmatch,
            "changed": {each.name for each in described if each != IdentifierTypes().get(each.name)},
            **standing_of(instance),
            "blocked": [value for value in instance.settings.blocked_values if value],
        }
        return settings_page(view, "identifiers.html", values)
