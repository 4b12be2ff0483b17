"""What REAPER plays for an item, sample by sample: an oracle that shares no code with the bridge.

An item's every sample is looked up on its own: where on the tape it lies, and where that is in the file.
"""

from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

Samples = NDArray[np.float64]
"""Shape (samples, channels)."""

CHANNEL_MODES = ("normal", "reverse_stereo", "mono_mix", "left", "right")


def play_clip(clip: dict[str, Any]) -> Samples:
    """Returns what the item of a request plays, at its source's rate and before its play rate."""
    samples, rate_hz = soundfile.read(clip["file"], always_2d=True)
    section = clip["section"] or {"offset_sec": 0.0, "length_sec": len(samples) / rate_hz}
    first = round(section["offset_sec"] * rate_hz)
    tape_samples = round((section["offset_sec"] + section["length_sec"]) * rate_hz) - first
    begin = round(clip["start_offset_sec"] * rate_hz)
    end = round((clip["start_offset_sec"] + clip["length_sec"] * clip["playrate"]) * rate_hz)
    on_tape = np.arange(begin, end)
    if clip["is_looped"]:
        on_tape %= tape_samples
    is_heard = (on_tape >= 0) & (on_tape < tape_samples)
    in_file = first + (tape_samples - 1 - on_tape if clip["is_reversed"] else on_tape)
    is_heard &= in_file < len(samples)
    played = np.where(is_heard[:, None], samples[np.where(is_heard, in_file, 0)], 0.0)
    return _channels(played, clip["channel_mode"])


def play_item(item: dict[str, Any]) -> Samples:
    """Returns what an item of the fake REAPER plays, with the gains of item and take."""
    values, take = item["values"], item["take"]
    section = take["source"].get("section")
    clip = {
        "file": (take["source"]["parent"] if section else take["source"])["file"],
        "section": section,
        "is_reversed": bool(section and section["is_reversed"]),
        "start_offset_sec": take["values"]["D_STARTOFFS"],
        "length_sec": values["D_LENGTH"],
        "playrate": take["values"]["D_PLAYRATE"],
        "is_looped": bool(values["B_LOOPSRC"]),
        "channel_mode": CHANNEL_MODES[int(take["values"]["I_CHANMODE"])],
    }
    return play_clip(clip) * float(values["D_VOL"] * take["values"]["D_VOL"])


def play_between_samples(item: dict[str, Any]) -> Samples:
    """Returns what a forward item plays at its play rate 1, at every sample from its beginning on, by straight lines.

    Unlike `play_item`, which knows whole samples only, it goes on from the very moment at which the item begins.
    """
    samples, rate_hz = soundfile.read(item["take"]["source"]["file"], always_2d=True)
    begin = item["take"]["values"]["D_STARTOFFS"] * rate_hz
    moments = begin + np.arange(round(item["values"]["D_LENGTH"] * rate_hz))
    columns = [np.interp(moments, np.arange(len(samples)), channel) for channel in samples.T]
    return np.stack(columns, axis=1)


def _channels(samples: Samples, mode: str) -> Samples:
    if mode == "normal" or samples.shape[1] == 1:
        return samples
    if mode == "reverse_stereo":
        return samples[:, ::-1]
    if mode == "mono_mix":
        return (samples[:, :1] + samples[:, 1:]) / 2
    return samples[:, [0 if mode == "left" else 1]]


def residual_db(items: list[dict[str, Any]], mix: Samples) -> float:
    """Returns the peak of the sum of the items minus the mix, in dBFS."""
    total = np.sum([play_item(item) for item in items], axis=0)
    assert len(total) == len(mix)
    return float(20 * np.log10(max(1e-12, np.max(np.abs(total - mix)))))


def write_song(path: Path, sample_rate_hz: int = 44_100, length_sec: float = 3.0, channels: int = 2) -> Path:
    """Writes noise of which no two moments and no two channels are alike; returns the path."""
    noise = np.random.default_rng(7).uniform(-0.5, 0.5, (round(length_sec * sample_rate_hz), channels))
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise, sample_rate_hz, subtype="FLOAT")
    return path
