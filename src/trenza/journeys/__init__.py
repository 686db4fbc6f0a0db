"""Journeys: from a person's events to the next message and the record of why.

`Runs` is the working set that the hallway moves on; `judge` is the gate, asked by the machine and again at dispatch;
`Decision` is the record of each candidate message, `explain` says it in plain words.
"""

from trenza.journeys.aftermath import Aftermath, aftermath
from trenza.journeys.blocks import blocks, journey_blocks
from trenza.journeys.decisions import ENTRY_PLACE, Decision, GoalReached, printed, printed_goal
from trenza.journeys.describing import describe_sections, describe_steps, offers_of
from trenza.journeys.documents import CAP, JOURNEY, KINDS, QUIET_HOURS
from trenza.journeys.explaining import Titles, explain, titles_of
from trenza.journeys.model import SERVICE, Cap, Journey, QuietHours, written_channels
from trenza.journeys.moment import Effects
from trenza.journeys.numbers import JourneyNumbers, StepNumbers, count_at_steps
from trenza.journeys.policies import (
    Case,
    Change,
    ChannelCase,
    Judgement,
    Policies,
    Refusal,
    channel_case,
    judge,
    smallest_change,
)
from trenza.journeys.quiet_hours import quiet_until
from trenza.journeys.run import Outgoing, Reservation, Run, Task, printed_run
from trenza.journeys.runs import ENTRY_EVENT, Runs
from trenza.journeys.store import (
    count_entered,
    count_goals,
    count_open,
    count_runs,
    count_tasks,
    done_tasks,
    due_runs,
    ended_runs,
    erase_person,
    find_decisions,
    find_run,
    finish_task,
    first_due,
    has_sent,
    list_decisions,
    list_goals,
    open_tasks,
    place_of_task,
    runs_page,
    save_tasks,
    sum_decisions,
    sum_goals,
    tasks_of,
    tasks_page,
    versions_in_use,
)
from trenza.journeys.tests import JOURNEY_TEST, Expectation, JourneyTest, compare
from trenza.journeys.tracing import Passage, passages

__all__ = [
    "CAP",
    "ENTRY_EVENT",
    "ENTRY_PLACE",
    "JOURNEY",
    "JOURNEY_TEST",
    "KINDS",
    "QUIET_HOURS",
    "SERVICE",
    "Aftermath",
    "Cap",
    "Case",
    "Change",
    "ChannelCase",
    "Decision",
    "Effects",
    "Expectation",
    "GoalReached",
    "Journey",
    "JourneyNumbers",
    "JourneyTest",
    "Judgement",
    "Outgoing",
    "Passage",
    "Policies",
    "QuietHours",
    "Refusal",
    "Reservation",
    "Run",
    "Runs",
    "StepNumbers",
    "Task",
    "Titles",
    "aftermath",
    "blocks",
    "channel_case",
    "compare",
    "count_at_steps",
    "count_entered",
    "count_goals",
    "count_open",
    "count_runs",
    "count_tasks",
    "describe_sections",
    "describe_steps",
    "done_tasks",
    "due_runs",
    "ended_runs",
    "erase_person",
    "explain",
    "find_decisions",
    "find_run",
    "finish_task",
    "first_due",
    "has_sent",
    "journey_blocks",
    "judge",
    "list_decisions",
    "list_goals",
    "offers_of",
    "open_tasks",
    "passages",
    "place_of_task",
    "printed",
    "printed_goal",
    "printed_run",
    "quiet_until",
    "runs_page",
    "save_tasks",
    "smallest_change",
    "sum_decisions",
    "sum_goals",
    "tasks_of",
    "tasks_page",
    "titles_of",
    "versions_in_use",
    "written_channels",
]
