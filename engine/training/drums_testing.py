"""The test set: grooves on kits that train nothing, alone and within music.

Kits of soundfonts are played by fluidsynth from a MIDI file, with its reverb; the others by the player of one-shots, as
they were recorded. Music comes from a soundfont that is not heard in training either.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import mido
import numpy as np

from engine.audio import Samples
from engine.backends.drums_features import SAMPLE_RATE_HZ
from engine.training.drums_accompaniment import random_accompaniment
from engine.training.drums_effects import random_effects
from engine.training.drums_examples import CLIP_SEC, Clip, mixed, shard_rng
from engine.training.drums_grooves import STYLES, groove
from engine.training.drums_kits import play, read_folder
from engine.training.drums_rendering import plain_setup, render
from engine.training.drums_sources import KITS, SOUNDFONTS, KitSource, SoundfontSource, existing
from engine.training.drums_strokes import MIDI_KEYS, Stroke

Player = Callable[[Sequence[Stroke]], Clip]


@dataclass(frozen=True)
class TestKit:
    """A kit that is not heard in training."""

    name: str
    source: KitSource | SoundfontSource
    program: int = 0

    def player(self, share: Path) -> Player:
        """Returns what plays strokes on it; `share` as in `drums_sources`."""
        if isinstance(self.source, KitSource):
            setup = plain_setup(read_folder(existing(share, self.source.folder)))
            return lambda strokes: Clip(*render(strokes, setup, CLIP_SEC))
        soundfont = existing(share, self.source.file)
        return lambda strokes: Clip(played(strokes, soundfont, self.program), strokes)


def test_kits() -> list[TestKit]:
    """Returns the kits of the test."""
    folders = [TestKit(Path(source.folder).name, source) for source in KITS if source.part == "test"]
    return folders + [
        TestKit(f"{Path(source.file).stem} {program}", source, program)
        for source in SOUNDFONTS
        if source.part == "test"
        for program in source.programs
    ]


def solo_and_mix(share: Path, kit: TestKit, number: int) -> tuple[Clip, Clip]:
    """Returns a groove on a kit, alone and within music; the same for the same kit and number."""
    rng = shard_rng(f"test {kit.name}", number)
    dry = kit.player(share)(groove(rng, STYLES[int(rng.integers(len(STYLES)))], CLIP_SEC))
    solo = Clip(random_effects(rng, dry.samples), dry.strokes)
    font = next(source for source in SOUNDFONTS if source.part == "test")
    return solo, mixed(rng, solo, random_accompaniment(rng, existing(share, font.file), CLIP_SEC))


def played(strokes: Sequence[Stroke], soundfont: Path, program: int) -> Samples:
    """Returns the strokes as fluidsynth plays them on a General MIDI kit, shape (2, samples)."""
    song = mido.MidiFile(ticks_per_beat=10_000)
    song.tracks.append(track := mido.MidiTrack())
    track.append(mido.MetaMessage("set_tempo", tempo=1_000_000))  # a tick is a tenth of a millisecond
    track.append(mido.Message("program_change", channel=9, program=program))
    events: list[tuple[int, str, int, int]] = []
    for stroke in strokes:
        tick, key = round(stroke.onset_sec * 10_000), MIDI_KEYS[stroke.piece][0]
        events += [(tick, "note_on", key, stroke.velocity), (tick + 300, "note_off", key, 0)]
    at = 0
    for tick, kind, key, velocity in sorted(events):
        track.append(mido.Message(kind, channel=9, note=key, velocity=velocity, time=tick - at))
        at = tick
    samples = play(song, soundfont)
    length = int(CLIP_SEC * SAMPLE_RATE_HZ)
    return np.pad(samples, ((0, 0), (0, max(0, length - samples.shape[1]))))[:, :length]
