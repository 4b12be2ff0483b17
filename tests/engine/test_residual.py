"""The residual: files' samples that sum to the mix exactly, also where a stem would clip."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.audio import SampleEncoding
from engine.residual import Exact, Grid, finish, finish_to_mix

STEMS = ("drums", "bass", "vocals")
levels = st.floats(-2.5, 2.5, width=32)
INTEGERS = [SampleEncoding.PCM_16, SampleEncoding.PCM_24, SampleEncoding.PCM_32]


@given(
    encoding=st.sampled_from(INTEGERS),
    mix=arrays(np.float64, (1, 9), elements=st.floats(-1, 1)),
    stems=arrays(np.float32, (3, 1, 9), elements=levels),
    complements=st.sets(st.sampled_from([*STEMS, "other"])),
)
def test_integer_stems_sum_to_the_mix_whatever_the_model_gave(
    encoding: SampleEncoding, mix: Exact, stems: Exact, complements: set[str]
) -> None:
    grid = Grid(encoding)
    finished = finish_to_mix(grid, mix, dict(zip(STEMS, stems, strict=True)), "other", sorted(complements))
    expected = grid.clip(grid.round(mix))

    np.testing.assert_array_equal(sum(finished[name].steps for name in (*STEMS, "other")), expected)
    for name in complements:
        np.testing.assert_array_equal(finished[name].steps + finished[f"no_{name}"].steps, expected)
    for stem in finished.values():
        assert grid.lowest <= stem.steps.min()
        assert stem.steps.max() <= grid.highest
        np.testing.assert_array_equal(stem.steps, np.rint(stem.steps))


@given(mix=arrays(np.float64, (2, 5), elements=levels), stems=arrays(np.float32, (3, 2, 5), elements=levels))
def test_float_stems_are_not_clipped_and_sum_to_the_mix(mix: Exact, stems: Exact) -> None:
    finished = finish_to_mix(Grid(SampleEncoding.FLOAT_32), mix, dict(zip(STEMS, stems, strict=True)), "other", [])
    written = [finished[name].steps.astype(np.float32) for name in (*STEMS, "other")]

    np.testing.assert_array_equal(written[:3], stems)
    # Half a step of float32 at the size of the largest stem, and half a step of the mix itself.
    np.testing.assert_allclose(np.sum(written, axis=0, dtype=np.float64), mix, rtol=0, atol=10 * 2**-23)


def test_stems_that_do_not_clip_are_only_rounded() -> None:
    mix = np.array([[0.5, -0.5]])
    finished = finish_to_mix(
        Grid(SampleEncoding.PCM_16), mix, {"vocals": np.array([[0.25, 0.1]], np.float32)}, "accompaniment", []
    )
    np.testing.assert_array_equal(finished["vocals"].steps, [[8_192, 3_277]])
    np.testing.assert_array_equal(finished["accompaniment"].steps, [[8_192, -19_661]])


@pytest.mark.parametrize("encoding", INTEGERS)
def test_without_residual_stems_are_clipped_and_their_peak_is_kept(encoding: SampleEncoding) -> None:
    grid = Grid(encoding)
    vocals = finish(grid, {"vocals": np.array([[1.5, -1.5, 0.5]], np.float32)})["vocals"]
    np.testing.assert_array_equal(vocals.steps, [[grid.highest, grid.lowest, grid.full_scale / 2]])
    assert vocals.unclipped.max() == 1.5 * grid.full_scale


@pytest.mark.parametrize("encoding", list(SampleEncoding))
def test_what_goes_to_the_file_is_what_libsndfile_stores(encoding: SampleEncoding) -> None:
    grid = Grid(encoding)
    samples = grid.to_file(grid.clip(grid.round(np.array([[1.0, -1.0, 0.0]]))))
    if encoding.integer_bits is None:
        assert samples.tolist() == [[1.0, -1.0, 0.0]]
    else:
        assert samples.tolist() == [[2**31 - (1 << (32 - encoding.integer_bits)), -(2**31), 0]]
