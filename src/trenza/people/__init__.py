"""One person at a time, for the doors: shown, exported and erased, put together from every room."""

from trenza.people.forgetting import erasers_of
from trenza.people.service import People

__all__ = ["People", "erasers_of"]
