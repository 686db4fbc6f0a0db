"""A browser of somebody with a role, beside the admin's."""

from tests.support.browser import open_session
from tests.web.conftest import Browser

from trenza.access import Role
from trenza.app import Instance


def sign_in_as(browser: Browser, instance: Instance, role: Role) -> Browser:
    """The same browser, now of somebody with that role."""
    browser.cookies.set("trenza_session", open_session(instance, role))
    return browser


def token_of(page: str) -> str:
    """The token that the forms of a page bear."""
    return page.split('name="csrf" value="')[1].split('"', maxsplit=1)[0]
