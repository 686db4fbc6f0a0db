"""Why a job's work is broken off from outside. They never leave the room: the runner catches them.

BrokenOff
├── Cancelled  somebody does not want it any more
├── Lost       the claim is another worker's now, or an erasure took it away
└── Stopped    this worker ends; the job goes back into the queue
"""


class BrokenOff(Exception):
    """The work has to end here; a kind lets it through."""


class Cancelled(BrokenOff):
    """Somebody cancelled the job."""


class Lost(BrokenOff):
    """The job is no longer this worker's."""


class Stopped(BrokenOff):
    """The worker was told to stop."""
