"""Whether browser traffic comes from a robot. It is flagged and never dropped.

Servers' user agents look like robots (`python-requests`, `axios`), so only what a browser's client sent is judged, by
the user agent that it put into the message.
"""

import re
from functools import lru_cache

from trenza.kernel import JsonObject

_BROWSER_LIBRARIES = ("analytics.js", "analytics-next", "RudderLabs JavaScript SDK", "jitsu-js", "@jitsu/js", "pixel")
_BROWSER_CHANNELS = frozenset({"web", "browser", "client"})
_ROBOT = re.compile(
    r"(?<!cu)bot(?:\b|_)|crawl|spider|slurp|headless|lighthouse|phantomjs|pingdom|uptime|monitoring|"
    r"facebookexternalhit|preview|prerender|python-|curl/|wget/|go-http-client|java/|scrapy|selenium|puppeteer",
    re.IGNORECASE,
)


def is_bot(message: JsonObject) -> bool:
    """The message was sent by a browser's client under a robot's user agent."""
    context: JsonObject = message.get("context") or {}
    agent = context.get("userAgent")
    if type(agent) is not str or not agent:
        return False
    return _is_browser(message, context) and _is_robot(agent[:1000])


@lru_cache(maxsize=4096)
def _is_robot(agent: str) -> bool:
    """Remembered: many visitors share few user agents, and a search through one takes longer than all the rest."""
    return _ROBOT.search(agent) is not None


def _is_browser(message: JsonObject, context: JsonObject) -> bool:
    library = context.get("library")
    name = library.get("name") if type(library) is dict else None
    if type(name) is str:
        return name.startswith(_BROWSER_LIBRARIES)
    return message.get("channel") in _BROWSER_CHANNELS or type(context.get("page")) is dict
