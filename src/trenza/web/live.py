"""The one plain page: events, people and decisions as they come.

The rows come by server-sent events from `/api/live`; this file gives the frame and the words.
"""

from litestar import Controller, Response, get
from litestar.di import NamedDependency

from trenza.app import Instance
from trenza.events import browser_snippet, list_sources
from trenza.web.render import Viewing
from trenza.web.texts import Language, translate

WORDS = {
    "live": "Connected",
    "paused": "Paused",
    "lost": "Connection lost",
    "connecting": "Connecting",
    "pause": "Pause",
    "resume": "Go on",
    "copied": "Copied",
    "copy": "Copy",
    "unknown": "nobody yet known",
    "once": "1 event",
    "times": "{n} events",
    "held_back": "{n} waiting",
    "sent": "sent",
    "held": "withheld",
    "failed": "failed",
    "email": "e-mail",
    "sms": "SMS",
    "voice": "call",
    "whatsapp": "WhatsApp",
    "push": "push",
    "web_push": "web push",
    "in_app": "in the app",
    "direct_mail": "post",
    "task": "task",
    "web": "web",
    "app": "app",
    "store": "till",
    "phone": "phone",
}


class LiveController(Controller):
    """`/live`."""

    include_in_schema = False

    @get("/live", opt={"right": "people"}, sync_to_thread=True)
    def show(self, view: Viewing, instance: NamedDependency[Instance]) -> Response[str]:
        """The page; what is shown comes afterwards."""
        with instance.database.read() as tx:
            keys = [source.key for source in list_sources(tx) if source.key]
        values = {
            "words": words(view.language),
            "has_events": instance.log.end() > 0,
            "write_key": keys[0] if keys else "",
            "snippet": browser_snippet(instance.settings.base_url, keys[0]) if keys else "",
            "base_url": instance.settings.base_url,
        }
        return view.page("live.html", values)


def words(language: Language) -> dict[str, str]:
    """What the page's script says, in the reader's language."""
    return {name: translate(language, text) for name, text in WORDS.items()}
