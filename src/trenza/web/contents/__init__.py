"""Message texts: templates by channel and language, edited in fields or as YAML, seen with a real person's data."""

from trenza.web.contents.editing import ContentController

CONTROLLERS = (ContentController,)

__all__ = ["CONTROLLERS"]
