"""Segments: every one, one of them, and the builder."""

from trenza.web.segments.building import SegmentEditorController
from trenza.web.segments.listing import SegmentListController
from trenza.web.segments.showing import SegmentController

CONTROLLERS = (SegmentListController, SegmentEditorController, SegmentController)
"""Its pages."""

__all__ = ["CONTROLLERS"]
