"""What a job can be: the one table of the kinds, and how doors ask for one."""

from trenza.job_kinds.asking import ask_for
from trenza.job_kinds.reassigning import ask_to_reassign
from trenza.job_kinds.table import KINDS, kinds_for, runner_of

__all__ = ["KINDS", "ask_for", "ask_to_reassign", "kinds_for", "runner_of"]
