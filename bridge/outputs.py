"""Where results go: they appear whole or not at all, and nothing that a user had is overwritten.

Results are made in a hidden folder inside the output folder, so on the same disk, and renamed into place together when
all of them are complete. Making that folder first also shows at once whether the output folder can be written.
"""

import contextlib
import errno
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import OutputExists, OutputRefused, OutputUnwritable

LONGEST_NAME = 80


@dataclass(frozen=True)
class Stage:
    """A place for unfinished results, on the disk of the finished ones."""

    folder: Path
    """Where results go."""
    staging: Path
    """Where they are made."""

    def publish(self, names: Iterable[str], *, is_forced: bool) -> list[Path]:
        """Renames finished files into the output folder and returns their paths.

        Raises:
            OutputExists: one of them has appeared there in the meantime.
        """
        names = list(names)
        if not is_forced:
            self.refuse_existing(names)
        return [(self.staging / name).replace(self.folder / name) for name in names]

    def refuse_existing(self, names: Iterable[str]) -> None:
        """Returns if none of the files exists in the output folder.

        Raises:
            OutputExists: one of them does.
        """
        for name in names:
            if (self.folder / name).exists():
                raise OutputExists(
                    f"“{self.folder / name}” exists already; choose another place with -o, or replace it with --force."
                )

    def refuse_replacing(self, source: Path, names: Iterable[str], kind: str = "song") -> None:
        """Returns if none of the files is the one that they are made of, or a folder: not even force replaces those.

        Raises:
            OutputExists: one of them is.
        """
        for name in names:
            target = self.folder / name
            if target.is_dir():
                raise OutputExists(f"“{target}” is a folder; name a file in it with -o.")
            if target.exists() and target.samefile(source):
                raise OutputExists(f"“{name}” would replace the {kind} itself; choose another place with -o.")

    def require_bytes(self, size_bytes: int) -> None:
        """Returns if the disk has room.

        Raises:
            OutputUnwritable: it has not.
        """
        free_bytes = shutil.disk_usage(self.staging).free
        if size_bytes > free_bytes:
            raise OutputUnwritable(
                f"The results need {size_bytes / 1e6:.0f} MB and the disk of “{self.folder}” has "
                f"{free_bytes / 1e6:.0f} MB left; make room or choose another folder with -o."
            )


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Yields a stage for `folder`; when it closes, whatever was not published is gone.

    Raises:
        OutputUnwritable: the folder cannot be made or written, or its disk is full.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    with _sentences(folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".auxsend-", dir=folder) as staging:
                yield Stage(folder, Path(staging))
        finally:
            for path in missing:
                with contextlib.suppress(OSError):  # not empty: something was published
                    path.rmdir()


def write_file(target: Path, content: bytes, source: Path, *, is_forced: bool) -> None:
    """Writes one file, which is made of `source`.

    Raises:
        OutputExists: it is there already and may not be replaced, or is the source.
        OutputUnwritable: its folder cannot be made or written.
    """
    with staged(target.parent) as stage:
        stage.refuse_replacing(source, [target.name], "file")
        (stage.staging / target.name).write_bytes(content)
        stage.publish([target.name], is_forced=is_forced)


def file_name_of(name: str) -> str:
    """Returns a name, of an item or a sample, as a file name that every system accepts.

    >>> file_name_of('01-Vox: "loud"/take 2.wav')
    '01-Vox_ _loud__take 2.wav'
    """
    plain = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]', "_", name).strip(" .")
    return plain.encode()[:LONGEST_NAME].decode(errors="ignore").strip(" .") or "clip"


@contextmanager
def _sentences(folder: Path) -> Iterator[None]:
    """Turns the system's refusals into output errors."""
    try:
        yield
    except OutputRefused:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason = "its disk is full; make room or choose another folder with -o."
        elif error.errno in (errno.EEXIST, errno.ENOTDIR):
            reason = "a file stands in its way; choose another folder with -o."
        else:
            reason = f"{error.strerror or error}; choose another folder with -o."
        raise OutputUnwritable(f"The folder “{folder}” cannot be written: {reason}") from error
