"""The quality sheet of identity: how many people there are of which identifiers, and where it may be wrong.

What tallies and indexes know is exact and quick (`stand`, `changes`). What would take a walk over everything is looked
for in a sample of a fixed size and around the busiest identifiers (`look`), and says so.
"""

from trenza.identity.quality.lonely import lonely_page
from trenza.identity.quality.looking import look
from trenza.identity.quality.model import (
    Around,
    Bridge,
    Changes,
    Lonely,
    Look,
    Merge,
    Quality,
    Size,
    Spread,
    Standings,
    TypeStanding,
)
from trenza.identity.quality.sheet import changes, last_merges, quality, quality_as_json, stand

__all__ = [
    "Around",
    "Bridge",
    "Changes",
    "Lonely",
    "Look",
    "Merge",
    "Quality",
    "Size",
    "Spread",
    "Standings",
    "TypeStanding",
    "changes",
    "last_merges",
    "lonely_page",
    "look",
    "quality",
    "quality_as_json",
    "stand",
]
