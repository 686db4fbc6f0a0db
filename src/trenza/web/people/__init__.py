"""People on pages: found, seen whole, acted for."""

from trenza.web.people.acting import ActingController, LeavingController
from trenza.web.people.identity import LinkController
from trenza.web.people.list import PeopleListController
from trenza.web.people.person import PersonController

PEOPLE_CONTROLLERS = (PeopleListController, PersonController, LinkController, ActingController, LeavingController)

__all__ = ["PEOPLE_CONTROLLERS"]
