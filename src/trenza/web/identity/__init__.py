"""Identity on pages: how well it is known who is who, what joins nobody, and why any two identifiers are one or two."""

from trenza.web.identity.between import BetweenController
from trenza.web.identity.lonely import LonelyController
from trenza.web.identity.sheet import SheetController

CONTROLLERS = (SheetController, LonelyController, BetweenController)

__all__ = ["CONTROLLERS"]
