"""Journeys: the list, one journey with numbers at each step, its runs, tests and versions."""

from trenza.web.journeys.editing import JourneyEditorController
from trenza.web.journeys.listing import JourneyListController
from trenza.web.journeys.removing import RemovalController
from trenza.web.journeys.runs import RunController
from trenza.web.journeys.sheet import SheetController
from trenza.web.journeys.versions import VersionController

CONTROLLERS = (
    JourneyListController,
    JourneyEditorController,
    SheetController,
    RunController,
    VersionController,
    RemovalController,
)

__all__ = ["CONTROLLERS"]
