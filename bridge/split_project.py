"""The project that `auxsend split` writes beside the stems: for REAPER or for Live, the song muted in it."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from bridge.audio_file import Song
from bridge.outputs import Stage
from bridge.projects.als_clip import PlacedFile
from bridge.projects.als_stems import write_stems
from bridge.projects.rpp import Clip, write_project


@dataclass(frozen=True)
class Stems:
    """The files of a split in its stage; they begin together and are equally long."""

    stage: Stage
    names: Sequence[str]
    sample_rate_hz: int
    sample_count: int
    start_sec: float
    """Where in the song they begin."""

    @property
    def length_sec(self) -> float:
        """How long each is."""
        return self.sample_count / self.sample_rate_hz


def project_name(song: Path, kind: str) -> str:
    """Returns the file name of a song's project of this kind, "rpp" or "als"."""
    return f"{song.stem}{'.RPP' if kind == 'rpp' else '.als'}"


def stage_project(kind: str, song: Song, stems: Stems) -> None:
    """Writes a project of this kind beside the staged stems, with the paths that everything will have."""
    _WRITERS[kind](stems.stage.staging / project_name(song.path, kind), song, stems)


def _write_reaper(target: Path, song: Song, stems: Stems) -> None:
    song_path = _relative_path(song, stems.stage) or str(song.path.absolute())
    write_project(
        target,
        song=Clip(song.path.stem, song_path, stems.length_sec, stems.start_sec),
        stems=[Clip(PurePath(name).stem, name, stems.length_sec, 0.0) for name in stems.names],
        sample_rate_hz=stems.sample_rate_hz,
    )


def _write_live(target: Path, song: Song, stems: Stems) -> None:
    write_stems(target, _placed_song(song, stems), [_placed_stem(name, stems) for name in stems.names])


def _placed_song(song: Song, stems: Stems) -> PlacedFile:
    status = song.path.stat()
    return PlacedFile(
        name=song.path.stem,
        path=song.path.absolute(),
        relative_path=_relative_path(song, stems.stage).replace(os.sep, "/"),
        size_bytes=status.st_size,
        modified_time=int(status.st_mtime),
        sample_rate_hz=song.sample_rate_hz,
        sample_count=song.sample_count,
        start_sec=stems.start_sec,
        length_sec=stems.length_sec,
    )


def _placed_stem(name: str, stems: Stems) -> PlacedFile:
    status = (stems.stage.staging / name).stat()
    return PlacedFile(
        name=PurePath(name).stem,
        path=stems.stage.folder.absolute() / name,
        relative_path=name,
        size_bytes=status.st_size,
        modified_time=int(status.st_mtime),
        sample_rate_hz=stems.sample_rate_hz,
        sample_count=stems.sample_count,
        start_sec=0.0,
        length_sec=stems.length_sec,
    )


def _relative_path(song: Song, stage: Stage) -> str:
    """Returns the song's path from the output folder; empty where it lies on another drive."""
    try:
        return os.path.relpath(song.path.absolute(), stage.folder.absolute())
    except ValueError:
        return ""


_WRITERS: dict[str, Callable[[Path, Song, Stems], None]] = {"rpp": _write_reaper, "als": _write_live}
