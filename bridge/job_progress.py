"""How far a whole job of the bridge is, from how far the step is that it is at."""

from typing import Any

from bridge.events import Progress, Step
from bridge.store import State

# How far a whole job is when a step begins, and when it ends.
_SHARES = {
    Step.FIND: (0.0, 0.0),
    Step.CONNECT: (0.0, 0.0),
    Step.READ: (0.0, 0.03),
    Step.UPLOAD: (0.03, 0.06),
    Step.WAIT: (0.06, 0.06),
    Step.RUN: (0.06, 0.95),
    Step.DOWNLOAD: (0.95, 1.0),
}


def fields_of(progress: Progress) -> dict[str, Any]:
    """Returns the fields of a `BridgeJob` that a step of its work sets."""
    begin, end = _SHARES[progress.step]
    return {
        "state": State.QUEUED if progress.step is Step.WAIT else State.RUNNING,
        "fraction": begin + (end - begin) * (progress.fraction or 0.0),
        "message": progress.message or f"{progress.step.value}.",
        "queue_position": progress.queue_position,
    }
