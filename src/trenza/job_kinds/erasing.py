"""The job `erase`: a person out of every store; the signed receipt is its result, and names nobody.

The erasure bears the job's id. Taken up again it first looks whether the receipt is there: the transaction that erased
the person emptied this job's parameters too.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from trenza.app import Instance
from trenza.identity import person_text
from trenza.jobs import Kind, Outcome, Prepared, Work
from trenza.kernel import Invalid
from trenza.people import People


class Erase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to erase."""

    person: Annotated[str, Meta(max_length=2_200, description="`type:value`, or a person's id (`per_…`).")] = ""
    reason: Annotated[str, Meta(max_length=500, description="Why; on the receipt.")] = ""


def _prepare(instance: Instance, request: Erase) -> Prepared[Erase]:
    if not request.reason.strip():
        raise Invalid("an erasure needs a reason", "say why; it stands on the receipt")
    person = People(instance).named(request.person)
    return Prepared(Erase(person=person_text(person), reason=request.reason), person)


def _run(instance: Instance, request: Erase, work: Work) -> Outcome:
    people = People(instance)
    work.progress(0, 1, "parts", "erasing")
    receipt = people.receipt(work.job.id)
    if receipt is None:
        receipt = people.erase(people.named(request.person), request.reason, work.job.id)
    return Outcome({"receipt": receipt})


ERASE: Final = Kind(name="erase", right="erase", request=Erase, prepare=_prepare, run=_run, taken_up="resumes")
