"""What comes in, as it comes: the live page, one event, and events that failed."""

from trenza.web.live.event import EventPageController
from trenza.web.live.failed import FailedPageController
from trenza.web.live.page import LiveController

__all__ = ["EventPageController", "FailedPageController", "LiveController"]
