"""What is wanted of the engine's generator, and what it wrote, as the bridge has it. Times are seconds."""

from dataclasses import dataclass
from enum import StrEnum

from bridge.midi.notes import Key, NoteTrack, TempoMap


class GenerationTask(StrEnum):
    """What to write."""

    CONTINUE = "continue"
    VARY = "vary"
    FILL = "fill"
    ACCOMPANY = "accompany"


class Kept(StrEnum):
    """What a variation keeps."""

    RHYTHM = "rhythm"
    CONTOUR = "contour"


class KeyRule(StrEnum):
    """What becomes of notes that are not of the key."""

    SOFT = "soft"
    """They are rare."""
    STRICT = "strict"
    """There are none."""
    FREE = "free"
    """They are as usual as the model finds them."""


@dataclass(frozen=True)
class Prompt:
    """The notes to go on from, with the grid that they stand on."""

    tracks: tuple[NoteTrack, ...]
    """The melody first."""
    tempo_map: TempoMap
    key: Key | None = None
    """None lets the engine find it."""


@dataclass(frozen=True)
class GenerationWish:
    """How music is wanted."""

    prompt: Prompt
    task: GenerationTask = GenerationTask.CONTINUE
    bar_count: int = 4
    """Of a continuation."""
    bars_range: tuple[int, int] = (0, 0)
    """First and last bar to fill, counted from 1, which is the bar of the melody's first note."""
    kept: Kept = Kept.RHYTHM
    is_accompanied: bool = False
    """Whether a continuation has chords and bass, too."""
    bar_chords: tuple[str, ...] = ()
    """In Harte's notation, one for each bar that is written, over and over; empty leaves them to the engine."""
    model: str = ""
    """Empty means the engine's default."""
    candidate_count: int = 4
    temperature: float = 1.0
    top_p: float = 0.95
    seed: int = 0
    key_rule: KeyRule = KeyRule.SOFT
    pitch_classes: tuple[int, ...] = ()
    """A scale of one's own in place of the key's, 0 (C) to 11 (B); empty for the key's."""
    lowest_pitch: int | None = None
    highest_pitch: int | None = None
    max_polyphony: int = 0
    """Most notes that sound together in a part; 0 leaves it open."""
    notes_per_bar: float = 0.0
    """Of the melody, a quarter more or fewer; 0 leaves it open."""
    stays_in_bars: bool = False
    """Whether no note may sound across a bar line."""
    rings_over: bool = False
    """Whether notes may sound on beyond the last bar line."""
    request_id: str = ""
    """What the engine knows the request by; empty means a new one."""


@dataclass(frozen=True)
class Candidate:
    """One answer."""

    score: float
    tracks: tuple[NoteTrack, ...]
    """One for each part: melody, chords, bass. Times count from where the candidate begins."""

    @property
    def note_count(self) -> int:
        """How many notes there are in all parts."""
        return sum(len(track.notes) for track in self.tracks)


@dataclass(frozen=True)
class Generation:
    """What was written, or what of it is finished."""

    model: str
    candidates: tuple[Candidate, ...]
    """Best first; in the order of writing where not all are finished."""
    key: Key
    metre: tuple[int, int]
    quarter_bpm: float
    """Where the candidates begin."""
    begin_sec: float
    """The bar line at which the candidates begin, in the time of the prompt."""
    bar_count: int
    midi_sha256: str
    """Empty where not all are finished."""
    midi_size_bytes: int
    is_cached: bool
