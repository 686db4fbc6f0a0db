"""The job `reassign`: everybody worked out anew, after the identifier types or the house's rules have changed.

The worker asks for it by itself, once for each change; where it was cancelled, it rests until somebody asks again, and
goes on where it stood. Meanwhile whatever an event touches is worked out by the types in force.
"""

from typing import Final

import msgspec

from trenza.app import Instance
from trenza.identity import count_identifiers, mark_asked, read_standing
from trenza.jobs import Kind, Outcome, Prepared, Work, enqueue

ASKED_BY_HOUSE: Final = "house"


class Reassign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing is to be said: it is everybody."""


def ask_to_reassign(instance: Instance) -> bool:
    """Ask for the job where the graph is by other types or rules than those of now; whether there was need to."""
    with instance.database.read() as tx:
        types = instance.types_in(tx)
        if not read_standing(tx, types).is_to_ask_for:
            return False
    with instance.database.write() as tx:
        if not any(count_identifiers(tx).values()):
            mark_asked(tx, types)
            return False
    enqueue(instance.database, REASSIGN.name, {}, ASKED_BY_HOUSE, instance.clock.now())
    with instance.database.write() as tx:
        mark_asked(tx, types)
    return True


def _prepare(instance: Instance, request: Reassign) -> Prepared[Reassign]:
    del instance
    return Prepared(request)


def _run(instance: Instance, request: Reassign, work: Work) -> Outcome:
    del request
    with instance.database.read() as tx:
        total = sum(count_identifiers(tx).values())
    share = 0.0
    while share < 1:
        work.progress(int(share * total), total, "identifiers", "reassigning")
        share = instance.reassign_page()
    work.progress(total, total, "identifiers", "reassigning")
    return Outcome({"identifiers": total})


REASSIGN: Final = Kind(name="reassign", right="admin", request=Reassign, prepare=_prepare, run=_run, taken_up="resumes")
