"""Jobs: long work that somebody asked for, done by the worker; it shows its progress and can be cancelled."""

from trenza.jobs.erasing import job_files_eraser, jobs_eraser
from trenza.jobs.errors import BrokenOff
from trenza.jobs.files import Files, Upload
from trenza.jobs.kinds import Kind, Prepared
from trenza.jobs.model import ENDED, STATES, Failure, Job, Outcome, Progress, State
from trenza.jobs.runner import LEASE, MOST_TAKES, Runner
from trenza.jobs.service import KEPT, cancel_job, enqueue, find_job, keep_house, list_jobs, new_job_id
from trenza.jobs.work import Work

__all__ = [
    "ENDED",
    "KEPT",
    "LEASE",
    "MOST_TAKES",
    "STATES",
    "BrokenOff",
    "Failure",
    "Files",
    "Job",
    "Kind",
    "Outcome",
    "Prepared",
    "Progress",
    "Runner",
    "State",
    "Upload",
    "Work",
    "cancel_job",
    "enqueue",
    "find_job",
    "job_files_eraser",
    "jobs_eraser",
    "keep_house",
    "list_jobs",
    "new_job_id",
]
