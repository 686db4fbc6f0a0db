"""One person at a time, for the doors: shown, exported and erased, put together from every room."""

from trenza.people.acting import add_note, add_task, enter_journey
from trenza.people.forgetting import erasers_of
from trenza.people.matches import Found, Matches, candidate_as_json
from trenza.people.naming import Named, name_leaves, name_people
from trenza.people.portrait import Portrait, is_visitor, name_of, read_portrait, strongest
from trenza.people.service import People
from trenza.people.story import CONSENTS, MESSAGES, NOTE, Happening, Only, Place, Story, read_story
from trenza.people.trial import send_trial

__all__ = [
    "CONSENTS",
    "MESSAGES",
    "NOTE",
    "Found",
    "Happening",
    "Matches",
    "Named",
    "Only",
    "People",
    "Place",
    "Portrait",
    "Story",
    "add_note",
    "add_task",
    "candidate_as_json",
    "enter_journey",
    "erasers_of",
    "is_visitor",
    "name_leaves",
    "name_of",
    "name_people",
    "read_portrait",
    "read_story",
    "send_trial",
    "strongest",
]
