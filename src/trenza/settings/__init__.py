"""Settings: what an instance is told before it starts.

A setting comes from the command line, else from the environment (`TRENZA_` and its name in capitals), else from
`trenza.toml` in the data folder, else from the default in `model.py`.
"""

from trenza.settings.describing import Described, Origin, describe_settings
from trenza.settings.loading import WrongSettings, load_settings
from trenza.settings.model import DEFAULT_BLOCKED_VALUES, Settings
from trenza.settings.saving import EDITABLE, SECRETS, save_settings

__all__ = [
    "DEFAULT_BLOCKED_VALUES",
    "EDITABLE",
    "SECRETS",
    "Described",
    "Origin",
    "Settings",
    "WrongSettings",
    "describe_settings",
    "load_settings",
    "save_settings",
]
