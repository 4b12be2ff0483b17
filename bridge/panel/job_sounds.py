"""What there is to hear and to see of a job that is done, by the job's id and a name.

split        each stem by its name, and "mix": what the item plays, as it was split
transcribe   "notes"
continue     "candidate-1", "candidate-2", ...
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.audio_file import open_song
from bridge.clip import Clip, plan_clip
from bridge.clip_played import as_played
from bridge.midi.file import midi_bytes
from bridge.midi.notes import Note, NoteTrack
from bridge.midi.writing import midi_of
from bridge.outputs import Stage
from bridge.panel.playable import write_playable
from bridge.render import ignore, render
from bridge.schema import parse
from bridge.settings import load_settings, user_folders
from bridge.soundfont import choose_soundfont
from bridge.store import BridgeJob, State

MIX, NOTES, CANDIDATE = "mix", "notes", "candidate-"


@dataclass(frozen=True)
class Roll:
    """Notes as a piano roll shows them."""

    tracks: tuple[Mapping[str, Any], ...]
    """As the job's result has them: `name`, `color`, `program`, `notes` and perhaps `is_drum`."""
    length_sec: float
    bar_lines_sec: tuple[float, ...]

    def document(self) -> dict[str, Any]:
        """Returns it as the browser draws it."""
        kept = ("name", "color", "notes")
        return {
            "tracks": [{key: track[key] for key in kept} for track in self.tracks],
            "length_sec": self.length_sec,
            "bar_lines_sec": list(self.bar_lines_sec),
        }


def stems_of(job: BridgeJob) -> dict[str, Path]:
    """Returns the files of a split's stems by name; none for any other job, or one that is not done."""
    return {stem["name"]: Path(stem["file"]) for stem in _result(job).get("stems", ())}


def rolls_of(job: BridgeJob) -> dict[str, Roll]:
    """Returns the notes that a job has written, by name; none for a split, or a job that is not done."""
    result = _result(job)
    if "tracks" in result:
        lines = tuple(time_sec for time_sec, bar_position in result["beats"] if bar_position == 1)
        return {NOTES: Roll(tuple(result["tracks"]), result["length_sec"], lines)}
    bars, length_sec = result.get("bars", 1), result.get("length_sec", 0.0)
    lines = tuple(length_sec * bar / bars for bar in range(bars))
    return {
        f"{CANDIDATE}{number}": Roll(tuple(candidate["tracks"]), length_sec, lines)
        for number, candidate in enumerate(result.get("candidates", ()), 1)
    }


async def write_mix(job: BridgeJob, target: Path) -> None:
    """Writes what the item of a split plays, at its source's own speed, as the stems are.

    Raises:
        BridgeError: the source has gone, or has changed so that it cannot be played.
    """
    clip = parse(Clip, job.request["params"]["clip"], "clip")
    song = await asyncio.to_thread(open_song, clip.file)
    plan = plan_clip(clip, song.sample_rate_hz, song.sample_count)
    played, cut = await as_played(song, clip, plan, Stage(target.parent, target.parent), ignore)
    await asyncio.to_thread(write_playable, played, cut, target)


async def write_roll(roll: Roll, target: Path) -> None:
    """Writes how notes sound.

    Raises:
        BridgeError: there are none, or no player or soundfont.
    """
    settings = load_settings()
    kept_in = user_folders().state / "soundfonts"
    soundfont = await choose_soundfont(None, kept_in, is_offline=settings.offline, report=ignore)
    midi = target.with_suffix(".mid")
    midi.write_bytes(midi_bytes(midi_of([_track(track) for track in roll.tracks])))
    await render(midi, target, soundfont)


def _result(job: BridgeJob) -> dict[str, Any]:
    return (job.result or {}) if job.state is State.DONE else {}


def _track(track: Mapping[str, Any]) -> NoteTrack:
    notes = tuple(Note(*note) for note in track["notes"])
    return NoteTrack(track["name"], notes, track["program"], track.get("is_drum", False))
