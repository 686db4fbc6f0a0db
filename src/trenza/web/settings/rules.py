"""Rules: caps, quiet hours, texts of messages and tracking plans in force, each opening to its document."""

from litestar import Controller, Response, get

from trenza.definitions import Live, list_live
from trenza.web.documents.words import ABOUT_WORDS, KIND_WORDS
from trenza.web.render import Here, Viewing
from trenza.web.settings.tabs import settings_page

_KINDS = ("Cap", "QuietHours", "TrackingPlan", "Template")


class RulePageController(Controller):
    """`/settings/rules`."""

    include_in_schema = False

    @get("/settings/rules", opt={"right": "read"}, sync_to_thread=True)
    def list(self, view: Viewing, instance: Here) -> Response[str]:
        """What is in force, by kind."""
        with instance.database.read() as tx:
            groups: list[tuple[str, str, str, list[Live]]] = [
                (kind, view.say(KIND_WORDS[kind]), view.say(ABOUT_WORDS[kind]), list_live(tx, kind)) for kind in _KINDS
            ]
        return settings_page(view, "rules.html", {"groups": groups})
