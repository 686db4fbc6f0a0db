"""The worker: takes the log through the hallway and does what falls due, until it is told to stop."""

from trenza.worker.beside import CAN_FORK, Beside
from trenza.worker.loop import Worker, calm_collector, process_until_idle, turn_hallway

__all__ = ["CAN_FORK", "Beside", "Worker", "calm_collector", "process_until_idle", "turn_hallway"]
