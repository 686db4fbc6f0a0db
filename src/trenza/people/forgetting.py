"""How each store forgets a person: the written list. A new store is not finished before it is on it.

What is not listed, because it holds nobody: definitions, sources, the consumers' positions, users and keys.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from trenza.access import count_answers, count_audit, erase_answers, erase_audit
from trenza.app import Instance
from trenza.channels import count_queued, count_shown, list_leaves
from trenza.channels import erase as erase_messages
from trenza.events import names
from trenza.identity import Identifier
from trenza.jobs import job_files_eraser, jobs_eraser
from trenza.journeys import Decision, Run, list_decisions, runs_page
from trenza.journeys import erase_person as erase_runs
from trenza.kernel import Instant
from trenza.pipeline import CONSUMER
from trenza.profiles import (
    Eraser,
    Erasers,
    Outside,
    Subject,
    Trace,
    events_eraser,
    identity_eraser,
    lake_eraser,
    log_erasers,
    profiles_eraser,
    search_eraser,
)
from trenza.segments import segments_eraser
from trenza.storage import Transaction, lock_position

_PAGE = 1_000
Item = TypeVar("Item")
Place = tuple[Instant, str]


def erasers_of(instance: Instance) -> Erasers:
    """Every store of an instance. The hallway waits until the erasure's transaction has ended."""
    return Erasers(
        inside=[
            events_eraser(instance.log),
            *log_erasers(instance.log),
            search_eraser(),
            profiles_eraser(instance.secret),
            segments_eraser(),
            Eraser(store="journeys", erase=_forget_runs, remains=_remaining_runs),
            Eraser(store="channels", erase=_forget_messages, remains=_remaining_messages),
            Eraser(
                store="sandbox",
                erase=lambda _, __: {},  # with the channels
                remains=lambda tx, trace: count_shown(tx, trace.names, trace.until),
            ),
            Eraser(
                store="answers",
                erase=_forget_answers,
                remains=lambda tx, trace: count_answers(tx, trace.names, trace.until),
            ),
            Eraser(
                store="audit",
                erase=_forget_audit,
                remains=lambda tx, trace: count_audit(tx, trace.names, trace.until),
            ),
            jobs_eraser(),
            identity_eraser(instance.erase_identity),
        ],
        outside=[
            lake_eraser(instance.lake, instance.database),
            job_files_eraser(instance.database, instance.job_files),
            _journals(instance),
        ],
        lock=lambda tx: lock_position(tx, CONSUMER),
    )


def _journals(instance: Instance) -> Outside:
    """What the databases' own journals still hold of what was deleted."""

    def empty(_: Subject) -> Mapping[str, int]:
        instance.database.purge()
        instance.log.purge()
        return {}

    return Outside(store="journals", erase=empty, remains=lambda _: 0)


def _forget_runs(tx: Transaction, subject: Subject) -> Mapping[str, int]:
    return erase_runs(tx, subject.leaves)


def _remaining_runs(tx: Transaction, trace: Trace) -> int:
    decisions = _paged(lambda before: list_decisions(tx, before=before, limit=_PAGE), _place_of_decision)
    runs = _paged(lambda before: runs_page(tx, before=before, limit=_PAGE), _place_of_run)
    leaves = {each.leaf for each in decisions if each.at <= trace.until}
    leaves.update(each.leaf for each in runs if each.entered_at <= trace.until)
    return trace.count_leaves(leaves)


def _forget_messages(tx: Transaction, subject: Subject) -> Mapping[str, int]:
    return {"messages": erase_messages(tx, [Identifier(*each) for each in subject.identifiers])}


def _remaining_messages(tx: Transaction, trace: Trace) -> int:
    return count_queued(tx, trace.names, trace.until) + trace.count_leaves(list_leaves(tx, trace.until))


def _forget_answers(tx: Transaction, subject: Subject) -> Mapping[str, int]:
    return {"answers": erase_answers(tx, lambda value: names(value, subject.words))}


def _forget_audit(tx: Transaction, subject: Subject) -> Mapping[str, int]:
    return {"lines": erase_audit(tx, lambda value: names(value, subject.words))}


def _paged(page: Callable[[Place | None], list[Item]], place: Callable[[Item], Place]) -> Iterator[Item]:
    before: Place | None = None
    while found := page(before):
        yield from found
        before = place(found[-1])


def _place_of_decision(decision: Decision) -> Place:
    return decision.at, decision.id


def _place_of_run(run: Run) -> Place:
    return run.entered_at, run.id
