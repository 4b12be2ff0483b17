"""REAPER projects, read back by the rpp package."""

from pathlib import Path

import pytest
import rpp

from bridge.projects.rpp import STEM_COLOURS, Clip, write_project

NAMES = ["song", "my song", "João's “Ñandú”", 'the "best" one', 'it\'s `odd` "here"', "two\nlines", "-5", "> x", "音"]


def _project(path: Path, name: str) -> rpp.Element:
    stems = [Clip(stem, f"{stem}.wav", 10.5, 0.0) for stem in ("vocals", "drums", "no_vocals")]
    write_project(path, Clip(name, f"../{name}.mp3", 10.5, 2.25), stems, 48_000)
    return rpp.loads(path.read_text(encoding="utf-8"))


def test_song_and_stems_lie_on_named_tracks_in_a_folder(tmp_path: Path) -> None:
    project = _project(tmp_path / "a.RPP", "song")
    tracks = project.findall("TRACK")
    assert [track.find("NAME")[1] for track in tracks] == ["song", "song stems", "vocals", "drums", "no_vocals"]
    buses = [tuple(track.find("ISBUS")[1:]) for track in tracks]
    assert buses == [("0", "0"), ("1", "1"), ("0", "0"), ("0", "0"), ("2", "-1")]
    assert [track.find("MUTESOLO")[1] for track in tracks] == ["1", "0", "0", "0", "0"]
    assert project.find("SAMPLERATE")[1] == "48000"


def test_items_begin_at_zero_with_their_exact_length(tmp_path: Path) -> None:
    items = _project(tmp_path / "a.RPP", "song").findall("TRACK/ITEM")
    assert [float(item.find("POSITION")[1]) for item in items] == [0.0] * 4
    assert [float(item.find("LENGTH")[1]) for item in items] == [10.5] * 4
    assert [float(item.find("SOFFS")[1]) for item in items] == [2.25, 0.0, 0.0, 0.0]
    assert [item.find("SOURCE").attrib[0] for item in items] == ["MP3", "WAVE", "WAVE", "WAVE"]


def test_colours_are_the_stems_own(tmp_path: Path) -> None:
    track = _project(tmp_path / "a.RPP", "song").findall("TRACK")[2]
    value = int(track.find("PEAKCOL")[1])
    assert value >> 24 == 1
    assert (value & 255, value >> 8 & 255, value >> 16 & 255) == STEM_COLOURS["vocals"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_read_back(tmp_path: Path, name: str) -> None:
    tracks = _project(tmp_path / "a.RPP", name).findall("TRACK")
    # A name with all three of REAPER's quotes cannot be written; its back quotes become straight ones.
    expected = name.replace("\n", " ").replace("`", "'")
    assert tracks[0].find("NAME")[1] == expected
    assert tracks[0].find("ITEM").find("SOURCE").find("FILE")[1] == f"../{expected}.mp3"
