"""Tests of definitions: played on a virtual clock through the very hallway that runs live, in memory, in moments.

It stands below the doors, beside the composition root: the command line, the pages and the API all run tests, and a
stage is put together of the same equipment as an instance.
"""

from trenza.testing.runner import TestResult, reached, run_tests
from trenza.testing.stage import Stage
from trenza.testing.trying import Trial, try_text

__all__ = ["Stage", "TestResult", "Trial", "reached", "run_tests", "try_text"]
