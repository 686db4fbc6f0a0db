"""The worker: takes the log through the hallway and does what falls due, until it is told to stop."""

from trenza.worker.loop import Worker, process_until_idle

__all__ = ["Worker", "process_until_idle"]
