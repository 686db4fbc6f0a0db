"""Long work: what runs, how far it is, what came of it; and the forms that begin an import or an export."""

from trenza.web.jobs.pages import JobPageController
from trenza.web.jobs.starting import ExportController, ImportController

CONTROLLERS = (JobPageController, ImportController, ExportController)
"""Every page of long work."""

__all__ = ["CONTROLLERS"]
