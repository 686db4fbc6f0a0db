"""A job as pages show it: its name, its state, how far it is, and whether it can be cancelled."""

from collections.abc import Mapping

import msgspec

from trenza.access import list_keys, list_users
from trenza.jobs import ENDED, Job
from trenza.web.jobs.words import KIND_WORDS, STATE_TONES, STATE_WORDS
from trenza.web.render import View


class JobLine(msgspec.Struct, frozen=True, kw_only=True):
    """One job."""

    job: Job
    title: str
    detail: str
    """Which file, from which source."""
    state: str
    tone: str
    asked_by: str
    has_ended: bool

    @property
    def share(self) -> float | None:
        """Of one; None where nobody knows the whole."""
        progress = self.job.progress
        return min(progress.done / progress.total, 1.0) if progress.total else None


def line_of(view: View, job: Job, names: Mapping[str, str]) -> JobLine:
    """A job said in the reader's language."""
    ended = job.state in ENDED
    state = "cancelling" if job.cancel_requested and not ended else job.state
    of = str(job.request.get("of", ""))
    title = KIND_WORDS.get(f"{job.kind} {of}".strip(), KIND_WORDS.get(job.kind, job.kind))
    return JobLine(
        job=job,
        title=view.say(title),
        detail=" · ".join(str(job.request[name]) for name in ("name", "source") if job.request.get(name)),
        state=view.say(STATE_WORDS[state]),
        tone=STATE_TONES.get(state, ""),
        asked_by=names.get(job.asked_by, job.asked_by),
        has_ended=ended,
    )


def names_of_askers(view: View) -> dict[str, str]:
    """Who asks for jobs: users by their address, keys by their name."""
    vault = view.instance.vault
    names = {f"user:{user.id}": user.email for user in list_users(vault)}
    names |= {f"key:{key.id}": key.name for key in list_keys(vault)}
    return names | {"cli": view.say("the command line"), "house": view.say("Trenza itself")}
