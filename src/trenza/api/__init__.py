"""The HTTP door: collecting, `/api`, health, and the pages that are handed in."""

from trenza.api.front import Front
from trenza.api.server import build_app

__all__ = ["Front", "build_app"]
