"""The one table of the kinds of jobs. A new one is listed here and nowhere else."""

from collections.abc import Collection
from typing import Any

from trenza.access import Right
from trenza.app import Instance
from trenza.job_kinds.erasing import ERASE
from trenza.job_kinds.exporting import EXPORT
from trenza.job_kinds.importing import IMPORT
from trenza.job_kinds.reassigning import REASSIGN
from trenza.jobs import Kind, Runner

KINDS: dict[str, Kind[Instance, Any]] = {kind.name: kind for kind in (IMPORT, ERASE, EXPORT, REASSIGN)}


def kinds_for(rights: Collection[Right]) -> list[str]:
    """The kinds that somebody may ask for, look at and cancel."""
    return [kind.name for kind in KINDS.values() if kind.right in rights]


def runner_of(instance: Instance) -> Runner[Instance]:
    """Does an instance's jobs."""
    return Runner(instance, KINDS, instance.database, instance.clock, instance.job_files)
