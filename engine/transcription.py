"""Transcription of a file: what is ordered, and the way from audio to a MIDI file.

    audio ─┬─ listen, choose the model ───────┐
           ├─ beats, chords, key ─ tempo map ─┼─────────────┐
           └──────────────── transcribe ◄─────┘             ├─ quantise ─ MIDI file
                  one instrument, or stem by stem ──────────┘

A model writes down one instrument. "auto" chooses the model by what it hears (`engine.model_choice`); "full" separates
a mix and gives every stem the model that suits it (`engine.ensemble`). Notes stay in seconds until the MIDI file is
written, in the tempo of the music. What goes wrong beside the notes (no beat was found, weights of the beat finder are
out of reach) is a warning and not an end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from engine.audio_stream import open_stream
from engine.backends import default_card, find_card
from engine.backends.base import Report
from engine.ensemble import transcribe_stems
from engine.errors import InvalidArgument, ModelNotFound, Unavailable, WeightsCorrupt
from engine.listening import Sound, listen, misfit_warning
from engine.midi_file import write_midi
from engine.model_choice import FULL, choose_model
from engine.musical_analysis import MusicalAnalysis, analyse
from engine.notes import NoteTrack
from engine.progress import part_of
from engine.quantise import quantise
from engine.tempo import tempo_map_of
from engine.worker import Worker

AUTO = "auto"
DIVISIONS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""Grids to quantise to, as fractions of a whole note; 3, 6, 12, 24 and 48 are triplets."""
MIN_QUARTER_BPM, MAX_QUARTER_BPM = 20.0, 400.0

_HEARD, _CHOSEN, _ANALYSED, _TRANSCRIBED = 0.05, 0.1, 0.3, 0.98

T = TypeVar("T")


@dataclass(frozen=True)
class TranscriptionOrder:
    """What to write down and how, checked by `plan_transcription`."""

    model: str
    """A model's name, "auto" or "full"."""
    has_bends: bool = False
    quantise_division: int = 0
    """One of DIVISIONS; 0 leaves the notes where they are."""
    quantise_strength: float = 1.0
    """0 (leaves the notes where they are) to 1 (all the way)."""
    quarter_bpm: float = 0.0
    """The tempo that the user states; 0 lets it be found."""

    def parameters(self) -> dict[str, Any]:
        """Returns everything that decides the result, ready for JSON."""
        return {
            "has_bends": self.has_bends,
            "quantise_division": self.quantise_division,
            "quantise_strength": self.quantise_strength,
            "quarter_bpm": self.quarter_bpm,
        }


@dataclass(frozen=True)
class Transcription:
    """What a recording turned out to be."""

    tracks: tuple[NoteTrack, ...]
    analysis: MusicalAnalysis
    midi: Path
    choice_message: str
    """What "auto" chose and why; empty where nothing was left to choose."""
    warnings: tuple[str, ...]


def plan_transcription(order: TranscriptionOrder) -> TranscriptionOrder:
    """Returns the order with its default filled in, "auto" for no model, and what quantises nothing the same.

    Raises:
        ModelNotFound: there is no such transcriber.
        InvalidArgument: the grid, its strength or the tempo cannot be meant.
    """
    if order.model not in ("", AUTO, FULL):
        _find_transcriber(order.model)
    if order.quantise_division and order.quantise_division not in DIVISIONS:
        raise InvalidArgument(
            f"Notes cannot be quantised to 1/{order.quantise_division}; choose among "
            f"{', '.join(f'1/{division}' for division in DIVISIONS)}.",
            field="quantise_division",
        )
    if not 0 <= order.quantise_strength <= 1:
        raise InvalidArgument("The strength of quantising must be from 0 to 1.", field="quantise_strength")
    if order.quarter_bpm and not MIN_QUARTER_BPM <= order.quarter_bpm <= MAX_QUARTER_BPM:
        raise InvalidArgument(
            f"A tempo must be from {MIN_QUARTER_BPM:g} to {MAX_QUARTER_BPM:g} bpm, or 0 to let it be found.",
            field="quarter_bpm",
        )
    if not order.quantise_division or not order.quantise_strength:
        order = replace(order, quantise_division=0, quantise_strength=0.0)
    return replace(order, model=order.model or AUTO)


def _find_transcriber(name: str) -> None:
    try:
        find_card(name, "transcription")
    except ModelNotFound as error:
        raise ModelNotFound(f"{error.message[:-1]}, {AUTO}, {FULL}.", model=name) from None


def transcribe_file(
    audio: Path, order: TranscriptionOrder, worker: Worker, folder: Path, report: Report
) -> Transcription:
    """Writes down the notes of an audio file, puts a MIDI file of them into `folder`, and returns both.

    Args:
        audio: an audio file that `probe` accepts.
        order: what `plan_transcription` returned.
        worker: has the models; this is called on its thread.
        folder: an existing folder, for the MIDI file and for what is needed on the way.
        report: called all along; what it raises ends the work.

    Raises:
        InvalidAudio: the audio cannot be decoded to its end.
        WeightsUnavailable, WeightsCorrupt, BackendUnavailable: the model that was asked for cannot be loaded.
    """
    warnings: list[str] = []
    sound = listen(audio, worker, part_of(report, 0.0, _HEARD))
    choosing = part_of(report, _HEARD, _CHOSEN)
    choice = choose_model(audio, sound, worker, choosing) if order.model == AUTO else None
    model = choice.model if choice else order.model
    tracks: tuple[NoteTrack, ...] = ()
    if sound.is_silent:
        analysis = MusicalAnalysis((), tempo_map_of((), order.quarter_bpm or None), (), None)
    else:
        analysis = _analysed(audio, order, worker, part_of(report, _CHOSEN, _ANALYSED), warnings)
        transcribing = part_of(report, _ANALYSED, _TRANSCRIBED)
        tracks = _tracks(audio, model, order.has_bends, worker, folder, transcribing)
    warnings += _warnings(sound, model, tracks)
    if order.quantise_division:
        division = Fraction(1, order.quantise_division)
        tracks = tuple(quantise(track, analysis.tempo_map, division, order.quantise_strength) for track in tracks)
    midi = folder / "notes.mid"
    report(_TRANSCRIBED, "writing the MIDI file")
    write_midi(midi, tracks, analysis.tempo_map, chords=analysis.chords, key=analysis.key)
    return Transcription(tracks, analysis, midi, choice.message if choice else "", tuple(warnings))


def _tracks(
    audio: Path, model: str, has_bends: bool, worker: Worker, folder: Path, report: Report
) -> tuple[NoteTrack, ...]:
    if model == FULL:
        return transcribe_stems(audio, has_bends, worker, folder, report)
    backend = worker.transcriber(find_card(model, "transcription"), report)
    stream = open_stream(audio, backend.card.sample_rate_hz)
    track = backend.transcribe(stream.blocks, stream.sample_count, has_bends, report)
    return (track,) if track.notes else ()


def _analysed(
    audio: Path, order: TranscriptionOrder, worker: Worker, report: Report, warnings: list[str]
) -> MusicalAnalysis:
    """Returns beats, tempo, chords and key; what cannot be found for want of weights becomes a warning."""
    beat_finder = _loaded(lambda: worker.beat_finder(default_card("beats"), report), "Tempo and beats", warnings)
    chord_finder = _loaded(lambda: worker.chord_finder(default_card("chords"), report), "Chords and key", warnings)
    return analyse(audio, beat_finder, chord_finder, report, quarter_bpm=order.quarter_bpm)


def _loaded(load: Callable[[], T], what: str, warnings: list[str]) -> T | None:
    try:
        return load()
    except (Unavailable, ModelNotFound, WeightsCorrupt) as error:
        warnings.append(f"{what} were not looked for. {error.message}")
        return None


def _warnings(sound: Sound, model: str, tracks: Sequence[NoteTrack]) -> list[str]:
    if sound.is_silent:
        return ["The audio is silent, so there are no notes."]
    warnings = [misfit_warning(sound, model)]
    if sound.is_clipped:
        warnings.append("The audio is clipped, so notes may be wrong or missing; use a recording with headroom.")
    if not tracks:
        warnings.append(f"No notes were found with “{model}”; another model may hear more.")
    return [warning for warning in warnings if warning]
