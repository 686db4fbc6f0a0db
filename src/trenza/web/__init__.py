"""The pages: signing in, and one live page. Handlers for `api.build_app`, which knows nothing of them."""

from trenza.web.pages import Pages, pages
from trenza.web.warming import start_warming

__all__ = ["Pages", "pages", "start_warming"]
