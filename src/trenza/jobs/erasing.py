"""The right to be forgotten, in this room: parameters, results and files of jobs.

A job about the person forgets its parameters and its file; one that is not done is cancelled (the erasure itself goes
on). A file about everybody may name the person: it goes too, and an export that is being written is begun anew. An
upload that is being imported is not of the past: what it brings meets the tombstones, and it goes when the job ends.
"""

from collections.abc import Mapping

from trenza.jobs import store
from trenza.jobs.files import Files
from trenza.jobs.service import drop_unwanted
from trenza.profiles import Eraser, Outside, Subject, Trace
from trenza.storage import Database, Transaction


def jobs_eraser() -> Eraser:
    """The rows."""

    def erase(tx: Transaction, subject: Subject) -> Mapping[str, int]:
        about = store.forget_person(tx, subject.leaves, subject.at)
        return {"jobs": about, "files": store.forget_files(tx, subject.at)}

    def remains(tx: Transaction, trace: Trace) -> int:
        return trace.count_leaves(store.people_named(tx, trace.until)) + store.count_files(tx, trace.until)

    return Eraser(store="jobs", erase=erase, remains=remains)


def job_files_eraser(database: Database, files: Files) -> Outside:
    """The files that no row wants any more."""

    def unwanted(before: int) -> int:
        with database.read() as tx:
            return len(files.unwanted(store.files_wanted(tx), before))

    return Outside(
        store="job_files",
        erase=lambda subject: {"files": drop_unwanted(database, files, subject.at)},
        remains=lambda trace: unwanted(trace.until),
    )
