"""The demo: real retail data, a seeded simulator of what it lacks, and definitions that make something of both."""

from trenza.demo.loading import DemoData, Part, Progress, remaining
from trenza.demo.products import Product
from trenza.demo.simulator import Simulated, simulate
from trenza.demo.store import LAST_DAY, Retail, shift_in_weeks
from trenza.starters import DEFINITIONS

__all__ = [
    "DEFINITIONS",
    "LAST_DAY",
    "DemoData",
    "Part",
    "Product",
    "Progress",
    "Retail",
    "Simulated",
    "remaining",
    "shift_in_weeks",
    "simulate",
]
