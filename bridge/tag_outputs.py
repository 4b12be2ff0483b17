"""The files that `tag` writes: scores over time as numbers and as pictures. Like all results, they appear whole."""

import tempfile
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bridge.audio_file import open_song
from bridge.errors import RequestRefused
from bridge.outputs import Stage, staged
from bridge.sending import parcel
from bridge.tag import TaggedFile


@dataclass(frozen=True)
class TagOutputs:
    """What to write of which recordings."""

    recordings: tuple[Path, ...]
    taggram: Path | None = None
    """An .npz file for the scores over time of the one recording; None where they are not wanted."""
    has_plot: bool = False
    """Whether to draw each recording's tags into the present folder."""
    is_forced: bool = False
    """Whether existing files may be replaced."""

    def check(self) -> None:
        """Returns if the files can be meant, before any work is done for them.

        Raises:
            RequestRefused: several recordings would go into one file.
            OutputExists, OutputUnwritable: a file is there already, or cannot be written.
        """
        if self.taggram and len(self.recordings) > 1:
            raise RequestRefused("--taggram writes the scores of one file; tag the files one at a time with it.")
        if self.taggram and self.taggram.suffix != ".npz":
            raise RequestRefused(f"“{self.taggram.name}” must end in .npz, which is what numpy reads.")
        if len(self._pictures) < len(set(self.recordings)) and self.has_plot:
            raise RequestRefused("Two of the files have the same name, so their pictures would; draw them separately.")
        for folder, names in self._targets.items():
            with staged(folder) as stage:
                self._refuse(stage, names)

    def write(self, tagged: Sequence[TaggedFile]) -> list[Path]:
        """Writes the files of the recordings that could be tagged, and returns their paths.

        Raises:
            OutputExists, OutputUnwritable: as `check`, for what has changed since.
        """
        written: list[Path] = []
        for folder in self._targets:
            with staged(folder) as stage:
                for file in tagged:
                    if self.taggram and folder == self.taggram.parent:
                        _write_taggram(file, stage.staging / self.taggram.name)
                    if self.has_plot and folder == Path.cwd():
                        _draw(file, stage.staging / _picture_name(file.path))
                written += stage.publish([path.name for path in stage.staging.iterdir()], is_forced=self.is_forced)
        return written

    @property
    def _pictures(self) -> set[str]:
        return {_picture_name(path) for path in self.recordings}

    @property
    def _targets(self) -> Mapping[Path, list[str]]:
        """The names of the files by the folder that they go into."""
        targets: dict[Path, list[str]] = {}
        if self.taggram:
            targets[self.taggram.parent] = [self.taggram.name]
        if self.has_plot:
            targets.setdefault(Path.cwd(), []).extend(self._pictures)
        return targets

    def _refuse(self, stage: Stage, names: Sequence[str]) -> None:
        for recording in self.recordings:
            if recording.exists():
                stage.refuse_replacing(recording, names, "recording")
        if not self.is_forced:
            stage.refuse_existing(names)


def _picture_name(recording: Path) -> str:
    return f"{recording.stem}.tags.png"


def _write_taggram(file: TaggedFile, target: Path) -> None:
    """Writes an array of shape (windows, tags) for each model."""
    arrays = {model: tag_set.taggram for model, tag_set in file.tags.tag_sets.items()}
    with target.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def _draw(file: TaggedFile, target: Path) -> None:
    from bridge.taggram_picture import draw_taggram  # matplotlib is loaded only when a picture is wanted

    with (
        tempfile.TemporaryDirectory(prefix="auxsend-") as folder,
        parcel(open_song(file.path), None, Path(folder)) as audio,
    ):
        deque(audio.steps, maxlen=0)
        draw_taggram(audio.path, file.path.stem, file.tags, target)
