"""The notes of a MIDI clip."""

from dataclasses import dataclass


class MidiNoteSpecification:
    def __init__(
        self,
        pitch: int,
        start_time: float,
        duration: float,
        velocity: float = 100.0,
        mute: bool = False,
        probability: float = 1.0,
        velocity_deviation: float = 0.0,
        release_velocity: float = 64.0,
    ) -> None:
        if not 0 <= pitch < 128 or duration <= 0 or not 1 <= velocity <= 127:
            raise RuntimeError(f"Invalid note: {pitch}, {start_time}, {duration}, {velocity}")
        self._note = MidiNote(pitch, start_time, duration, velocity, mute)


@dataclass
class MidiNote:
    pitch: int
    start_time: float
    duration: float
    velocity: float
    mute: bool = False
