"""What is asked of the bridge: the params of its verbs, and the folder for results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clips import Sound
from .location import user_library
from .melody import Melody
from .settings import Settings
from .stems import can_load_audio

if TYPE_CHECKING:
    from Live.Song import Song

ROOTS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def clip_of(sound: Sound) -> dict[str, Any]:
    """Returns the clip of a request: the window, at the file's own speed; what the clip adds, its results get."""
    return {"file": sound.file, "start_offset_sec": sound.offset_sec, "length_sec": sound.length_sec}


def split_params(song: Song, sound: Sound, settings: Settings) -> dict[str, Any]:
    """Returns the params of `split`."""
    return {
        "clip": clip_of(sound),
        "name": sound.name or "Clip",
        "folder": str(media_folder(song)),
        "model": settings.model,
        "quality": settings.quality,
    }


def transcribe_params(song: Song, sound: Sound, settings: Settings) -> dict[str, Any]:
    """Returns the params of `transcribe`."""
    return {
        "clip": clip_of(sound),
        "name": sound.name or "Clip",
        "folder": str(media_folder(song)),
        "model": settings.transcription_model,
    }


def continue_params(song: Song, melody: Melody, settings: Settings) -> dict[str, Any]:
    """Returns the params of `continue`."""
    upper, lower = melody.metre
    bar_line_sec = -melody.seconds(melody.into_bar_beats)
    return {
        "notes": list(melody.notes),
        "name": melody.name or "Clip",
        "folder": str(media_folder(song)),
        "length_sec": melody.seconds(melody.length_beats),
        "tempos": [{"time_sec": bar_line_sec, "quarter_bpm": melody.tempo_bpm}],
        "time_signatures": [{"time_sec": bar_line_sec, "numerator": upper, "denominator": lower}],
        "key": key_of(song),
        "model": settings.melody_model,
        "bars": settings.bars,
        "candidates": settings.candidates,
    }


def suggest_params(song: Song, sound: Sound, settings: Settings) -> dict[str, Any]:
    """Returns the params of `suggest`."""
    return {
        "clip": clip_of(sound),
        "count": settings.samples,
        "project": project_of(song),
        "project_bpm": song.tempo,
    }


def project_of(song: Song) -> str:
    """Returns the path of the set, or its name; Live 11 tells scripts neither."""
    return getattr(song, "file_path", "") or getattr(song, "name", "")


def media_folder(song: Song) -> Path:
    """Returns the folder for results: the set's own, or the User Library where there is none.

    Files that the user must drag into the set always go to the User Library, where Live's browser shows them.
    """
    path = getattr(song, "file_path", "")
    folder = Path(path).parent if path and can_load_audio() else user_library()
    return folder / "Samples" if (folder / "Samples").is_dir() else folder


def key_of(song: Song) -> str:
    """Returns the key that is set for the song, where it is major or minor; Live 11 has none."""
    scale = getattr(song, "scale_name", "")
    if not getattr(song, "scale_mode", False) or scale not in ("Major", "Minor"):
        return ""
    return f"{ROOTS[song.root_note]} {scale.lower()}"
