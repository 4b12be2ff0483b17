"""How well and how fast we transcribe, beside the packages whose models these are: the same audio, in turn.

    python -m benchmarks.transcription [--songs 3] [--seconds 20] [--rows basic-pitch,voice]

Every transcriber of the registry that suits a kind of audio (`benchmarks.pieces`) is scored on it, and Basic Pitch's
own `predict` on everything. Scores are mir_eval's note F1, means over the pieces (`benchmarks.note_scores`); "predict"
is the F1 (onset) against what `predict` found, where one runs the same model as the other; notes that it finds in
silence (below -120 dBFS, where it scales up the rounding of its own arithmetic) are left out of that. Speed is from the
audio file to the notes, model loaded: seconds of audio in a second, and how many times as fast as Basic Pitch's
`predict` in this run, by the clock and by processor time, which other work on the machine disturbs less.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.note_scores import NoteScores, score, score_arrays, to_arrays
from benchmarks.peers import basic_pitch_predict
from benchmarks.pieces import KINDS, Piece, pieces
from benchmarks.separation import Cost
from engine.audio_stream import open_stream
from engine.backends import REGISTRY, load_transcriber
from engine.backends.base import Card
from engine.backends.basic_pitch import SILENT_PEAK
from engine.notes import Note
from engine.settings import default_folders
from engine.weights.store import WeightStore

Transcribe = Callable[[Path], Sequence[Note]]
BASELINE = "basic_pitch.predict"
SUITS: Mapping[str, tuple[str, ...]] = {"voice": ("melody", "voice"), "piano": ("piano",), "drums": ()}
"""Kinds of audio that a card is meant for; a card that is not here is scored on all."""


@dataclass(frozen=True)
class Row:
    """Something that transcribes, and the kinds of audio that it is scored on."""

    name: str
    load: Callable[[], Transcribe]
    kinds: tuple[str, ...] = KINDS


@dataclass
class Result:
    """What a row did with all pieces of one kind."""

    scores: list[NoteScores] = field(default_factory=list)
    agreements: list[float] = field(default_factory=list)
    """F1 against the baseline's notes."""
    costs: list[Cost] = field(default_factory=list)
    audio_sec: float = 0.0


def card_row(card: Card) -> Row:
    """Returns the row of a model of ours: the file at the model's rate, then its backend."""

    def load() -> Transcribe:
        store = WeightStore(default_folders()[1], is_offline=False)
        paths = {name: store.fetch(name, lambda fraction, message: None) for name in card.weights}
        backend = load_transcriber(card, paths, "cpu")

        def transcribe(audio: Path) -> Sequence[Note]:
            stream = open_stream(audio, card.sample_rate_hz)
            return backend.transcribe(stream.blocks, stream.sample_count, False, lambda fraction, message: None).notes

        return transcribe

    return Row(card.name, load, SUITS.get(card.name, KINDS))


def rows() -> list[Row]:
    """Returns all that can be measured; whoever adds a peer adds it here."""
    cards = [card for card in REGISTRY.values() if card.task == "transcription" and card.is_visible]
    return [Row(BASELINE, lambda: basic_pitch_predict), *(card_row(card) for card in cards)]


def measure(chosen: Sequence[Row], all_pieces: Sequence[Piece]) -> dict[tuple[str, str], Result]:
    """Returns the results by row and kind; rows take turns on each piece, after a first run that is not counted."""
    loaded = {row.name: row.load() for row in chosen}
    for row in chosen:
        suitable = [piece for piece in all_pieces if piece.kind in row.kinds]
        if suitable:
            loaded[row.name](suitable[0].audio)
    results: dict[tuple[str, str], Result] = {}
    for piece in all_pieces:
        found: dict[str, Sequence[Note]] = {}
        for row in chosen:
            if piece.kind in row.kinds:
                result = results.setdefault((row.name, piece.kind), Result())
                found[row.name] = add_run(result, loaded[row.name], piece)
                print(f"{piece.name:24} {row.name:20} {result.scores[-1]}", flush=True)
        theirs = audible(found.get(BASELINE, ()), piece.audio)
        for name, notes in found.items():
            results[name, piece.kind].agreements.append(score(theirs, notes).onset)
    return results


def add_run(result: Result, transcribe: Transcribe, piece: Piece) -> Sequence[Note]:
    """Returns the notes of one piece, after adding their scores and their cost."""
    wall_sec, cpu_sec = time.perf_counter(), time.process_time()
    notes = transcribe(piece.audio)
    result.costs.append(Cost(time.perf_counter() - wall_sec, time.process_time() - cpu_sec))
    result.scores.append(score_arrays(piece.truth, to_arrays(notes)))
    result.audio_sec += soundfile.info(piece.audio).duration
    return notes


def audible(notes: Sequence[Note], audio: Path) -> list[Note]:
    """Returns the notes during which there is more than silence in the audio."""
    samples, rate_hz = soundfile.read(audio, dtype="float32", always_2d=True)
    peaks = (
        np.abs(samples[int(note.onset_sec * rate_hz) : int(note.offset_sec * rate_hz) + 1]).max(initial=0.0)
        for note in notes
    )
    return [note for note, peak in zip(notes, peaks, strict=True) if peak >= SILENT_PEAK]


def show(results: Mapping[tuple[str, str], Result]) -> None:
    """Prints the table."""
    columns = {"onset": 8, "offset": 8, "velocity": 10, "predict": 9, "x real time": 13, "clock": 8, "cpu": 8}
    print("\n" + " " * 30 + "".join(f"{name:>{width}}" for name, width in columns.items()))
    for (name, kind), result in sorted(results.items(), key=lambda item: KINDS.index(item[0][1])):
        means = np.mean([[s.onset, s.offset, s.velocity] for s in result.scores], axis=0)
        # People who wrote a song down gave no velocities.
        velocity = "-" if kind == "voice" else f"{means[2]:.3f}"
        wall_sec = sum(cost.wall_sec for cost in result.costs)
        line = f"{kind:8}{name:22}{means[0]:8.3f}{means[1]:8.3f}{velocity:>10}{np.mean(result.agreements):9.3f}"
        print(f"{line}{result.audio_sec / wall_sec:13.1f}" + _ratios(result, results.get((BASELINE, kind))))


def _ratios(result: Result, baseline: Result | None) -> str:
    """Returns how many times as fast as the baseline, by the clock and in processor time, as two columns."""
    if baseline is None:
        return f"{'-':>8}{'-':>8}"
    pairs = list(zip(baseline.costs, result.costs, strict=True))
    clock = np.median([theirs.wall_sec / ours.wall_sec for theirs, ours in pairs])
    cpu = np.median([theirs.cpu_sec / ours.cpu_sec for theirs, ours in pairs])
    return f"{clock:8.2f}{cpu:8.2f}"


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=3, help="how many songs of POP909")
    parser.add_argument("--seconds", type=float, default=20.0, help="how much of each")
    parser.add_argument("--rows", default="", help="names of models to measure, separated by commas; all by default")
    options = parser.parse_args()
    wanted = options.rows.split(",") if options.rows else []
    chosen = [row for row in rows() if not wanted or row.name in (*wanted, BASELINE)]
    with tempfile.TemporaryDirectory() as folder:
        show(measure(chosen, list(pieces(options.songs, options.seconds, Path(folder)))))


if __name__ == "__main__":
    main()
