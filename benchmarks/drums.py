"""Drum transcription on kits that it was not trained on: onset F-measure of each group of drums, by condition and kit.

    python -m benchmarks.drums --share SHARE --work WORK [--clips 4] [--stems 1]

SHARE holds the kits and soundfonts of the test (`engine.training.drums_sources`), WORK keeps the rendered clips. Onsets
count as found within 50 ms, each once (mir_eval); counts are pooled over clips. "flux" is a simple baseline: rises of
energy in bands that suit each group, with the thresholds that are best on this very test set. Velocity is the mean
absolute error of found strokes, of 127; kind is how many of them were called the right one of closed and open, low,
middle and high, crash and ride.
"""

import argparse
import functools
import itertools
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import mir_eval
import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.backends import find_card, load_transcriber
from engine.backends.base import TranscriptionBackend
from engine.backends.drums_features import BAND_COUNT, FRAME_RATE_HZ, SAMPLE_RATE_HZ
from engine.backends.drums_voices import GROUPS, VOICES
from engine.notes import Note
from engine.settings import default_folders
from engine.training.drums_examples import Clip, frames_of
from engine.training.drums_stems import htdemucs_drums
from engine.training.drums_strokes import PIECES, Stroke
from engine.training.drums_testing import solo_and_mix, test_kits
from engine.weights.store import WeightStore

CONDITIONS = ("solo", "mix", "stem")
WINDOW_SEC = 0.05
BASELINE_BANDS: Mapping[str, slice] = {
    "kick": slice(0, 6),
    "snare": slice(12, 62),
    "hihat": slice(80, BAND_COUNT),
    "tom": slice(4, 16),
    "cymbal": slice(62, 90),
}
"""Mel bands of each group: kicks below 150 Hz, hi-hats above 10 kHz."""
BASELINE_FACTORS = np.geomspace(0.3, 12, 24)


@dataclass(frozen=True)
class TestClip:
    """A clip of the test set."""

    kit: str
    condition: str
    clip: Clip


@dataclass
class Score:
    """Pooled counts of one group."""

    true: int = 0
    found: int = 0
    matched: int = 0
    right_kind: int = 0
    velocity_error: float = 0.0

    @property
    def f_measure(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.matched / (self.true + self.found) if self.true + self.found else float("nan")


Scores = dict[str, Score]


def kept_clips(share: Path, work: Path, clips_per_kit: int, stems_per_kit: int) -> list[TestClip]:
    """Returns the test set: clips of every kit in all conditions, made once and kept in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    drums_of = functools.cache(htdemucs_drums)
    tests = []
    for kit, number in itertools.product(test_kits(), range(clips_per_kit)):
        paths = {condition: work / f"{kit.name}-{number}-{condition}.wav" for condition in CONDITIONS}
        if not paths["mix"].exists():
            for condition, clip in zip(CONDITIONS, solo_and_mix(share, kit, number), strict=False):
                _write(paths[condition], clip)
        if number < stems_per_kit and not paths["stem"].exists():
            mix = _read(paths["mix"])
            _write(paths["stem"], Clip(drums_of()(mix.samples), mix.strokes))
        tests += [TestClip(kit.name, name, _read(path)) for name, path in paths.items() if path.exists()]
    return tests


def _write(path: Path, clip: Clip) -> None:
    strokes = [asdict(stroke) for stroke in clip.strokes]
    path.with_suffix(".json").write_text(json.dumps(strokes), encoding="utf-8")
    part = path.with_suffix(".part.wav")
    soundfile.write(part, clip.samples.T, SAMPLE_RATE_HZ, subtype="FLOAT")
    part.replace(path)


def _read(path: Path) -> Clip:
    samples = soundfile.read(path, dtype="float32", always_2d=True)[0].T
    strokes = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return Clip(np.ascontiguousarray(samples), [Stroke(**stroke) for stroke in strokes])


def score_notes(strokes: Sequence[Stroke], notes: Sequence[Note]) -> Scores:
    """Returns the counts of one clip, by group."""
    groups = {voice.pitch: voice.group for voice in VOICES}
    scores: Scores = {}
    for group in GROUPS:
        true = [s for s in strokes if (voice := PIECES[s.piece]) is not None and voice.group == group]
        found = [note for note in notes if groups[note.pitch] == group]
        score = scores[group] = Score(len(true), len(found))
        for i, j in _matches([s.onset_sec for s in true], [note.onset_sec for note in found]):
            voice = PIECES[true[i].piece]
            score.matched += 1
            score.right_kind += voice is not None and voice.pitch == found[j].pitch
            score.velocity_error += abs(true[i].velocity - found[j].velocity)
    return scores


def _matches(true_sec: Sequence[float], found_sec: Sequence[float]) -> list[tuple[int, int]]:
    if not true_sec or not found_sec:
        return []
    matching: list[tuple[int, int]] = mir_eval.util.match_events(np.array(true_sec), np.array(found_sec), WINDOW_SEC)
    return matching


def total(scores: Iterable[Scores]) -> Scores:
    """Returns the sums of counts, by group."""
    sums = {group: Score() for group in GROUPS}
    for one in scores:
        for group, score in one.items():
            for field, value in asdict(score).items():
                setattr(sums[group], field, getattr(sums[group], field) + value)
    return sums


def flux_onsets(bels: NDArray[np.float32], group: str, factor: float) -> list[float]:
    """Returns where the energy of a group's bands rises by `factor` times the mean rise, in seconds.

    Args:
        bels: mel frames, shape (frames, bands).
        group: one of GROUPS.
        factor: the threshold.
    """
    rise = np.clip(np.diff(bels[:, BASELINE_BANDS[group]], axis=0, prepend=-10), 0, None).mean(axis=1)
    return [float(frame / FRAME_RATE_HZ) for frame in _peaks(rise, factor * float(rise.mean()))]


def _peaks(curve: NDArray[np.float32], threshold: float) -> NDArray[np.intp]:
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(curve, 3), 7)
    return np.flatnonzero((curve >= threshold) & (curve == windows.max(axis=1)) & (curve > 0))


def baseline(tests: Sequence[TestClip]) -> Scores:
    """Returns the counts of spectral flux over the clips, at the best threshold for each group."""
    bels = [frames_of(test.clip.samples) for test in tests]
    scores: Scores = {}
    for group in GROUPS:
        tried = [_baseline_score(tests, bels, group, float(factor)) for factor in BASELINE_FACTORS]
        scores[group] = max(tried, key=lambda score: np.nan_to_num(score.f_measure))
    return scores


def _baseline_score(tests: Sequence[TestClip], bels: Sequence[NDArray[np.float32]], group: str, factor: float) -> Score:
    pitch = next(voice.pitch for voice in VOICES if voice.group == group)
    scores = []
    for test, frames in zip(tests, bels, strict=True):
        notes = [Note(pitch, 64, onset_sec, 0.05) for onset_sec in flux_onsets(frames, group, factor)]
        scores.append(score_notes(test.clip.strokes, notes))
    return total(scores)[group]


def show(title: str, scores: Scores, has_details: bool) -> None:
    cells = [f"{score.f_measure:10.3f}" for score in scores.values()]
    print(f"{title:24}", *cells)
    if has_details:
        matched = {group: max(1, score.matched) for group, score in scores.items()}
        velocity = (f"{score.velocity_error / matched[group]:10.1f}" for group, score in scores.items())
        kind = (f"{score.right_kind / matched[group]:10.3f}" for group, score in scores.items())
        print(f"{'  velocity error':24}", *velocity)
        print(f"{'  right kind':24}", *kind)


def transcribed(tests: Sequence[TestClip], backend: TranscriptionBackend) -> list[Scores]:
    """Returns the counts of every clip; prints how fast it was."""
    began = time.monotonic()
    notes = [backend.transcribe([t.clip.samples], t.clip.samples.shape[1], False, lambda f, m: None) for t in tests]
    seconds = sum(test.clip.samples.shape[1] for test in tests) / SAMPLE_RATE_HZ
    print(f"{seconds:.0f} s of audio in {time.monotonic() - began:.1f} s")
    return [score_notes(test.clip.strokes, track.notes) for test, track in zip(tests, notes, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=Path, default=Path("/usr/share"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=4, help="grooves for every kit")
    parser.add_argument("--stems", type=int, default=1, help="of them, how many as HTDemucs cuts them out of the mix")
    parser.add_argument("--weights", type=Path, help="weights to use instead of those that are installed")
    arguments = parser.parse_args()
    tests = kept_clips(arguments.share, arguments.work, arguments.clips, arguments.stems)
    card = find_card("drums", "transcription")
    store = WeightStore(default_folders()[1], is_offline=True)
    weights = arguments.weights or store.fetch(card.weights[0], lambda fraction, message: None)
    scores = transcribed(tests, load_transcriber(card, {card.weights[0]: weights}, "cpu"))

    print(f"{'onset F (50 ms)':24}", *(f"{group:>10}" for group in GROUPS))
    for condition in CONDITIONS:
        chosen = [number for number, test in enumerate(tests) if test.condition == condition]
        if chosen:
            show(f"flux, {condition}", baseline([tests[number] for number in chosen]), has_details=False)
            show(f"drums, {condition}", total(scores[number] for number in chosen), has_details=True)
    for kit in dict.fromkeys(test.kit for test in tests):
        of_kit = [number for number, test in enumerate(tests) if test.kit == kit and test.condition == "mix"]
        show(f"mix, {kit}", total(scores[number] for number in of_kit), has_details=False)


if __name__ == "__main__":
    main()
