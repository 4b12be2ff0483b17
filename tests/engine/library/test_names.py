"""What names of samples say, in the ways in which packs, machines and people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.library.name_words import words_of
from engine.library.names import NameHints, hints_of, key_with_hints, kind_with_hints, tempo_with_hints
from engine.musical_time import PITCH_CLASSES, Key

KEYS = [
    ("Bass_Loop_120bpm_Am.wav", "A minor"),
    ("128 F#m", "F# minor"),
    ("Cmin", "C minor"),
    ("Synth Pad Bbmaj 90.aif", "Bb major"),
    ("FunkGuitar_Eb_minor_100BPM.wav", "Eb minor"),
    ("PK_KEYS_124_G#min.wav", "Ab minor"),
    ("SynthLoopAmin120.wav", "A minor"),
    ("lead c#m.wav", "C# minor"),
    ("Strings - D major.flac", "D major"),
    ("VOX_DRY_95_AMIN.wav", "A minor"),
    ("RHODES Am7 stab.wav", "A minor"),
    ("Chord Dbmaj7.wav", "C# major"),
    ("pad_a_minor.wav", "A minor"),
    ("Riff B♭m 140.wav", "Bb minor"),
    ("Organ F sharp minor.wav", "F# minor"),
    ("Organ E-flat major.wav", "Eb major"),
    ("arp_bbm_128.wav", "Bb minor"),
    ("Gmaj_Pluck.wav", "G major"),
]
NO_KEYS = [
    "808", "Kick A.wav", "Take B.wav", "A New Day.wav", "Loop C.wav", "FM Bass.wav", "3 AM drive.wav", "I am here.wav",
    "Kick C4.wav", "Snare -6dB.wav", "Bass.wav", "Add Cymbal.wav", "1984 Beat.wav",
    "Effect.wav", "Ambient.wav", "Embers.wav", "B", "Dmitri.wav", "Major Tom.wav", "min.wav", "café.wav",
    "Double Bass.wav", "kick 01 a.wav",
]  # fmt: skip
TONICS = [
    ("Pad_F#.wav", 6), ("120_C_BassLoop.wav", 0), ("Bell Ab.wav", 8), ("Lead in Key of G.wav", 7),
    ("Pluck A#4.wav", 10), ("Drone key_D.wav", 2), ("95bpm A guitar.wav", 9),
]  # fmt: skip
TEMPI = [
    ("Bass_Loop_120bpm_Am.wav", 120), ("120_BPM", 120), ("Loop 87.5 BPM.wav", 87.5), ("BPM128_Drums.wav", 128),
    ("bpm_174 amen.wav", 174), ("Break (93 bpm).wav", 93), ("DrumLoop120BPM.wav", 120), ("128 F#m", 128),
    ("PK_KEYS_124_G#min.wav", 124), ("Loop 12 bpm 120.wav", 120), ("Groove_85,25bpm.wav", 85.25), ("Am 90.wav", 90),
]  # fmt: skip
NO_TEMPI = [
    "808", "kick 01", "TR-909 Kick", "1984 Beat.wav", "Loops 90-100 bpm", "Take 3.wav", "4bpm.wav", "999 bpm.wav",
    "Kick 001.wav", "24bit 48k.wav", "Subpm.wav", "bpm.wav", "Fmin 2020.wav",
]  # fmt: skip
KINDS = [
    ("Kick 01.wav", (), "one-shot/hat", "one-shot/kick"),
    ("BD_hard.wav", (), "one-shot/tom", "one-shot/kick"),
    ("Bass Drum 2.wav", (), "one-shot/bass", "one-shot/kick"),
    ("HiHat_closed.wav", (), "one-shot/snare", "one-shot/hat"),
    ("001.wav", ("Pack", "Snares"), "one-shot/clap", "one-shot/snare"),
    ("Kick Loop.wav", (), "one-shot/kick", "loop"),
    ("001.wav", ("Drum Loops",), "one-shot/kick", "loop"),
    ("Kick 3.wav", ("Drum Loops", "Parts"), "one-shot/tom", "one-shot/kick"),
    ("bass groove.wav", (), "track", "loop"),
    ("Bass_120.wav", ("Basses",), "loop", "loop"),
    ("Brass Stab.wav", (), "loop", "one-shot/tone"),
    ("Snare Shot.wav", (), "loop", "one-shot/snare"),
    ("That Person.wav", (), "one-shot/tone", "one-shot/tone"),
    ("My Song.wav", ("Music",), "track", "track"),
]


@pytest.mark.parametrize(("name", "key"), KEYS)
def test_a_key_is_read_with_its_mode(name: str, key: str) -> None:
    found = key_with_hints(None, hints_of(name, ()))
    assert found is not None
    assert (found.name, found.confidence) == (key, 1.0)


@pytest.mark.parametrize("name", NO_KEYS)
def test_what_only_looks_like_a_key_is_none(name: str) -> None:
    assert hints_of(name, ()).key is None


@pytest.mark.parametrize(("name", "tonic"), TONICS)
def test_a_tonic_without_mode_takes_the_mode_that_was_heard(name: str, tonic: int) -> None:
    hints = hints_of(name, ())
    assert key_with_hints(None, hints) is None
    heard = {
        "same": Key(tonic, "minor", 0.4),
        "relative": Key((tonic + 3) % 12, "major", 0.4),
        "other": Key((tonic + 1) % 12, "minor", 0.4),
    }
    modes = {case: key_with_hints(key, hints) for case, key in heard.items()}
    assert modes == {
        "same": Key(tonic, "minor", 1.0), "relative": Key(tonic, "minor", 1.0), "other": Key(tonic, "major", 1.0)
    }  # fmt: skip


@pytest.mark.parametrize(("name", "bpm"), TEMPI)
def test_a_stated_tempo_wins_over_what_was_heard(name: str, bpm: float) -> None:
    assert tempo_with_hints(71.3, hints_of(name, ())) == bpm


@pytest.mark.parametrize("name", NO_TEMPI)
def test_what_only_looks_like_a_tempo_is_none(name: str) -> None:
    assert tempo_with_hints(71.3, hints_of(name, ())) == 71.3
    assert tempo_with_hints(0.0, hints_of(name, ())) == 0.0


@pytest.mark.parametrize(("heard", "tempo"), [(96.0, 95.0), (190.0, 95.0), (47.6, 95.0), (120.0, 120.0), (0.0, 0.0)])
def test_a_bare_number_is_a_tempo_where_what_was_heard_agrees(heard: float, tempo: float) -> None:
    assert tempo_with_hints(heard, hints_of("Break 95.wav", ())) == tempo


@pytest.mark.parametrize(("name", "folders", "heard", "kind"), KINDS)
def test_names_say_what_things_are(name: str, folders: tuple[str, ...], heard: str, kind: str) -> None:
    assert kind_with_hints(heard, hints_of(name, folders)) == kind


def test_the_name_counts_before_its_folders_and_the_nearest_folder_first() -> None:
    hints = hints_of("x.wav", ("140 BPM Em", "Loops 120bpm"))
    assert (hints.quarter_bpm, hints.is_loop) == (120.0, True)
    assert key_with_hints(None, hints) == Key(4, "minor", 1.0)
    assert hints_of("x_99bpm_Dm.wav", ("140 BPM Em",)).quarter_bpm == 99.0


def test_words_are_found_however_they_are_joined() -> None:
    joined = [
        "Bass Loop F#m 120 bpm.wav",
        "Bass_Loop-F#m.120bpm.aiff",
        "BassLoopF#m120bpm",
        "(Bass) [Loop] F#m, 120 bpm",
    ]
    assert {tuple(words_of(name)) for name in joined} == {("Bass", "Loop", "F#m", "120", "bpm")}


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_any_name_is_read_without_complaint(name: str, folders: list[str]) -> None:
    hints = hints_of(name, folders)
    assert hints.quarter_bpm == 0.0 or 30 <= hints.quarter_bpm <= 300
    assert kind_with_hints("track", hints) in ("track", "loop") or hints.is_one_shot


@given(
    st.sampled_from(range(12)), st.sampled_from(["m", "min", " minor", "_Min", "maj", " Major", "-maj"]),
    st.integers(60, 200), st.sampled_from([" ", "_", "-", "."]),
)  # fmt: skip
def test_every_key_and_tempo_is_read_back(tonic: int, mode: str, bpm: int, joint: str) -> None:
    name = joint.join(["Synth", f"{PITCH_CLASSES[tonic]}{mode}", f"{bpm}bpm", "03.wav"])
    hints = hints_of(name, ())
    key = key_with_hints(None, hints)
    assert key is not None
    assert (key.tonic, key.mode) == (tonic, "major" if "maj" in mode.lower() else "minor")
    assert tempo_with_hints(0.0, hints) == bpm


def test_nothing_said_leaves_everything_as_it_was_found() -> None:
    assert hints_of("Untitled.wav", ("Desktop",)) == NameHints()
