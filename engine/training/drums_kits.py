"""Kits: the recorded strokes of every piece, cut so that the attack is where it is said to be.

A kit is read from a folder of one-shots (Hydrogen's drumkit.xml, or plain files named by what they are) or recorded
from a soundfont, one key and velocity after another. Either way a stroke becomes one channel of samples and the
position of its attack in them, so that a part can be put together to the sample.
"""

import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import mido
import numpy as np
import soundfile
import soxr

from engine.audio import Samples
from engine.backends.drums_features import SAMPLE_RATE_HZ
from engine.training.drums_strokes import MIDI_KEYS

_LONGEST_SEC = 4.0
_BEFORE_ATTACK_SEC = 0.01
# An attack begins where the sound first reaches this part of its peak.
_ATTACK = 0.1
_SILENCE = 1e-4
_RECORDED_VELOCITIES = (45, 85, 120)
_KEY_SEC = 2.0
PERCUSSION_BANK = 128

# Tried in this order on an instrument's or a file's name; "" is left out.
_NAMES: tuple[tuple[str, str], ...] = (
    (r"roll|choke|flink|swish|glass|empty|zap|fx|hat free|whistle|loop|strum|sample: |misc", ""),
    (r"side ?stick|rim click|^(c#3 - )?stick", "side stick"),
    (r"cajon|maraca|snaps?\b|bongo|tambourine|cowbell|clave|wood|shaker|conga|agogo|tabla|perc_|triangle|click",
     "percussion"),
    (r"kick|bass ?drum|^bd_|drum_bass", "kick"),
    (r"clap", "clap"),
    (r"snare|^sn_|redo super", "snare"),
    (r"(hh|hat|cymbal).*(pedal|pd)|(pedal|pd).*(hh|hat)", "pedal hi-hat"),
    (r"(hh|hat|drum_cymbal).*\bsemi|semi.*(hh|hat)", ""),
    (r"(hh|hat|drum_cymbal).*op|ohh|op.* (hh|hat)|hat op", "open hi-hat"),
    (r"hh|hat|drum_cymbal_closed", "closed hi-hat"),
    (r"floor|tom.*lo|lo\w* tom|f3 tom", "low tom"),
    (r"tom.*mid|mid\w* tom|tom 2|^tom$", "mid tom"),
    (r"tom.*hi|hi\w* tom|tom 1|tomhi", "high tom"),
    (r"splash", "splash"),
    (r"china", "china"),
    (r"bell|cup", "ride bell"),
    (r"crash/ride", ""),
    (r"ride|drum_cymbal_soft", "ride"),
    (r"crash|drum_cymbal_hard|elec_cymbal|^cymbal$", "crash"),
)  # fmt: skip


@dataclass(frozen=True)
class OneShot:
    """One recorded stroke, as loud as if struck as hard as can be."""

    samples: Samples
    """Shape (samples,)."""
    attack: int
    """Sample at which its attack begins."""
    velocity: float
    """Highest velocity that it stands for, 0 to 1."""


Instrument = tuple[OneShot, ...]
"""The strokes of one drum, from soft to loud."""


@dataclass(frozen=True)
class Kit:
    """A drum kit."""

    name: str
    instruments: Mapping[str, tuple[Instrument, ...]]
    """By piece; a kit may have several snares, and no ride at all."""


def piece_called(name: str) -> str:
    """Returns the piece that an instrument with this name is, "" for none of ours."""
    lowered = name.lower()
    return next((piece for pattern, piece in _NAMES if re.search(pattern, lowered)), "")


def one_shot(samples: Samples, velocity: float) -> OneShot | None:
    """Returns a stroke, cut to what sounds and faded out; None for silence."""
    loudness = np.abs(samples)
    peak = float(loudness[: SAMPLE_RATE_HZ // 2].max(initial=0.0))
    if peak < _SILENCE:
        return None
    attack = int(np.argmax(loudness > _ATTACK * peak))
    begin = max(0, attack - int(_BEFORE_ATTACK_SEC * SAMPLE_RATE_HZ))
    audible = int(np.flatnonzero(loudness > _SILENCE * peak * 10)[-1])
    cut = samples[begin : min(audible, begin + int(_LONGEST_SEC * SAMPLE_RATE_HZ)) + 1].astype(np.float32)
    fade = min(len(cut), 441)
    cut[len(cut) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return OneShot(cut, attack - begin, velocity)


def read_folder(folder: Path) -> Kit:
    """Returns the kit in a folder: Hydrogen's, or files that are named by their piece."""
    description = folder / "drumkit.xml"
    layers = _hydrogen_layers(description) if description.exists() else _named_files(folder)
    instruments: dict[str, list[Instrument]] = defaultdict(list)
    for piece, files in layers:
        # A description may name files that its package lacks.
        there = [layer for layer in files if (folder / layer[0]).is_file()]
        shots = [one_shot(gain * _read(folder / file), velocity) for file, gain, velocity in there]
        kept = tuple(sorted((shot for shot in shots if shot), key=lambda shot: shot.velocity))
        if kept:
            instruments[piece].append(kept)
    return Kit(folder.name, {piece: tuple(found) for piece, found in instruments.items()})


Layer = tuple[str, float, float]
"""File, gain, and the highest velocity (0 to 1) that it is for."""


def _hydrogen_layers(description: Path) -> Iterable[tuple[str, list[Layer]]]:
    """Yields each instrument's piece and layers; layers come under their instrument, or under a component of it."""
    text = re.sub(r'\sxmlns="[^"]*"', "", description.read_text(encoding="utf-8", errors="replace"))
    for instrument in ElementTree.fromstring(text).iter("instrument"):
        piece = piece_called(instrument.findtext("name") or "")
        volume = float(instrument.findtext("volume") or 1.0)
        found: list[Layer] = [
            (layer.findtext("filename") or "", volume * float(layer.findtext("gain") or 1.0),
             float(layer.findtext("max") or 1.0))
            for layer in instrument.iter("layer")
        ]  # fmt: skip
        single = instrument.findtext("filename")
        if single and not found:
            found = [(single, volume, 1.0)]
        if piece and found:
            yield piece, found


def _named_files(folder: Path) -> Iterable[tuple[str, list[Layer]]]:
    """Yields each file's piece and itself; "soft" and "hard" files of one name are layers of one instrument."""
    layers: dict[str, list[Layer]] = defaultdict(list)
    for path in sorted(folder.glob("*.flac")):
        name = re.sub(r"_(soft|hard)$", "", path.stem)
        is_layered = "cymbal" not in path.stem and name != path.stem
        layers[name if is_layered else path.stem].append((path.name, 1.0, 0.5 if path.stem.endswith("soft") else 1.0))
    for name, found in layers.items():
        piece = piece_called(name)
        if piece:
            yield piece, found


def _read(path: Path) -> Samples:
    """Returns a file as one channel at the rate of the features."""
    samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    return np.asarray(mono if rate_hz == SAMPLE_RATE_HZ else soxr.resample(mono, rate_hz, SAMPLE_RATE_HZ))


def record_soundfont(soundfont: Path, bank: int, program: int) -> Kit:
    """Returns a soundfont's drum kit, recorded with fluidsynth without its reverb, one key after another."""
    keys = [(piece, key) for piece, found in MIDI_KEYS.items() for key in found]
    played = [(piece, key, velocity) for piece, key in keys for velocity in _RECORDED_VELOCITIES]
    song = mido.MidiFile(ticks_per_beat=1000)
    song.tracks.append(track := mido.MidiTrack())
    # The tenth channel is for General MIDI's drums; a soundfont that is nothing but one kit may have it elsewhere.
    channel = 9 if bank == PERCUSSION_BANK else 0
    track.append(mido.MetaMessage("set_tempo", tempo=1_000_000))  # a tick is a millisecond
    track.append(mido.Message("control_change", channel=channel, control=0, value=bank & 0x7F))
    track.append(mido.Message("program_change", channel=channel, program=program))
    for _, key, velocity in played:
        track.append(mido.Message("note_on", channel=channel, note=key, velocity=velocity, time=0))
        track.append(mido.Message("note_off", channel=channel, note=key, time=int(_KEY_SEC * 1000)))
    audio = play(song, soundfont, ("-R", "0", "-C", "0"))
    audio = audio.mean(axis=0) / max(1e-9, float(np.abs(audio).max()))
    length = int(_KEY_SEC * SAMPLE_RATE_HZ)
    instruments: dict[str, dict[int, list[OneShot]]] = defaultdict(lambda: defaultdict(list))
    for number, (piece, key, velocity) in enumerate(played):
        # Fluidsynth plays with the square of the velocity; all kits are kept as loud as they would be at 127.
        loud = audio[number * length : (number + 1) * length] * (127 / velocity) ** 2
        shot = one_shot(loud, velocity / 127)
        if shot:
            instruments[piece][key].append(shot)
    return Kit(
        f"{soundfont.stem} {program}",
        {piece: tuple(tuple(shots) for shots in found.values()) for piece, found in instruments.items()},
    )


def play(song: mido.MidiFile, soundfont: Path, options: tuple[str, ...] = ()) -> Samples:
    """Returns a MIDI file as fluidsynth plays it, shape (2, samples)."""
    with tempfile.TemporaryDirectory() as folder:
        midi, wave = Path(folder, "in.mid"), Path(folder, "out.wav")
        song.save(midi)
        command = ("fluidsynth", "-ni", "-q", "-g", "0.5", *options, "-r", str(SAMPLE_RATE_HZ), "-O", "float")
        subprocess.run((*command, "-F", str(wave), str(soundfont), str(midi)), check=True, capture_output=True)
        samples, _ = soundfile.read(wave, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples.T)
