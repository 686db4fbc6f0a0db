"""The commands of `trenza identity` that are about probable matches."""

from enum import Enum
from typing import Annotated

import typer

from trenza.cli.common import Data, DatabaseUrl, Json, LakePath, LogUrl, opened, print_all, print_json, print_text
from trenza.cli.moving import tell_moves
from trenza.identity import person_text
from trenza.matching import Candidate, State
from trenza.people import Found, Matches, candidate_as_json

CandidateId = Annotated[
    str, typer.Argument(metavar="CANDIDATE", show_default=False, help="Id that `identity candidates` prints.")
]
_BY = "cli"


class CandidateState(Enum):
    """What was decided on a candidate."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


_STATES: dict[CandidateState, State] = {
    CandidateState.OPEN: "open",
    CandidateState.ACCEPTED: "accepted",
    CandidateState.REJECTED: "rejected",
}


def add_commands(app: typer.Typer) -> None:
    """Put the commands beside those of `trenza identity`."""
    app.command("train")(train_model)
    app.command("match")(look_for_matches)
    app.command("candidates")(print_candidates)
    app.command("accept")(accept_candidate)
    app.command("reject")(reject_candidate)


def train_model(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_only: Json = False,
) -> None:
    """Learn from all people how probable matches look, put the model in force, and look for matches.

    Example: trenza identity train
    """
    with opened(data, database, log, lake) as instance:
        found = Matches(instance).train()
    _tell_found(found, only_json=as_json_only)


def look_for_matches(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_only: Json = False,
) -> None:
    """Look for probable matches with the model in force.

    Example: trenza identity match
    """
    with opened(data, database, log, lake) as instance:
        found = Matches(instance).look()
    _tell_found(found, only_json=as_json_only)


def print_candidates(
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    state: Annotated[CandidateState, typer.Option("--state", help="Which of them.")] = CandidateState.OPEN,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")] = 50,
    as_json_list: Json = False,
) -> None:
    """Print pairs of people who may be one, the likeliest first, with what speaks for it and against.

    Example: trenza identity candidates
    """
    with opened(data, database, log, lake) as instance:
        found = Matches(instance).listed(_STATES[state], limit=limit)
    print_all(found, candidate_as_json, _candidate_line, as_json=as_json_list)


def accept_candidate(
    candidate: CandidateId,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_only: Json = False,
) -> None:
    """Let the two people of a candidate be one. It makes a link, which can be cut.

    Example: trenza identity accept mat_0123456789abc
    """
    with opened(data, database, log, lake) as instance:
        link, moves = Matches(instance).accept(candidate, _BY)
    tell_moves(link, moves, only_json=as_json_only)


def reject_candidate(
    candidate: CandidateId,
    data: Data = None,
    database: DatabaseUrl = None,
    log: LogUrl = None,
    lake: LakePath = None,
    *,
    as_json_only: Json = False,
) -> None:
    """Say that the two people of a candidate are not one. They are not proposed again.

    Example: trenza identity reject mat_0123456789abc
    """
    with opened(data, database, log, lake) as instance:
        Matches(instance).reject(candidate, _BY)
    if as_json_only:
        print_json({"candidate": candidate, "state": "rejected"})
    else:
        print_text(f"{candidate}: rejected")


def _candidate_line(candidate: Candidate) -> str:
    steps = ", ".join(f"{step.comparison} {step.level or 'missing'} {step.weight:+.1f}" for step in candidate.steps)
    people = f"{person_text(candidate.one)} = {person_text(candidate.other)}"
    bridge = "  (bridge)" if candidate.is_bridge else ""
    return f"{candidate.id}  {candidate.weight:+.1f}  {people}{bridge}\n    {candidate.base:+.1f} {steps}"


def _tell_found(found: Found, *, only_json: bool) -> None:
    if only_json:
        print_json(
            {
                "model": found.model,
                "records": found.records,
                "candidates": found.candidates,
                "bridges": found.bridges,
                "accepted": found.accepted,
            }
        )
        return
    print_text(f"{found.records} people compared by model {found.model}")
    print_text(f"{found.accepted} matches accepted by the rule, {found.candidates} to be decided")
    if found.bridges:
        print_text(f"{found.bridges} of them are bridges: by each alone two groups hang together")
