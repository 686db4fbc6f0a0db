"""How each store forgets a person: the written list. A new store is not finished before it is on it.

What is not listed, because it holds nobody: definitions, sources, the consumers' positions, users and keys.
"""

from collections.abc import Mapping

from trenza.access import count_answers, count_audit, erase_answers, erase_audit
from trenza.app import Instance
from trenza.channels import count_links, count_queued, count_shown
from trenza.channels import erase as erase_messages
from trenza.channels import hand_over as hand_over_messages
from trenza.channels import leaves_under as messages_under
from trenza.channels import list_numbers as numbers_of_messages
from trenza.events import names
from trenza.identity import Identifier, Leaf, Person, persons_of
from trenza.jobs import job_files_eraser, jobs_eraser
from trenza.journeys import erase_person as erase_runs
from trenza.journeys import hand_over as hand_over_runs
from trenza.journeys import leaves_under as runs_under
from trenza.journeys import list_numbers as numbers_of_runs
from trenza.matching import matching_eraser
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


def erasers_of(instance: Instance) -> Erasers:
    """Every store of an instance. The hallway waits until the erasure's transaction has ended."""
    return Erasers(
        inside=[
            events_eraser(instance.log),
            *log_erasers(instance.log),
            search_eraser(),
            profiles_eraser(instance.secret),
            segments_eraser(),
            matching_eraser(),
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
    erased = erase_runs(tx, subject.leaves)
    hand_over_runs(tx, subject.numbers, _whose(tx, runs_under(tx, subject.numbers)))
    return erased


def _remaining_runs(tx: Transaction, trace: Trace) -> int:
    return trace.count_numbers(numbers_of_runs(tx, trace.until))


def _forget_messages(tx: Transaction, subject: Subject) -> Mapping[str, int]:
    erased = erase_messages(tx, [Identifier(*each) for each in subject.identifiers])
    hand_over_messages(tx, subject.numbers, _whose(tx, messages_under(tx, subject.numbers)))
    return {"messages": erased}


def _remaining_messages(tx: Transaction, trace: Trace) -> int:
    queued = count_queued(tx, trace.names, trace.until) + count_links(tx, trace.names, trace.until)
    return queued + trace.count_numbers(numbers_of_messages(tx, trace.until))


def _whose(tx: Transaction, leaves: set[Leaf]) -> dict[Leaf, Person]:
    """Who others' leaves are now, whose rows still bear the number of whom they once were one with."""
    return {**{leaf: leaf for leaf in leaves}, **persons_of(tx, leaves)}


def _forget_answers(tx: Transaction, subject: Subject) -> Mapping[str, int]:
    return {"answers": erase_answers(tx, lambda value: names(value, subject.words))}


def _forget_audit(tx: Transaction, subject: Subject) -> Mapping[str, int]:
    return {"lines": erase_audit(tx, lambda value: names(value, subject.words))}
