"""Runs the own test suite of segment-analytics-python against an address: `python segment_suite.py URL`.

The suite talks to Segment's own host; an adapter on the client's session carries every such request to the address.
"""

import sys
import unittest
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from segment.analytics import request, test  # type: ignore[import-untyped]  # it bears none

_TIMING = "test_should_timeout"
"""Wants the network to be slower than a tenth of a millisecond."""


class Carried(HTTPAdapter):
    """Carries requests to another host."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._host = urlsplit(url).netloc

    def send(self, request: PreparedRequest, *arguments: Any, **options: Any) -> Response:
        parts = urlsplit(request.url or "")
        request.url = str(urlunsplit(("http", self._host, parts.path, parts.query, "")))
        return super().send(request, *arguments, **options)


def chosen(suite: unittest.TestSuite) -> unittest.TestSuite:
    """Every test but the one that depends on timing."""
    found = unittest.TestSuite()
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            found.addTest(chosen(each))
        elif _TIMING not in each.id():
            found.addTest(each)
    return found


if __name__ == "__main__":
    request._session.mount("https://api.segment.io", Carried(sys.argv[1]))  # noqa: SLF001 — the suite has no other door
    names = [f"{test.__name__}.{module.name}" for module in iter_modules(test.__path__)]
    suite = chosen(unittest.defaultTestLoader.loadTestsFromNames(names))
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    print(f"ran {result.testsRun}", file=sys.stderr)  # noqa: T201 — a script says what it did
    sys.exit(not result.wasSuccessful())
