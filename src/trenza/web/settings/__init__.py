"""Settings: who may come in, what programs may do, and how the instance behaves. One file for each part.

`TABS` says which parts there are; each part's page is drawn with them above it.
"""

from trenza.web.settings.channels import ChannelPageController
from trenza.web.settings.data import DataPageController
from trenza.web.settings.identifiers import IdentifierPageController
from trenza.web.settings.instance import InstancePageController
from trenza.web.settings.keys import KeyPageController
from trenza.web.settings.limits import LimitController
from trenza.web.settings.purposes import PurposePageController
from trenza.web.settings.rules import RulePageController
from trenza.web.settings.users import UserPageController

CONTROLLERS = (
    UserPageController,
    KeyPageController,
    InstancePageController,
    ChannelPageController,
    PurposePageController,
    RulePageController,
    IdentifierPageController,
    LimitController,
    DataPageController,
)
"""Every page of the settings."""

__all__ = ["CONTROLLERS"]
