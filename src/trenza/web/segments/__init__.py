"""Segments: every one, one of them, and the builder."""

from trenza.web.segments.building import SegmentEditorController

CONTROLLERS = (SegmentEditorController,)
"""Its pages."""

__all__ = ["CONTROLLERS"]
