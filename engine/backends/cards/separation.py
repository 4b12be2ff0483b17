"""Separators."""

from engine.backends.base import Card

FOUR_STEMS = ("drums", "bass", "other", "vocals")
SIX_STEMS = (*FOUR_STEMS, "guitar", "piano")


def _demucs(
    name: str, description: str, weights: tuple[str, ...], *, stems: tuple[str, ...] = FOUR_STEMS, figure: str = "",
    is_default: bool = False,
) -> Card:  # fmt: skip
    return Card(
        name=name,
        task="separation",
        description=description,
        implementation="engine.backends.demucs:DemucsBackend",
        outputs=stems,
        sample_rate_hz=44_100,
        licence="LicenseRef-Demucs-weights",
        licence_note="The code is MIT; the weights are for research and personal use only.",
        attribution_name="Alexandre Défossez, Meta AI",
        attribution_url="https://github.com/adefossez/demucs",
        weights=weights,
        published_figure=figure,
        is_default=is_default,
    )


CARDS = (
    _demucs(
        "htdemucs",
        "Hybrid transformer, four stems: the best balance of quality and speed.",
        ("955717e8",),
        figure="9.0 dB SDR on MUSDB18-HQ (Rouard et al. 2023)",
        is_default=True,
    ),
    _demucs(
        "htdemucs_ft",
        "Hybrid transformer, one fine-tuned model for each of four stems: a little better, four times the work.",
        ("f7e0c4bc", "d12395a8", "92cfc3b6", "04573f0d"),
        figure="9.2 dB SDR on MUSDB18-HQ (Rouard et al. 2023)",
    ),
    _demucs(
        "htdemucs_6s", "Hybrid transformer with guitar and piano: six stems.", ("5c90dfd2",), stems=SIX_STEMS
    ),
    _demucs("hdemucs_mmi", "Hybrid Demucs v3, retrained on more songs: four stems.", ("75fc33f5",)),
    _demucs(
        "mdx",
        "Winner of track A of the MDX challenge 2021: four stems.",
        ("0d19c1c6", "7ecf8ec1", "c511e2ab", "7d865c68"),
    ),
    _demucs(
        "mdx_extra",
        "Second of track B of the MDX challenge 2021, trained on extra songs: four stems.",
        ("e51eebcc", "a1d90b5c", "5d2d6c55", "cfa93e08"),
    ),
    Card(
        name="spleeter-2stems",
        task="separation",
        description="Two U-Nets, vocals and accompaniment: many times faster than htdemucs, less clean.",
        implementation="engine.backends.spleeter:SpleeterBackend",
        outputs=("vocals", "accompaniment"),
        sample_rate_hz=44_100,
        licence="MIT",
        licence_note="Free for any use; keep the notice.",
        attribution_name="Deezer Research",
        attribution_url="https://github.com/deezer/spleeter",
        weights=("spleeter-2stems",),
        published_figure="6.6 dB SDR vocals on MUSDB18, for the same network with four stems (Hennequin et al. 2020)",
    ),
    Card(
        name="fake",
        task="separation",
        description="Four copies of the mix at fixed gains, for tests and for measuring everything but the model.",
        implementation="engine.backends.fake:FakeBackend",
        outputs=FOUR_STEMS,
        sample_rate_hz=44_100,
        licence="MIT",
        licence_note="Part of AuxSend.",
        attribution_name="AuxSend",
        attribution_url="",
        is_visible=False,
    ),
)  # fmt: skip
