"""Where the files of projects are now."""

from pathlib import Path

import pytest
import rpp

from bridge.projects.references import find_projects, read_project
from bridge.projects.rpp import Clip, write_project
from tests.bridge.projects.test_als import live_12, live_set


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def reaper_project(path: Path, *files: str) -> Path:
    clips = [Clip(f"take {number}", file, 1.0, 0.0) for number, file in enumerate(files)]
    write_project(path, clips[0], clips[1:], 48_000)
    return path


def test_a_reaper_project_says_its_files(tmp_path: Path) -> None:
    kick, snare = touch(tmp_path / "media/kick é.wav"), touch(tmp_path / "odd/\"quoted\" 'snare'.wav")
    path = reaper_project(tmp_path / "song.RPP", "media/kick é.wav", str(snare), "media\\kick é.wav", "gone.wav")
    project = read_project(path)
    assert project.found == (kick, snare)
    assert project.missing == ("gone.wav",)


def test_files_of_sections_count_and_other_lines_do_not(tmp_path: Path) -> None:
    touch(tmp_path / "kick.wav")
    touch(tmp_path / "effect.wav")
    inner = rpp.Element("SOURCE", ("WAVE",), [["FILE", "kick.wav", "1"]])
    section = rpp.Element("SOURCE", ("SECTION",), [["LENGTH", "1"], inner])
    effect = rpp.Element("JS", ("FILE effect.wav",), [["FILE", "effect.wav"]])
    root = rpp.Element("REAPER_PROJECT", ("0.1",), [rpp.Element("TRACK", (), [effect, section])])
    (tmp_path / "song.rpp").write_text(rpp.dumps(root))
    assert [path.name for path in read_project(tmp_path / "song.rpp").found] == ["kick.wav"]


def test_a_live_set_finds_files_of_its_project_wherever_it_is_now(tmp_path: Path) -> None:
    kick = touch(tmp_path / "Song Project/Samples/Imported/kick.wav")
    path = live_set(
        tmp_path / "Song Project/Versions", live_12("/nowhere/kick.wav", "Samples/Imported/kick.wav"),
        live_12("C:\\Drums\\clap.wav"), name="song 2.als",
    )  # fmt: skip
    project = read_project(path)
    assert project.found == (kick,)
    assert project.missing == ("clap.wav",)


def test_projects_are_found_in_order_without_copies(tmp_path: Path) -> None:
    for name in ("b.rpp", "a/x.ALS", "a/Backup/x [2024].als", "b.RPP-bak", ".trash/y.rpp", "a/notes.txt"):
        touch(tmp_path / name)
    assert list(find_projects(tmp_path)) == [tmp_path / "b.rpp", tmp_path / "a/x.ALS"]
    assert list(find_projects(tmp_path / "b.rpp")) == [tmp_path / "b.rpp"]


@pytest.mark.parametrize("content", [b"", b"no project", b"\xff\xfe\0\0"])
def test_a_file_that_is_no_project_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "song.rpp").write_bytes(content)
    with pytest.raises(ValueError, match="no REAPER project"):
        read_project(tmp_path / "song.rpp")
