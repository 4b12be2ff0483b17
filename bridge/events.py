"""What a verb tells while it runs. Verbs print nothing: a command, a script or a panel shows these as it likes."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bridge.codec import Model


class Step(Enum):
    """What a verb is doing; the value is said to a person."""

    FIND = "Looking for files"
    CONNECT = "Reaching the engine"
    READ = "Reading the audio"
    UPLOAD = "Sending the audio"
    WAIT = "Waiting for the device"
    RUN = "Working"
    DOWNLOAD = "Receiving the result"


@dataclass(frozen=True)
class Progress:
    """How far a step is."""

    step: Step
    fraction: float | None = None
    """0 to 1; None where it cannot be known."""
    message: str = ""
    """What is being done right now, in the engine's words."""
    queue_position: int = 0
    """How many jobs are before this one."""


@dataclass(frozen=True)
class ModelChosen:
    """Which model will run; its licence note belongs before a user's eyes."""

    model: Model


@dataclass(frozen=True)
class Notice:
    """Something that the user should know and that stops nothing."""

    message: str


@dataclass(frozen=True)
class CandidateFinished:
    """One of several answers is there, while the others are still being written."""

    number: int
    """From 1, in the order of writing."""
    count: int
    """How many there will be."""
    note_count: int


Event = Progress | ModelChosen | Notice | CandidateFinished
Report = Callable[[Event], None]
