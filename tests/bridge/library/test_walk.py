"""What is found below a folder, whatever it holds."""

import os
import sys
from pathlib import Path

import pytest

from bridge.library.store import Trouble
from bridge.library.walk import FoundFile, walk


def touch(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(folder: Path) -> list[str]:
    return [str(Path(found.path).relative_to(folder)) for found in walk(folder) if isinstance(found, FoundFile)]


def troubles(folder: Path) -> list[Trouble]:
    return [found for found in walk(folder) if isinstance(found, Trouble)]


def test_audio_is_found_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b/kick.WAV", "a/snare.flac", "a/b/é 日本.aif", "c.ogg", "d.mp3", "e.m4a", "f.aiff"):
        touch(tmp_path / name)
    for name in ("readme.txt", ".hidden.wav", "a/._kick.wav", "__MACOSX/kick.wav", ".git/x.wav", "wav", "a/kick.asd"):
        touch(tmp_path / name)
    (tmp_path / "folder.wav").mkdir()
    assert names(tmp_path) == ["c.ogg", "d.mp3", "e.m4a", "f.aiff", "a/snare.flac", "a/b/é 日本.aif", "b/kick.WAV"]
    assert troubles(tmp_path) == []


def test_a_file_is_told_with_size_and_time(tmp_path: Path) -> None:
    path = touch(tmp_path / "a.wav", b"12345")
    os.utime(path, ns=(1, 123_456_789))
    assert list(walk(tmp_path)) == [FoundFile(str(path), 5, 123_456_789)]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_followed_once_and_real_places_come_first(tmp_path: Path) -> None:
    touch(tmp_path / "library/z/kick.wav")
    touch(tmp_path / "elsewhere/pad.wav")
    (tmp_path / "library/a link to z").symlink_to("z")
    (tmp_path / "library/z/up").symlink_to(tmp_path / "library")
    (tmp_path / "library/away").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/back").symlink_to(tmp_path / "library")
    (tmp_path / "library/itself").symlink_to("itself")
    assert names(tmp_path / "library") == ["z/kick.wav", "away/pad.wav"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "kick.wav").symlink_to(tmp_path / "gone.wav")
    ((trouble),) = troubles(tmp_path)
    assert trouble.path.endswith("kick.wav")
    assert "leads nowhere" in trouble.reason


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no such names")
def test_a_name_that_is_no_text_is_said(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/kick\xff.wav")).write_bytes(b"x")
    (trouble,) = troubles(tmp_path)
    assert trouble.path == f"{tmp_path}/kick\\xff.wav"
    assert "no valid text" in trouble.reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_pipe_with_the_name_of_a_sample_does_not_stop_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    assert list(walk(tmp_path)) == []


def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "closed/kick.wav")
    touch(tmp_path / "open/kick.wav")
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("closed"):  # by hand: tests may run as a user whom nothing is closed to
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert names(tmp_path) == ["open/kick.wav"]
    assert troubles(tmp_path) == [Trouble(str(tmp_path / "closed"), "The folder cannot be read: Permission denied.")]


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert list(walk(tmp_path / "none")) == []
