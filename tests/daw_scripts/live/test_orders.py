"""What the script and the panel say to each other: selections one way, orders the other."""

from pathlib import Path

from tests.daw_scripts.fake_live.application import APPLICATION
from tests.daw_scripts.live.conftest import Studio
from tests.daw_scripts.playback import write_song
from tests.daw_scripts.stand_in import note_track


def test_what_is_selected_is_told_when_it_changes(studio: Studio, clip_file: Path) -> None:
    song = studio.live.song
    told = studio.bridge.asked("select")
    assert [select["params"]["name"] for select in told] == [""]
    clip = studio.live.add_audio(studio.live.add_track(), clip_file, start=0.5, end=2.0)
    studio.go(2)
    assert studio.bridge.asked("select")[-1]["params"] == {
        "clip": {"file": str(clip_file), "start_offset_sec": 0.5, "length_sec": 1.5},
        "name": "Take", "project": "", "folder": str(Path.home()), "quarter_bpm": 120.0, "key": "",
    }  # fmt: skip
    studio.go(20)
    assert len(studio.bridge.asked("select")) == 2
    clip._end = 1.0
    song._scale, song._tempo = (3, "Major", True), 96.0
    studio.go(6)
    params = studio.bridge.asked("select")[-1]["params"]
    assert (params["clip"]["length_sec"], params["key"], params["quarter_bpm"]) == (0.5, "D# major", 96.0)
    studio.live.add_midi(studio.live.add_track("Lead", is_midi=True), [(60, 0.0, 1.0)], name="Tune")
    studio.go(2)
    params = studio.bridge.asked("select")[-1]["params"]
    assert (params["clip"], params["name"]) == (None, "Tune")


def test_it_listens_again_after_every_answer(studio: Studio) -> None:
    assert studio.bridge.asked("listen")[0]["params"] == {"wait_sec": 20.0}
    studio.order("")
    studio.order("dance")
    ids = [request["id"] for request in studio.bridge.asked("listen")]
    assert len(set(ids)) == len(ids) == 3


def test_a_bridge_that_takes_no_orders_is_one_line(studio: Studio) -> None:
    listen = studio.bridge.asked("listen")[0]
    error = {"reason": "UNKNOWN_VERB", "message": "There is no verb “listen”."}
    studio.bridge.tell(listen, "failed", error=error)
    studio.go(20)
    assert len(studio.bridge.asked("listen")) == 1
    assert len([line for line in studio.live.handle.log if "takes no orders" in line]) == 1


def test_what_a_panel_had_made_of_the_selection_finds_its_place(studio: Studio, clip_file: Path) -> None:
    track = studio.live.add_track()
    studio.live.add_audio(track, clip_file, slot=3, start=0.5, end=2.0)
    studio.go(2)
    studio.live.add_audio(track, write_song(studio.folder / "Other.wav"))
    studio.go(6)
    stems = [{"name": "vocals", "file": str(clip_file)}]
    job = {"id": "panel-12345678", "verb": "split", "state": "done", "context": None}
    studio.order("insert_job", job=job | {"result": {"stems": stems, "place": {"length_sec": 1.5}}})
    studio.go(6)
    assert studio.live.song.tracks[1].name == "Take – vocals"
    assert studio.live.song.tracks[1].clip_slots[3].has_clip
    assert not studio.bridge.asked("forget")  # the panel still lists it
    studio.order("insert_job", job=job | {"result": {"stems": stems, "place": {"length_sec": "7"}}})
    assert "of a kind that this script does not know" in studio.said


def test_a_result_of_no_clip_of_this_set_goes_to_the_selected_scene_or_the_playhead(
    studio: Studio, clip_file: Path
) -> None:
    song = studio.live.song
    studio.live.add_track()
    song.view.selected_scene = song.scenes[2]
    folder = studio.folder / "Fundstück 0a1b2c"
    folder.mkdir()
    stem = clip_file.rename(folder / "vocals.wav")
    split = {"stems": [{"name": "vocals", "file": str(stem)}], "sample_rate_hz": 44_100, "place": {"length_sec": 3.0}}
    notes = {
        "tracks": [note_track("Piano", [(60, 90, 1.0, 0.5)])],
        "length_sec": 3.0,
        "midi_file": "/x/Take 1 0a1b2c.mid",
    }
    melody = {
        "candidates": [{"score": 0.5, "tracks": [{"name": "melody", "notes": [[72, 90, 0.5, 0.5]]}]}],
        "begin_sec": 8.0, "length_sec": 4.0, "time_signature": [3, 4], "midi_file": "/x/Tune 0a1b2c.mid",
    }  # fmt: skip
    for view, results in (("Session", [split, notes]), ("Arranger", [split, notes, melody])):
        APPLICATION.view._focused = view
        song._song_time = 16.0
        for result in results:
            verb = "split" if "stems" in result else "transcribe" if "tracks" in result else "continue"
            job = {"id": "panel-12345678", "verb": verb, "state": "done", "context": None, "result": result}
            studio.order("insert_job", job=job)
            studio.go(6)
    names = ["Tune", "Take 1 – Piano", "Fundstück – vocals", "Take 1 – Piano", "Fundstück – vocals"]
    assert [track.name for track in song.tracks] == ["Vox", *names]
    tune, piano, vocals, session_piano, session_vocals = list(song.tracks)[1:]
    assert session_vocals.clip_slots[2].has_clip
    assert session_piano.clip_slots[2].has_clip
    assert [clip.start_time for track in (tune, piano, vocals) for clip in track.arrangement_clips] == [16.0] * 3
    assert [note.start_time for note in piano.arrangement_clips[0]._notes] == [2.0]
    assert tune.arrangement_clips[0].signature_numerator == 3
