"""The demo: real retail data, a seeded simulator of what it lacks, and definitions that make something of both."""

from trenza.demo.products import Product
from trenza.demo.retail import LAST_DAY, Retail, shift_in_weeks
from trenza.demo.simulator import Simulated, simulate

__all__ = ["LAST_DAY", "Product", "Retail", "Simulated", "shift_in_weeks", "simulate"]
