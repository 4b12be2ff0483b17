"""What is wanted of the engine's transcription, and what it heard, as the bridge has it. Times are seconds."""

from dataclasses import dataclass

from bridge.midi.notes import Beat, Chord, Key, NoteTrack, TempoMap

FEWEST_BEATS = 4
"""With fewer of them, the engine takes no tempo from them."""


@dataclass(frozen=True)
class Wish:
    """How notes are wanted."""

    model: str = ""
    """Empty means "auto"."""
    has_bends: bool = False
    quantise_division: int = 0
    """Grid as a fraction of a whole note; 0 leaves the notes where they are."""
    quantise_strength: float = 1.0
    quarter_bpm: float = 0.0
    """Tempo that the user states; 0 lets the engine find it."""
    request_id: str = ""
    """What the engine knows the request by; empty means a new one."""


@dataclass(frozen=True)
class Transcription:
    """Notes, and the music that they are in."""

    model: str
    tracks: tuple[NoteTrack, ...]
    tempo_map: TempoMap
    beats: tuple[Beat, ...]
    chords: tuple[Chord, ...]
    key: Key | None
    """None where none was found."""
    choice: str
    """What "auto" chose and why, as a sentence; empty where nothing was left to choose."""
    warnings: tuple[str, ...]
    """Why the result may not be good, a sentence each."""
    midi_sha256: str
    midi_size_bytes: int
    duration_sec: float
    """Length of the audio."""
    realtime_factor: float
    """Seconds of audio per second of device time."""
    is_cached: bool

    @property
    def is_tempo_heard(self) -> bool:
        """Whether the tempo map follows beats; if not, it is the user's, or 120 because a file needs a tempo."""
        return len(self.beats) >= FEWEST_BEATS

    @property
    def key_name(self) -> str:
        """What a person calls the key; empty where none was found."""
        return self.key.name if self.key else ""

    @property
    def note_count(self) -> int:
        """How many notes there are in all tracks."""
        return sum(len(track.notes) for track in self.tracks)
