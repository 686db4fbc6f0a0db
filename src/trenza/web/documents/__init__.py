"""Documents of any kind as YAML: caps, quiet hours, texts of messages, tracking plans, tests; caps and quiet hours in
fields too. No blocks, the same way of saving as the block editor's: nothing of anybody is overwritten unseen, nothing
typed is lost.
"""

from trenza.web.documents.pages import DocumentController
from trenza.web.documents.words import KIND_WORDS

__all__ = ["KIND_WORDS", "DocumentController"]
