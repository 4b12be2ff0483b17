"""Taggers."""

from engine.backends.base import Card

MTT_TAGS = (
    "guitar", "classical", "slow", "techno", "strings", "drums", "electronic", "rock", "fast", "piano",
    "ambient", "beat", "violin", "vocal", "synth", "female", "indian", "opera", "male", "singing",
    "vocals", "no vocals", "harpsichord", "loud", "quiet", "flute", "woman", "male vocal", "no vocal", "pop",
    "soft", "sitar", "solo", "man", "classic", "choir", "voice", "new age", "dance", "male voice",
    "female vocal", "beats", "harp", "cello", "no voice", "weird", "country", "metal", "female voice", "choral",
)  # fmt: skip
"""The 50 tags of MagnaTagATune that musicnn knows, in the order of its outputs."""

MSD_TAGS = (
    "rock", "pop", "alternative", "indie", "electronic", "female vocalists", "dance", "00s", "alternative rock",
    "jazz", "beautiful", "metal", "chillout", "male vocalists", "classic rock", "soul", "indie rock", "Mellow",
    "electronica", "80s", "folk", "90s", "chill", "instrumental", "punk", "oldies", "blues", "hard rock",
    "ambient", "acoustic", "experimental", "female vocalist", "guitar", "Hip-Hop", "70s", "party", "country",
    "easy listening", "sexy", "catchy", "funk", "electro", "heavy metal", "Progressive rock", "60s", "rnb",
    "indie pop", "sad", "House", "happy",
)  # fmt: skip
"""The 50 tags of Last.fm, on the Million Song Dataset, that musicnn knows, in the order of its outputs."""

SOUND_WORDS = (
    "kick drum", "snare drum", "hand clap", "closed hi-hat", "open hi-hat", "cymbal", "tom", "percussion",
    "drum loop", "breakbeat", "bass line", "deep sub bass", "acid synthesizer", "warm analog synthesizer",
    "synthesizer pad", "synthesizer lead", "arpeggio", "piano", "electric piano", "organ", "acoustic guitar",
    "electric guitar", "distorted guitar", "strings", "brass", "flute", "saxophone", "bells", "choir", "female voice",
    "male voice", "spoken voice", "riser", "impact", "noise", "ambient texture", "field recording", "dark music",
    "bright music", "calm music", "energetic music", "happy music", "sad music", "hip hop", "house music", "techno",
    "drum and bass", "rock music", "jazz", "classical music",
)  # fmt: skip
"""What CLAP is asked for: sounds that a producer looks for, and moods and styles. It knows any other words as well."""


def _musicnn(name: str, description: str, tags: tuple[str, ...], figure: str, *, is_default: bool = False) -> Card:
    return Card(
        name=name,
        task="tagging",
        description=description,
        implementation="engine.backends.musicnn:MusicnnBackend",
        outputs=tags,
        sample_rate_hz=16_000,
        licence="ISC",
        licence_note="Free for any use; keep the notice.",
        attribution_name="Jordi Pons, Music Technology Group, Universitat Pompeu Fabra",
        attribution_url="https://github.com/jordipons/musicnn",
        weights=(name,),
        published_figure=figure,
        is_default=is_default,
    )


CARDS = (
    _musicnn(
        "MTT_musicnn",
        "Instruments, voices and genres: 50 tags learned from MagnaTagATune.",
        MTT_TAGS,
        "0.907 ROC-AUC on MagnaTagATune (Pons and Serra 2019)",
        is_default=True,
    ),
    _musicnn(
        "MSD_musicnn",
        "Genres, moods and decades: 50 tags of Last.fm, learned from the Million Song Dataset.",
        MSD_TAGS,
        "0.880 ROC-AUC on the Million Song Dataset (Pons and Serra 2019)",
    ),
    Card(
        name="clap",
        task="tagging",
        description="Sounds and words in one space: finds samples by a description. 50 tags in words of our choice.",
        implementation="engine.backends.clap:ClapBackend",
        outputs=SOUND_WORDS,
        sample_rate_hz=48_000,
        licence="Apache-2.0",
        licence_note="Free for any use; keep the notice.",
        attribution_name="LAION: Yusong Wu, Ke Chen, Tianyu Zhang and others",
        attribution_url="https://github.com/LAION-AI/CLAP",
        weights=("clap-htsat-unfused", "clap-htsat-unfused-words"),
        reads_text=True,
        extra="clap",
    ),
    Card(
        name="fake-tags",
        task="tagging",
        description="Loud and quiet by the level of each second, for tests and for measuring everything but the model.",
        implementation="engine.backends.fake:FakeTagger",
        outputs=("loud", "quiet"),
        sample_rate_hz=44_100,
        licence="MIT",
        licence_note="Part of AuxSend.",
        attribution_name="AuxSend",
        attribution_url="",
        is_visible=False,
        reads_text=True,
    ),
)
