"""Who wants to know of the bridge's jobs: fronts, and what feeds the panel."""

from typing import Protocol

from bridge.store import BridgeJob


class Listener(Protocol):
    """Hears of every job."""

    def changed(self, job: BridgeJob) -> None:
        """A job is new, or in another state, or further on."""

    def forgotten(self, job_id: str) -> None:
        """A job, or whatever was refused under this id, is told no more."""
