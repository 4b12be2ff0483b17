"""Sets of stems, read back by XPath alone: nothing here knows how they were written."""

import gzip
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bridge.projects.als_clip import PlacedFile
from bridge.projects.als_model import read_set
from bridge.projects.als_stems import write_stems
from bridge.projects.references import read_project

CLIP = "DeviceChain/MainSequencer/Sample/ArrangerAutomation/Events/AudioClip"
TARGETS = ("AutomationTarget", "ModulationTarget", "Pointee")


def placed(folder: Path, name: str, start_sec: float = 0.0) -> PlacedFile:
    return PlacedFile(name, folder / f"{name}.wav", f"{name}.wav", 1234, 1_700_000_000, 48_000, 480_001, start_sec, 9.5)


def live_set(folder: Path, *names: str, quarter_bpm: float = 120.0) -> ET.Element:
    song, *stems = (placed(folder, name, 0.0 if number else 2.25) for number, name in enumerate(names))
    write_stems(folder / "song.als", song, stems, quarter_bpm)
    return ET.fromstring(gzip.decompress((folder / "song.als").read_bytes()))


def value(element: ET.Element, path: str) -> str:
    found = element.findall(path)
    assert len(found) == 1, f"{len(found)} of {path}"
    return found[0].attrib["Value"]


def test_the_song_is_muted_and_the_stems_are_one_group_of_colour(tmp_path: Path) -> None:
    tracks = live_set(tmp_path, "song", "vocals", "drums").findall("LiveSet/Tracks/AudioTrack")
    assert [value(track, "Name/EffectiveName") for track in tracks] == ["song", "vocals", "drums"]
    assert [value(track, "DeviceChain/Mixer/Speaker/Manual") for track in tracks] == ["false", "true", "true"]
    song, *stems = [value(track, "Color") for track in tracks]
    assert len(set(stems)) == 1
    assert song not in stems
    assert [value(track, f"{CLIP}/Color") for track in tracks[1:]] == stems


def test_clips_lie_at_the_beginning_at_the_files_own_speed(tmp_path: Path) -> None:
    tracks = live_set(tmp_path, "song", "bass", quarter_bpm=96.0).findall("LiveSet/Tracks/AudioTrack")
    for track, start_sec in zip(tracks, (2.25, 0.0), strict=True):
        (clip,) = track.findall(CLIP)
        assert clip.attrib["Time"] == "0"
        assert value(clip, "IsWarped") == "false"
        assert value(clip, "CurrentStart") == "0"
        assert float(value(clip, "CurrentEnd")) == pytest.approx(9.5 * 96 / 60)
        assert (float(value(clip, "Loop/LoopStart")), float(value(clip, "Loop/LoopEnd"))) == (
            start_sec,
            start_sec + 9.5,
        )
        assert value(clip, "Loop/LoopOn") == "false"
        assert value(clip, "SampleRef/DefaultDuration") == "480001"
        assert value(clip, "SampleRef/DefaultSampleRate") == "48000"


def test_files_are_found_where_they_are_and_from_the_set(tmp_path: Path) -> None:
    root = live_set(tmp_path, "song", "João's “drüms” & <bass>")
    reference = root.findall("LiveSet/Tracks/AudioTrack")[1].find(f"{CLIP}/SampleRef/FileRef")
    assert reference is not None
    assert value(reference, "Path") == (tmp_path / "João's “drüms” & <bass>.wav").as_posix()
    assert value(reference, "RelativePath") == "João's “drüms” & <bass>.wav"
    assert value(reference, "OriginalFileSize") == "1234"
    for name in ("song", "João's “drüms” & <bass>"):
        (tmp_path / f"{name}.wav").write_bytes(b"")
    assert len(read_project(tmp_path / "song.als").found) == 2  # as `library learn` finds them


def test_nothing_that_can_be_pointed_at_shares_its_id(tmp_path: Path) -> None:
    root = live_set(tmp_path, "song", "vocals", "drums", "bass", "other")
    ids = [int(e.attrib["Id"]) for e in root.iter() if e.tag.endswith(TARGETS)]
    ids += [int(track.attrib["Id"]) for track in root.findall("LiveSet/Tracks/*")]
    assert len(ids) > 100
    assert [number for number, count in Counter(ids).items() if count > 1] == []
    assert int(value(root, "LiveSet/NextPointeeId")) > max(ids)


def test_the_set_has_what_live_expects_around_the_tracks(tmp_path: Path) -> None:
    root = live_set(tmp_path, "song", "vocals", quarter_bpm=96.0)
    assert (root.tag, root.attrib["MajorVersion"], root.attrib["MinorVersion"]) == ("Ableton", "5", "11.0_11300")
    assert value(root, "LiveSet/MasterTrack/DeviceChain/Mixer/Tempo/Manual") == "96"
    order = [element.tag for element in root.findall("LiveSet/*")]
    assert order[:9] == [
        "NextPointeeId", "OverwriteProtectionNumber", "LomId", "LomIdView", "Tracks", "MasterTrack", "PreHearTrack",
        "SendsPre", "Scenes",
    ]  # fmt: skip
    scene_count = len(root.findall("LiveSet/Scenes/Scene"))
    for track in root.findall("LiveSet/Tracks/AudioTrack"):
        assert len(track.findall("DeviceChain/MainSequencer/ClipSlotList/ClipSlot")) == scene_count


def test_our_reader_agrees(tmp_path: Path) -> None:
    live_set(tmp_path, "song", "vocals", quarter_bpm=96.0)
    found = read_set(tmp_path / "song.als")
    assert found.quarter_bpm == 96.0
    assert [(track.name, track.is_muted) for track in found.tracks] == [("song", True), ("vocals", False)]
    assert [clip.end_beat for track in found.tracks for clip in track.arrangement] == [pytest.approx(15.2)] * 2


def test_characters_that_xml_cannot_hold_do_not_spoil_the_set(tmp_path: Path) -> None:
    tracks = live_set(tmp_path, "song", "a\x01b\udc80c").findall("LiveSet/Tracks/AudioTrack")
    assert value(tracks[1], "Name/EffectiveName") == "a�b�c"
