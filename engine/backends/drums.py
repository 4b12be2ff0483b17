"""Drums to notes: kick, snare, hi-hat, toms and cymbals as General MIDI percussion, with velocity.

Two small convolutional networks of our own (see `drums_network`), trained on rendered drum parts of many kits, alone,
under music and as a separator cuts them out of it: docs/model-cards/drums.md has the data, the figures and the limits.

The audio is read in segments of ten seconds, each with as much of its surroundings as the network looks at, so that
where the segments meet makes no difference, and no more than one of them is in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.audio import Samples
from engine.backends.base import Card, Report, SegmentPlan
from engine.backends.drums_features import FRAME_RATE_HZ, HOP_SAMPLES, MARGIN_SAMPLES, SAMPLE_RATE_HZ, log_mel
from engine.backends.drums_network import CONTEXT_FRAMES, DrumCommittee
from engine.backends.drums_peaks import REACH_FRAMES, Curves, Peak, pick
from engine.backends.drums_velocity import by_level, level_bels
from engine.backends.drums_voices import GROUPS
from engine.errors import WeightsCorrupt
from engine.notes import Note, NoteTrack, by_onset
from engine.segments import segment_count, split

SEGMENT_FRAMES = 1000
THRESHOLDS = "thresholds"
"""Name of the tensor that holds, beside the networks', the onset threshold of each group."""
_LONGEST_NOTE_SEC = 0.1
# Beyond a segment: what the network looks at, and one frame for the parabola through a peak.
_EXTRA_FRAMES = CONTEXT_FRAMES + REACH_FRAMES + 1
_EXTRA_SAMPLES = _EXTRA_FRAMES * HOP_SAMPLES + MARGIN_SAMPLES


class DrumsBackend:
    """Runs the networks and picks the peaks of what they say."""

    def __init__(
        self, card: Card, weight_paths: Mapping[str, Path], device: str, segment_frames: int = SEGMENT_FRAMES
    ) -> None:
        self.card = card
        self._device = torch.device(device)
        network, self._thresholds = load(weight_paths[card.weights[0]])
        self._network = network.to(self._device)
        self._plan = SegmentPlan(
            segment_samples=segment_frames * HOP_SAMPLES,
            weight=np.ones(segment_frames * HOP_SAMPLES, dtype=np.float32),
            padded_samples=lambda length: length + 2 * _EXTRA_SAMPLES,
            batch_size=1,
        )

    def transcribe(self, blocks: Iterable[Samples], sample_count: int, has_bends: bool, report: Report) -> NoteTrack:
        """Returns the strokes as notes; drums have no bends. See `TranscriptionBackend.transcribe`."""
        hop = self._plan.segment_samples
        count = segment_count(sample_count, hop)
        notes: list[Note] = []
        levels_bels: list[float] = []
        for number, segment in enumerate(split(blocks, sample_count, self._plan, hop)):
            report(number / count, "transcribing drums")
            begin_sec = segment.offset / SAMPLE_RATE_HZ
            bels = log_mel(segment.samples.mean(axis=0))
            for peak in pick(self.curves(bels), self._thresholds):
                if 0 <= peak.frame - _EXTRA_FRAMES < -(-segment.length // HOP_SAMPLES):
                    onset_sec = begin_sec + peak.onset_sec - _EXTRA_FRAMES / FRAME_RATE_HZ
                    notes.append(_note(peak, min(max(0.0, onset_sec), sample_count / SAMPLE_RATE_HZ)))
                    levels_bels.append(level_bels(bels, peak.frame, peak.voice.group))
        report(1.0, "transcribing drums")
        return NoteTrack("drums", _apart(by_onset(by_level(notes, levels_bels))), is_drum=True)

    @torch.inference_mode()
    def curves(self, bels: NDArray[np.float32]) -> Curves:
        """Returns what the networks say of mel frames, shape (frames, bands)."""
        strokes = self._network(torch.from_numpy(bels)[None].to(self._device))
        onset, velocity, kind = (
            part[0].cpu().numpy() for part in (strokes.onset.sigmoid(), strokes.velocity, strokes.kind)
        )
        return Curves(onset, velocity, kind)


def load(path: Path) -> tuple[DrumCommittee, NDArray[np.float32]]:
    """Returns the networks, ready to run in float32, and the onset thresholds of the groups.

    Raises:
        WeightsCorrupt: the file is not of these networks.
    """
    from safetensors.torch import load_file

    state = {name: tensor.float() for name, tensor in load_file(path).items()}
    network = DrumCommittee()
    counts = {name: value for name, value in network.state_dict().items() if name.endswith("num_batches_tracked")}
    try:
        thresholds = state.pop(THRESHOLDS).numpy().reshape(len(GROUPS))
        network.load_state_dict(state | counts)
    except (KeyError, RuntimeError, ValueError) as error:
        raise WeightsCorrupt(f"{path.name} does not hold AuxSend's drum transcriber; fetch it again.") from error
    return network.eval(), thresholds


def _note(peak: Peak, onset_sec: float) -> Note:
    return Note(
        pitch=peak.voice.pitch,
        velocity=int(np.clip(round(127 * peak.velocity), 1, 127)),
        onset_sec=onset_sec,
        duration_sec=_LONGEST_NOTE_SEC,
    )


def _apart(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Returns the notes, each ending at the latest where the next of its pitch begins."""
    ended: list[Note] = []
    next_sec: dict[int, float] = {}
    for note in reversed(notes):
        gap_sec = next_sec.get(note.pitch, float("inf")) - note.onset_sec
        ended.append(replace(note, duration_sec=min(note.duration_sec, gap_sec)))
        next_sec[note.pitch] = note.onset_sec
    return tuple(reversed(ended))
