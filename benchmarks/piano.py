"""Our piano transcription beside transkun's: what each finds in performances whose notes are known, and what it costs.

    python -m benchmarks.piano [--songs 1 10] [--seconds 60] [--midi performance.mid ...] [--threads 2]

The performances are the piano tracks of POP909, which people have played on a keyboard with a pedal, and MIDI files of
your own, as the grand piano of FluidR3_GM plays them. Both sides are given the same samples in memory and have their
models loaded; ours is the backend whole, from blocks to notes. Each side has a process's default of threads, or
`--threads`.

"As theirs" compares our notes with the package's own: 1 means that every note has its counterpart. Only there are
pedals compared, by when they go down, within 100 ms: a soundfont's pedal keeps notes from ending and changes nothing
else, so that nobody can hear when it goes down.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.note_scores import NoteScores, score
from benchmarks.rendered import excerpt, pop909_songs, read_tracks, render_tracks
from benchmarks.separation import Cost
from benchmarks.transkun_peer import TranskunPeer
from engine.audio import Samples
from engine.backends import REGISTRY, load_transcriber
from engine.backends.base import TranscriptionBackend
from engine.notes import SUSTAIN_PEDAL, NoteTrack
from engine.settings import default_folders
from engine.weights.store import WeightStore

MODEL = "piano"
START_SEC = 20.0
PEDAL_TOLERANCE_SEC = 0.1
BLOCK_SAMPLES = 1 << 16


@dataclass(frozen=True)
class Result:
    """What both sides made of one performance."""

    name: str
    truth: NoteTrack
    ours: NoteTrack
    theirs: NoteTrack
    our_cost: Cost
    their_cost: Cost


def performances(songs: Sequence[int], seconds: float, midi: Sequence[Path]) -> Iterator[tuple[str, NoteTrack]]:
    """Yields the piano tracks by their names."""
    library = pop909_songs(max(songs, default=0)) if songs else ()
    for number in songs:
        (piano,) = (track for track in read_tracks(library[number - 1]) if track.name == "PIANO")
        yield f"POP909 {number:03}", excerpt(piano, START_SEC, START_SEC + seconds)
    for path in midi:
        yield path.stem, read_tracks(path)[0]


def load_ours() -> TranscriptionBackend:
    """Returns our backend with its weights."""
    card = REGISTRY[MODEL]
    store = WeightStore(default_folders()[1], is_offline=False)
    return load_transcriber(card, {name: store.fetch(name, silent) for name in card.weights}, "cpu")


def run_ours(backend: TranscriptionBackend, samples: Samples) -> tuple[NoteTrack, Cost]:
    """Returns our notes, and what they cost."""
    count = samples.shape[-1]
    wall_sec, cpu_sec = time.perf_counter(), time.process_time()
    blocks = (samples[:, start : start + BLOCK_SAMPLES] for start in range(0, count, BLOCK_SAMPLES))
    track = backend.transcribe(blocks, count, False, silent)
    return track, Cost(time.perf_counter() - wall_sec, time.process_time() - cpu_sec)


def silent(fraction: float, message: str) -> None:
    """Reports nothing."""


def pedal_f1(truth: NoteTrack, found: NoteTrack) -> float:
    """Returns the F1 score of the times at which the sustain pedal goes down; 1 where neither has any."""
    expected, rest = pedal_times_sec(truth), pedal_times_sec(found)
    total = len(expected) + len(rest)
    hits = 0
    for time_sec in expected:
        near = [other for other in rest if abs(other - time_sec) <= PEDAL_TOLERANCE_SEC]
        if near:
            rest.remove(min(near, key=lambda other: abs(other - time_sec)))
            hits += 1
    return 2 * hits / total if total else 1.0


def pedal_times_sec(track: NoteTrack) -> list[float]:
    """Returns when the sustain pedal goes down."""
    times_sec = []
    was_down = False
    for change in track.control_changes:
        if change.number == SUSTAIN_PEDAL:
            if change.value >= SUSTAIN_PEDAL and not was_down:
                times_sec.append(change.time_sec)
            was_down = change.value >= SUSTAIN_PEDAL
    return times_sec


def show(result: Result) -> None:
    """Prints a row for each side, and how they compare."""
    for side, track in (("ours", result.ours), ("transkun", result.theirs)):
        print(row(result.name, side, score(result.truth.notes, track.notes), ""))
    pedal = f"{pedal_f1(result.theirs, result.ours):.3f}"
    print(row(result.name, "as theirs", score(result.theirs.notes, result.ours.notes), pedal))
    wall = result.their_cost.wall_sec / result.our_cost.wall_sec
    cpu = result.their_cost.cpu_sec / result.our_cost.cpu_sec
    print(
        f"{result.name}: ours is {wall:.2f} times as fast on the clock, {cpu:.2f} times in processor time", flush=True
    )


def row(name: str, side: str, scores: NoteScores, pedal: str) -> str:
    """Returns a row of the table."""
    return f"| {name} | {side} | {scores.onset:.3f} | {scores.offset:.3f} | {scores.velocity:.3f} | {pedal} |"


def main() -> None:
    """Reads the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, nargs="*", default=[1, 10], help="numbers of POP909")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each song")
    parser.add_argument("--midi", type=Path, nargs="*", default=[])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    backend, peer = load_ours(), TranskunPeer(options.threads)
    print("| performance | | onset F1 | onset and offset | onset and velocity | pedal |\n|---|---|---|---|---|---|")
    for name, truth in performances(options.songs, options.seconds, options.midi):
        samples = render_tracks([truth])
        ours, our_cost = run_ours(backend, samples)
        theirs, their_cost = peer.transcribe(samples)
        show(Result(name, truth, ours, theirs, our_cost, their_cost))
    peer.close()


if __name__ == "__main__":
    main()
