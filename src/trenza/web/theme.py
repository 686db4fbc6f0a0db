"""Light or dark: what the reader chose, kept in a cookie; otherwise as the device has it."""

import re
from typing import Any

from litestar import Controller, Response, post
from litestar.datastructures import Cookie
from litestar.response import Redirect

from trenza.web.render import THEME_COOKIE, Sent

_YEAR = 365 * 24 * 3600
_OUR_PATH = re.compile(r"/(?![/\\])[^\x00-\x1f]*")


class ThemeController(Controller):
    """`/theme`."""

    include_in_schema = False

    @post("/theme", opt={"right": "any"})
    async def choose(self, form: Sent) -> Response[Any]:
        """Keep the choice and go back to the page."""
        chosen = form["theme"] if form["theme"] in {"light", "dark"} else ""
        back = form["back"] if _OUR_PATH.fullmatch(form["back"]) else "/"
        kept = Cookie(THEME_COOKIE, value=chosen, max_age=_YEAR if chosen else 0, httponly=True, samesite="lax")
        return Redirect(back, status_code=303, cookies=[kept])
