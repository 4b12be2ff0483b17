"""The pipeline around a model: what comes out of a file goes back where it came from, sample for sample."""

import tracemalloc
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from engine.audio import AudioFormat, SampleEncoding, Samples
from engine.audio_file import AudioWriter, probe, read_blocks
from engine.backends import REGISTRY, load_separator
from engine.backends.base import Card, SegmentPlan, SeparationBackend
from engine.errors import InvalidArgument, InvalidAudio, JobCancelled, WeightsCorrupt
from engine.separation import Quality, Residual, SeparationOrder, StemFile, plan_order, separate_file

FAKE = REGISTRY["fake"]
TWO_STEMS = REGISTRY["spleeter-2stems"]


class LoudBackend:
    """Gives stems far beyond full scale, and counts what it is asked for."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.plan = SegmentPlan(10_000, np.ones(10_000, np.float32), lambda _: 10_000, batch_size=2)
        self.asked: set[str] = set()

    def predict(self, segments: Sequence[Samples], stems: Sequence[str]) -> list[Samples]:
        self.asked.update(stems)
        gains = np.array([(-1) ** i * (2.0 + i) for i in range(len(stems))], np.float32).reshape(-1, 1, 1)
        return [gains * segment for segment in segments]


def quiet(fraction: float, message: str) -> None:
    assert 0 <= fraction <= 1
    assert message


def fake() -> SeparationBackend:
    return load_separator(FAKE, {}, "cpu")


def write_mix(path: Path, samples: NDArray[np.float64], rate_hz: int, subtype: str) -> AudioFormat:
    soundfile.write(path, samples.T, rate_hz, subtype=subtype)
    return probe(path)


def separate(
    mix: Path, backend: SeparationBackend, *stems: str, residual: Residual = Residual.NONE,
    encoding: SampleEncoding | None = None, media_type: str = "", quality: Quality = Quality.BALANCED,
) -> dict[str, StemFile]:  # fmt: skip
    order = plan_order(backend.card, probe(mix), stems, quality, residual, media_type, encoding)
    folder = mix.parent / "stems"
    folder.mkdir(exist_ok=True)
    return {stem.name: stem for stem in separate_file(mix, backend, order, folder, quiet)}


def steps_of(stem: Path) -> NDArray[np.float64]:
    """The file's samples in steps of 32-bit integers: exact for every integer encoding."""
    return np.concatenate(list(read_blocks(stem)), axis=-1) * 2.0**31


def noise(channels: int, count: int, level: float = 0.9) -> NDArray[np.float64]:
    return np.random.default_rng(count).uniform(-level, level, (channels, count))


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_stems_have_the_form_of_the_mix_and_nothing_is_shifted(tmp_path: Path, rate_hz: int) -> None:
    count, place = 1_234_567, 987_654
    impulse = np.zeros((1, count))
    impulse[0, place] = 0.8
    mix_format = write_mix(tmp_path / "mix.wav", impulse, rate_hz, "PCM_24")

    stems = separate(tmp_path / "mix.wav", fake())

    assert list(stems) == list(FAKE.outputs)
    for stem in stems.values():
        assert probe(stem.path) == mix_format == AudioFormat(rate_hz, 1, count, SampleEncoding.PCM_24)
        assert np.abs(steps_of(stem.path)).argmax() == place


@pytest.mark.parametrize("quality", list(Quality))
def test_stems_are_the_models_own(tmp_path: Path, quality: Quality) -> None:
    mix = noise(2, 150_001)
    write_mix(tmp_path / "mix.wav", mix, 44_100, "DOUBLE")
    stems = separate(tmp_path / "mix.wav", fake(), quality=quality)
    for name, gain in {"drums": 0.5, "bass": 0.25, "other": 0.125, "vocals": 0.125}.items():
        # float32 inside: 24 bits of precision.
        np.testing.assert_allclose(steps_of(stems[name].path) / 2**31, gain * mix, rtol=0, atol=2**-23)
        assert stems[name].peak == pytest.approx(gain * np.abs(mix).max(), rel=1e-5)
        assert stems[name].rms_db == pytest.approx(20 * np.log10(gain * np.sqrt((mix**2).mean())), abs=1e-3)


@pytest.mark.parametrize("card", [FAKE, TWO_STEMS], ids=lambda card: card.name)
@pytest.mark.parametrize(("rate_hz", "channels"), [(44_100, 2), (48_000, 1)])
@pytest.mark.parametrize(
    ("subtype", "encoding", "media_type"),
    [
        ("PCM_16", SampleEncoding.PCM_16, "audio/flac"),
        ("PCM_16", None, "audio/wav"),
        ("PCM_24", None, "audio/flac"),
        ("PCM_32", None, "audio/wav"),
    ],
)
def test_with_residual_stems_sum_to_the_mix_exactly(
    tmp_path: Path, card: Card, rate_hz: int, channels: int, subtype: str, encoding: SampleEncoding | None,
    media_type: str,
) -> None:  # fmt: skip
    """Also with a model whose stems clip."""
    mix = tmp_path / "mix.wav"
    write_mix(mix, noise(channels, 50_021), rate_hz, subtype)
    stems = separate(mix, LoudBackend(card), residual=Residual.OTHER, encoding=encoding, media_type=media_type)
    assert len(stems) == len(card.outputs)
    np.testing.assert_array_equal(sum(steps_of(stem.path) for stem in stems.values()), steps_of(mix))
    assert max(stem.peak for stem in stems.values()) > 1


def test_with_residual_float_stems_sum_to_the_mix(tmp_path: Path) -> None:
    mix = tmp_path / "mix.wav"
    write_mix(mix, noise(2, 50_021, level=3.0), 44_100, "FLOAT")
    stems = separate(mix, fake(), residual=Residual.OTHER)
    total = np.sum([steps_of(stem.path) for stem in stems.values()], axis=0)
    np.testing.assert_allclose(total, steps_of(mix), rtol=0, atol=2.0 ** (31 - 23))


@pytest.mark.parametrize(
    ("stems", "residual", "computed"),
    [
        (("vocals",), Residual.NONE, {"vocals"}),
        (("vocals",), Residual.OTHER, {"vocals"}),
        (("vocals", "no_vocals"), Residual.OTHER, {"vocals"}),
        (("no_vocals",), Residual.NONE, {"drums", "bass", "other"}),
        (("other",), Residual.NONE, {"other"}),
        (("other",), Residual.OTHER, {"drums", "bass", "vocals"}),
        (("no_other",), Residual.OTHER, {"drums", "bass", "vocals"}),
    ],
)
def test_only_what_the_order_needs_is_computed(
    tmp_path: Path, stems: tuple[str, ...], residual: Residual, computed: set[str]
) -> None:
    write_mix(tmp_path / "mix.wav", noise(2, 30_000), 44_100, "PCM_16")
    backend = LoudBackend(FAKE)
    assert tuple(separate(tmp_path / "mix.wav", backend, *stems, residual=residual)) == stems
    assert backend.asked == computed


@pytest.mark.parametrize("residual", list(Residual))
def test_the_mix_without_a_stem(tmp_path: Path, residual: Residual) -> None:
    mix = tmp_path / "mix.wav"
    write_mix(mix, noise(2, 60_000), 44_100, "PCM_16")
    stems = separate(mix, fake(), "no_vocals", "vocals", residual=residual)
    total = steps_of(stems["no_vocals"].path) + steps_of(stems["vocals"].path)
    # Without the residual, each is rounded on its own to 24 bits; with it, their sum is exact.
    np.testing.assert_allclose(total, steps_of(mix), rtol=0, atol=2**9 if residual is Residual.NONE else 0)


@pytest.mark.parametrize("suffix", ["mp3", "ogg"])
def test_lossy_mixes_give_24_bit_stems(tmp_path: Path, suffix: str) -> None:
    mix = tmp_path / f"mix.{suffix}"
    soundfile.write(mix, noise(2, 50_000, level=0.3).T, 44_100)
    stems = separate(mix, fake(), residual=Residual.OTHER)
    assert probe(stems["vocals"].path).encoding is SampleEncoding.PCM_24
    total = np.sum([steps_of(stem.path) for stem in stems.values()], axis=0)
    np.testing.assert_array_equal(total, np.rint(steps_of(mix) / 2**8) * 2**8)


def test_a_cancelled_separation_leaves_no_file(tmp_path: Path) -> None:
    write_mix(tmp_path / "mix.wav", noise(2, 500_000), 44_100, "PCM_16")
    order = plan_order(FAKE, probe(tmp_path / "mix.wav"), (), Quality.BALANCED, Residual.NONE, "", None)
    seen: list[float] = []

    def report(fraction: float, message: str) -> None:
        seen.append(fraction)
        if fraction > 0.5:
            raise JobCancelled("The job was cancelled.")

    (tmp_path / "stems").mkdir()
    with pytest.raises(JobCancelled):
        separate_file(tmp_path / "mix.wav", fake(), order, tmp_path / "stems", report)
    assert seen == sorted(seen)
    assert len(seen) > 3
    assert list((tmp_path / "stems").iterdir()) == []


def test_a_damaged_mix_leaves_no_file(tmp_path: Path) -> None:
    mix = tmp_path / "mix.flac"
    write_mix(mix, noise(2, 500_000), 44_100, "PCM_16")
    mix.write_bytes(mix.read_bytes()[:-900_000])
    with pytest.raises(InvalidAudio, match="cut short or damaged"):
        separate(mix, fake())
    assert list((tmp_path / "stems").iterdir()) == []


def test_a_model_that_gives_no_numbers_is_noticed(tmp_path: Path) -> None:
    class Broken(LoudBackend):
        def predict(self, segments: Sequence[Samples], stems: Sequence[str]) -> list[Samples]:
            return [np.full((len(stems), *segment.shape), np.nan, np.float32) for segment in segments]

    write_mix(tmp_path / "mix.wav", noise(2, 30_000), 44_100, "PCM_16")
    with pytest.raises(WeightsCorrupt, match="fetched again"):
        separate(tmp_path / "mix.wav", Broken(FAKE))


def peak_memory_bytes(folder: Path, minutes: int) -> int:
    mix = folder / f"{minutes}.wav"
    mix_format = AudioFormat(44_100, 2, minutes * 60 * 44_100, SampleEncoding.PCM_16)
    second = (noise(2, 44_100) * 2**31).astype(np.int32)
    with AudioWriter(mix, mix_format, "audio/wav") as writer:
        for _ in range(minutes * 60):
            writer.write(second)
    tracemalloc.start()
    try:
        stems = separate(mix, fake(), "vocals", encoding=SampleEncoding.PCM_16)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        mix.unlink()
        stems["vocals"].path.unlink()


def test_memory_does_not_grow_with_the_song(tmp_path: Path) -> None:
    short, long = peak_memory_bytes(tmp_path, 1), peak_memory_bytes(tmp_path, 15)
    # 14 minutes more are 296 MB as float32; when garbage is collected moves the peak by a few.
    assert long < short + 15_000_000


MIX = AudioFormat(44_100, 2, 44_100, SampleEncoding.PCM_16)
DEFAULTS: Mapping[str, object] = {
    "stems": (), "quality": Quality.BALANCED, "residual": Residual.NONE, "media_type": "", "encoding": None,
}  # fmt: skip


def planned(mix: AudioFormat = MIX, **changes: object) -> SeparationOrder:
    return plan_order(REGISTRY["htdemucs"], mix, **{**DEFAULTS, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"stems": ("vocals", "vox")}, "stems", "no stem “vox”; choose among drums, bass, other, vocals"),
        ({"stems": ("no_guitar",)}, "stems", "no stem “no_guitar”"),
        ({"media_type": "audio/mpeg"}, "media_type", "choose audio/wav or audio/flac"),
        ({"media_type": "audio/flac", "encoding": SampleEncoding.FLOAT_32}, "encoding", "at most 24 bits"),
        ({"media_type": "audio/flac", "mix": replace(MIX, encoding=SampleEncoding.PCM_32)}, "encoding", "choose WAV"),
    ],
)
def test_orders_that_cannot_be_met(changes: dict[str, object], field: str, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message) as caught:
        planned(**changes)  # type: ignore[arg-type]
    assert caught.value.metadata["field"] == field


def test_defaults_of_an_order() -> None:
    order = planned()
    assert order.parameters() == {
        "stems": ["drums", "bass", "other", "vocals"],
        "quality": "BALANCED",
        "residual": "none",
        "media_type": "audio/wav",
        "encoding": "PCM_24",
    }
    assert planned(stems=("vocals", "bass", "vocals")).stems == ("vocals", "bass")
    assert planned(replace(MIX, encoding=SampleEncoding.FLOAT_64)).encoding is SampleEncoding.FLOAT_64
