"""Chooses the onset threshold of each group: the one with the best F-measure on clips of kits that do not train."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.backends.drums_network import DrumCommittee, DrumNetwork
from engine.backends.drums_peaks import Curves, pick
from engine.backends.drums_voices import GROUPS, VOICES
from engine.training.drums_batches import Batch, whole_clips
from engine.training.drums_examples import Shard

TOLERANCE_SEC = 0.05
_CANDIDATES = np.arange(0.1, 0.75, 0.025)
_LOWEST = np.full(len(GROUPS), _CANDIDATES[0], dtype=np.float32)


def match_count(true_sec: Sequence[float], found_sec: Sequence[float]) -> int:
    """Returns how many onsets are found, at most TOLERANCE_SEC away, each counted once; both are ordered."""
    count, at = 0, 0
    for onset_sec in true_sec:
        while at < len(found_sec) and found_sec[at] < onset_sec - TOLERANCE_SEC:
            at += 1
        if at < len(found_sec) and found_sec[at] <= onset_sec + TOLERANCE_SEC:
            count, at = count + 1, at + 1
    return count


def f_measure(matched: int, true: int, found: int) -> float:
    """Returns the harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found."""
    return 2 * matched / (true + found) if true + found else 1.0


def best_thresholds(
    network: DrumNetwork | DrumCommittee, shards: Mapping[str, Shard]
) -> tuple[NDArray[np.float32], list[float]]:
    """Returns the threshold of each group, and the F-measure that it reaches over all clips of `shards`."""
    tables = np.zeros((len(GROUPS), len(_CANDIDATES), 3), dtype=int)
    for shard in shards.values():
        for batch in whole_clips(shard):
            tables += _counts(network, batch)
    scores = np.array([[f_measure(*counts) for counts in table] for table in tables])
    best = scores.argmax(axis=1)
    return _CANDIDATES[best].astype(np.float32), [float(row[i]) for row, i in zip(scores, best, strict=True)]


def _counts(network: DrumNetwork | DrumCommittee, batch: Batch) -> NDArray[np.int64]:
    """Returns matched, true and found onsets of a clip, shape (groups, candidates, 3)."""
    found, values = _found(network, batch)
    true = _true(batch)
    return np.array([
        [
            (
                match_count(true[group], kept := [
                    sec for sec, value in zip(found[group], values[group], strict=True) if value >= threshold
                ]),
                len(true[group]),
                len(kept),
            )
            for threshold in _CANDIDATES
        ]
        for group in GROUPS
    ])  # fmt: skip


@torch.inference_mode()
def _found(network: DrumNetwork | DrumCommittee, batch: Batch) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    strokes = network(batch.bels)
    curves = Curves(strokes.onset[0].sigmoid().numpy(), strokes.velocity[0].numpy(), strokes.kind[0].numpy())
    onsets: dict[str, list[float]] = {group: [] for group in GROUPS}
    values: dict[str, list[float]] = {group: [] for group in GROUPS}
    for peak in pick(curves, _LOWEST):
        onsets[peak.voice.group].append(peak.onset_sec)
        values[peak.voice.group].append(float(curves.onset[peak.frame, GROUPS.index(peak.voice.group)]))
    return onsets, values


def _true(batch: Batch) -> dict[str, list[float]]:
    """Returns the onsets that the targets came from: their own peaks."""
    onset = batch.onset[0].numpy()
    curves = Curves(onset, onset, np.zeros((len(onset), len(VOICES)), dtype=np.float32))
    onsets: dict[str, list[float]] = {group: [] for group in GROUPS}
    for peak in pick(curves, np.full(len(GROUPS), 0.5, dtype=np.float32)):
        onsets[peak.voice.group].append(peak.onset_sec)
    return onsets
