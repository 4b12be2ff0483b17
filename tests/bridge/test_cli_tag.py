"""`auxsend tag` from end to end: the real command line, a real engine process, the fake tagger and the real ones."""

import asyncio
import json
import math
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.backends import REGISTRY
from engine.settings import default_folders
from tests.bridge.conftest import Auxsend, Done, files_below
from tests.conftest import RunEngine, WriteWav, tones
from tests.engine.measurements.signals import clicks, kick

ORACLE = Path(__file__).parents[2].parent / "shared/data/oracles/musicnn"
ORACLE_CLIP = ORACLE / "fma_000140_folk.wav"
ORACLE_TOLERANCE = 1e-3
FAKE = ("--model", "fake-tags")


def listed(done: Done) -> list[dict[str, Any]]:
    """Returns the objects that were printed, read as strictly as other programs read JSON."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    found: list[dict[str, Any]] = json.loads(done.out, parse_constant=refuse)
    return found


def test_json_has_the_promised_shape_for_each_file(auxsend: Auxsend, write_wav: WriteWav) -> None:
    paths = [
        write_wav("kick.wav", kick()),
        write_wav("loop.wav", clicks(125, 16)),
        write_wav("silence.wav", np.zeros((2, 44_100), np.float32)),
    ]
    done = auxsend("tag", *paths, *FAKE, "--json")
    assert done.code == 0, done.err
    drum, loop, silence = listed(done)
    assert [found["file"] for found in (drum, loop, silence)] == list(map(str, paths))
    promised = {"file", "tags", "tempo_bpm", "key", "loudness_lufs", "duration_sec", "kind"}
    assert all(promised <= set(found) for found in (drum, loop, silence))
    assert (drum["kind"], drum["tempo_bpm"], drum["key"]) == ("one-shot/kick", None, None)
    assert (loop["kind"], loop["tempo_bpm"]) == ("loop", 125.0)
    assert silence["loudness_lufs"] is None
    assert math.isclose(sum(loop["tags"]["fake-tags"].values()), 1, abs_tol=1e-5)


def test_a_file_that_cannot_be_used_is_named_and_the_others_come(
    auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path
) -> None:
    (tmp_path / "text.wav").write_text("no audio")
    done = auxsend("tag", write_wav(), tmp_path / "text.wav", tmp_path / "none.wav", *FAKE, "--json")
    assert done.code == 3
    good, text, none = listed(done)
    assert "fake-tags" in good["tags"]
    assert set(text) == set(none) == {"file", "error"}
    assert "text.wav" in done.err
    assert "none.wav" in done.err
    assert "Traceback" not in done.err


def test_a_person_sees_a_table(auxsend: Auxsend, write_wav: WriteWav) -> None:
    done = auxsend("tag", write_wav("one.wav"), *FAKE)
    assert done.code == 0, done.err
    assert "LUFS" in done.out
    assert "quiet" in done.out
    many = auxsend("tag", write_wav("one.wav"), write_wav("beat.wav", clicks(125, 16)), *FAKE)
    assert [line.split()[0] for line in many.out.splitlines()] == ["file", "one.wav", "beat.wav"]
    assert "125.0 bpm" in many.out


def test_scores_over_time_are_written_and_drawn(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    song = write_wav("song.wav", tones(3.0))
    done = auxsend("tag", song, *FAKE, "--taggram", tmp_path / "out/scores.npz", "--plot")
    assert done.code == 0, done.err
    with np.load(tmp_path / "out/scores.npz") as arrays:
        assert {name: array.shape for name, array in arrays.items()} == {"fake-tags": (3, 2)}
    assert (tmp_path / "song.tags.png").read_bytes().startswith(b"\x89PNG")
    again = auxsend("tag", song, *FAKE, "--plot")
    assert again.code == 4
    assert "exists already" in again.err
    assert auxsend("tag", song, *FAKE, "--plot", "--force").code == 0


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--model", "zither"), 2, "no tagging model named"),
        (("other.wav", "--taggram", "scores.npz"), 2, "one at a time"),
        (("--taggram", "scores.txt"), 2, "must end in .npz"),
        (("sub/song.wav", "--plot"), 2, "the same name"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(
    auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path, options: tuple[str, ...], code: int, sentence: str
) -> None:
    (tmp_path / "sub").mkdir()
    song = write_wav()
    for name in ("other.wav", "sub/song.wav"):
        write_wav(name)
    before = files_below(tmp_path)
    done = auxsend("tag", song, *(() if "--model" in options else FAKE), *options)
    assert done.code == code, done.err
    assert sentence in done.err
    assert {name for name in files_below(tmp_path) - before if not name.startswith("auxsend-home")} == set()


@pytest.mark.weights
@pytest.mark.skipif(not ORACLE_CLIP.is_file(), reason="the original's output lies beside the checkout only")
async def test_the_windows_are_those_of_the_original_package(
    auxsend: Auxsend, run_engine: RunEngine, tmp_path: Path
) -> None:
    options = ("--taggram", tmp_path / "scores.npz", "--json")
    async with run_engine(weights_folder=default_folders()[1], is_offline=False) as engine:
        run = partial(auxsend, "tag", ORACLE_CLIP, *options, AUXSEND_ENGINE=engine.address, AUXSEND_TOKEN="")
        done = await asyncio.to_thread(run)
    assert done.code == 0, done.err
    (found,) = listed(done)
    with np.load(tmp_path / "scores.npz") as ours:
        for model in ("MTT_musicnn", "MSD_musicnn"):
            theirs = np.load(ORACLE / f"fma_000140_folk__{model}.npz")
            assert np.abs(ours[model] - theirs["taggram"]).mean() <= ORACLE_TOLERANCE
            assert list(found["tags"][model]) == list(theirs["tags"]) == list(REGISTRY[model].outputs)
            np.testing.assert_allclose(list(found["tags"][model].values()), ours[model].mean(axis=0), atol=1e-5)
