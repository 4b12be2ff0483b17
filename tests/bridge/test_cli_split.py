"""`auxsend split` from end to end: the real command line, a real engine process, the fake model."""

import json
from pathlib import Path

import numpy as np
import pytest
import rpp
import soundfile as sf

from bridge.commands.split import name_project
from bridge.projects.als_model import read_set
from tests.bridge.conftest import Auxsend, files_below
from tests.conftest import WriteWav

FAKE_GAINS = {"drums": 0.5, "bass": 0.25, "other": 0.125, "vocals": 0.125}
LEAST_STEP = 2**-23  # of 24-bit stems


def test_json_has_the_promised_shape_and_the_stems_are_there(
    auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path
) -> None:
    song = write_wav()
    done = auxsend("split", song, "-o", tmp_path / "out", "--model", "fake", "--json")
    assert done.code == 0, done.err
    result = json.loads(done.out)
    assert set(result) == {"model", "sample_rate_hz", "samples", "stems", "realtime_factor", "cached"}
    assert result["model"] == "fake"
    assert (result["sample_rate_hz"], result["samples"]) == (44_100, 88_200)
    assert result["realtime_factor"] > 0
    assert set(result["stems"]) == set(FAKE_GAINS)
    mix, _ = sf.read(song)
    for name, path in result["stems"].items():
        assert Path(path) == tmp_path / "out" / f"{name}.wav"
        stem, rate_hz = sf.read(path)
        assert rate_hz == 44_100
        np.testing.assert_allclose(stem, FAKE_GAINS[name] * mix, atol=2 * LEAST_STEP)
    assert files_below(tmp_path / "out") == {f"{name}.wav" for name in FAKE_GAINS}


def test_the_same_song_again_is_known(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    song = write_wav(samples=np.random.default_rng(4).uniform(-0.5, 0.5, (2, 50_000)).astype(np.float32))
    first = auxsend("split", song, "-o", tmp_path / "a", "--model", "fake", "--json").result
    second = auxsend("split", song, "-o", tmp_path / "b", "--model", "fake", "--json").result
    assert (first["cached"], second["cached"]) == (False, True)
    assert (tmp_path / "a/bass.wav").read_bytes() == (tmp_path / "b/bass.wav").read_bytes()


@pytest.mark.parametrize(
    ("options", "stems"),
    [
        (("--stems", "vocals,drums"), ["vocals", "drums"]),
        (("--two-stems", "vocals"), ["vocals", "no_vocals"]),
        (("--without", "drums"), ["no_drums"]),
    ],
)
def test_stems_can_be_chosen(
    auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path, options: tuple[str, ...], stems: list[str]
) -> None:
    song = write_wav()
    done = auxsend("split", song, "-o", tmp_path / "out", "--model", "fake", *options)
    assert done.code == 0, done.err
    assert done.out.splitlines() == [str(tmp_path / "out" / f"{name}.wav") for name in stems]
    mix, _ = sf.read(song)
    for name in stems:
        gain = 1 - FAKE_GAINS[name[3:]] if name.startswith("no_") else FAKE_GAINS[name]
        stem, _ = sf.read(tmp_path / "out" / f"{name}.wav")
        np.testing.assert_allclose(stem, gain * mix, atol=2 * LEAST_STEP)


def test_a_range_is_cut_exactly(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    song = write_wav(sample_rate_hz=48_000)
    done = auxsend("split", song, "-o", "out", "--model", "fake", "--range", "0.5001-1.25", "--json", "--project")
    assert done.code == 0, done.err
    first, last = round(0.5001 * 48_000), round(1.25 * 48_000)
    assert done.result["samples"] == last - first
    mix, _ = sf.read(song)
    stem, _ = sf.read(tmp_path / "out/drums.wav")
    # 48 kHz goes through the resampler twice: -60 dB of error in the middle shows that nothing is shifted
    error = (stem - 0.5 * mix[first:last])[2000:-2000]
    assert np.sqrt(np.mean(error**2)) < 1e-3 * np.sqrt(np.mean(mix**2))
    item = rpp.loads((tmp_path / "out/song.RPP").read_text()).find("TRACK").find("ITEM")
    assert float(item.find("SOFFS")[1]) == pytest.approx(first / 48_000, abs=1e-9)
    assert float(item.find("LENGTH")[1]) == pytest.approx((last - first) / 48_000, abs=1e-9)


def test_names_may_hold_spaces_quotes_and_other_letters(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    folder = tmp_path / 'João\'s “Ñandú” "mix"'
    folder.mkdir()
    song = write_wav("Größe 音.wav").rename(folder / "Größe 音.wav")
    done = auxsend("split", song, "-o", folder / "stems é", "--model", "fake", "--json", "--project")
    assert done.code == 0, done.err
    assert Path(str(done.result["stems"]["vocals"])) == folder / "stems é/vocals.wav"  # type: ignore[index]
    project = rpp.loads((folder / "stems é/Größe 音.RPP").read_text(encoding="utf-8"))
    sources = [item.find("SOURCE").find("FILE")[1] for item in project.findall("TRACK/ITEM")]
    assert all((folder / "stems é" / source).resolve().exists() for source in sources)
    assert sources[0] == "../Größe 音.wav"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--project", "song.wav"], ["--project=rpp", "song.wav"]),
        (["song.wav", "--project"], ["song.wav", "--project=rpp"]),
        (["--project", "--json", "a"], ["--project=rpp", "--json", "a"]),
        (["--project", "als", "a"], ["--project", "als", "a"]),
        (["--project", "rpp", "a"], ["--project", "rpp", "a"]),
        (["--project=als", "a"], ["--project=als", "a"]),
        (["--project", "--", "als"], ["--project=rpp", "--", "als"]),
        (["--", "--project"], ["--", "--project"]),
    ],
)
def test_a_project_without_a_name_is_reapers(arguments: list[str], named: list[str]) -> None:
    assert name_project(arguments) == named


def test_a_live_set_has_the_song_and_the_stems(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    song = write_wav("My Song.wav")
    done = auxsend("split", "--project", "als", song, "-o", "out", "--model", "fake", "--stems", "bass,drums")
    assert done.code == 0, done.err
    assert files_below(tmp_path / "out") == {"bass.wav", "drums.wav", "My Song.als"}
    assert str(tmp_path / "out/My Song.als") in done.out.splitlines()
    found = read_set(tmp_path / "out/My Song.als")
    samples = [clip.sample for track in found.tracks for clip in track.arrangement]
    assert [sample and sample.sample_count for sample in samples] == [88_200] * 3
    paths = [sample.file for sample in samples if sample]
    assert [Path(file.path) for file in paths] == [song, tmp_path / "out/bass.wav", tmp_path / "out/drums.wav"]
    assert [(tmp_path / "out" / file.relative_path).resolve().exists() for file in paths] == [True] * 3


def test_flac_out_and_the_default_folder(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    done = auxsend("split", write_wav("my song.wav"), "--model", "fake", "--format", "flac", "--stems", "bass")
    assert done.code == 0, done.err
    assert sf.info(tmp_path / "my song stems/bass.flac").subtype == "PCM_24"


def test_existing_stems_are_replaced_with_force_only(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/bass.wav").write_text("mine")
    song = write_wav()
    refused = auxsend("split", song, "-o", "out", "--model", "fake")
    assert refused.code == 4
    assert "bass.wav” exists already" in refused.err
    assert files_below(tmp_path / "out") == {"bass.wav"}
    assert (tmp_path / "out/bass.wav").read_text() == "mine"
    assert auxsend("split", song, "-o", "out", "--model", "fake", "--force").code == 0
    assert sf.info(tmp_path / "out/bass.wav").frames == 88_200


def test_not_even_force_replaces_the_song(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    song = write_wav("vocals.wav")
    before = song.read_bytes()
    done = auxsend("split", song, "-o", tmp_path, "--model", "fake", "--stems", "vocals", "--force")
    assert done.code == 4
    assert "would replace the song itself" in done.err
    assert song.read_bytes() == before


def test_the_licence_note_is_shown_once(auxsend: Auxsend, write_wav: WriteWav, home: Path) -> None:
    song = write_wav()
    for is_first in (True, False):
        done = auxsend("split", song, "-o", "out", "--model", "htdemucs", "--stems", "bass", "--range", "0-0.5")
        assert ("research and personal use only" in done.err) is is_first
    assert (home / "state/licences-seen.json").exists()
