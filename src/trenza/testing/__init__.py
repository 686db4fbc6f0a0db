"""Tests of definitions: played on a virtual clock through the very hallway that runs live, in memory, in moments."""

from trenza.testing.runner import TestResult, run_tests
from trenza.testing.stage import Stage

__all__ = ["Stage", "TestResult", "run_tests"]
