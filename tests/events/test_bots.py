from typing import Any

import pytest

from trenza.events.bots import is_bot

BROWSER = {"library": {"name": "analytics.js"}}
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("context", "flagged"),
    [
        ({**BROWSER, "userAgent": GOOGLE}, True),
        ({**BROWSER, "userAgent": CHROME.replace("Chrome", "HeadlessChrome")}, True),
        ({**BROWSER, "userAgent": CHROME}, False),
        ({**BROWSER, "userAgent": "Mozilla/5.0 (Linux; Android 9; CUBOT X19) Chrome/100"}, False),
        ({"library": {"name": "analytics-python"}, "userAgent": "python-requests/2.32"}, False),
        ({"library": {"name": "analytics-node"}, "userAgent": GOOGLE}, False),
        ({"page": {"path": "/"}, "userAgent": GOOGLE}, True),
        ({"userAgent": GOOGLE}, False),
        ({"userAgent": 5, **BROWSER}, False),
        (None, False),
    ],
)
def test_only_browser_traffic_is_judged(context: Any, *, flagged: bool) -> None:
    assert flagged is is_bot({"context": context})
