"""MIDI files: read back by pretty_midi, which shares no code with our writer but mido's bytes, and by mido itself."""

import math
from collections.abc import Sequence
from pathlib import Path

import mido
import pretty_midi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InvalidArgument
from engine.midi_file import write_midi
from engine.midi_ticks import tempo_events, tick_grid
from engine.musical_time import Chord, Key, TempoChange, TempoMap, TimeSignature, steady_tempo
from engine.notes import SUSTAIN_PEDAL, ControlChange, Note, NoteTrack, PitchBend

TOLERANCE_SEC = 1e-3
ANDANTE = steady_tempo(96)


def note(pitch: int, onset_sec: float, duration_sec: float, *bends: tuple[float, float], velocity: int = 80) -> Note:
    return Note(pitch, velocity, onset_sec, duration_sec, tuple(PitchBend(*bend) for bend in bends))


def written(path: Path, *tracks: NoteTrack, tempo_map: TempoMap = ANDANTE) -> pretty_midi.PrettyMIDI:
    write_midi(path, tracks, tempo_map)
    return pretty_midi.PrettyMIDI(str(path))


def messages(path: Path, track: int, kind: str) -> list[tuple[float, mido.Message]]:
    """Returns the messages of one kind and track with their times in seconds, by the clock that mido plays with."""
    file = mido.MidiFile(path, charset="utf-8")
    file.tracks = [file.tracks[0], file.tracks[track]] if track else file.tracks[:1]
    time_sec, found = 0.0, []
    for message in file:
        time_sec += message.time
        if message.type == kind:
            found.append((time_sec, message))
    return found


def test_a_song_reads_back_as_it_was(tmp_path: Path) -> None:
    piano = NoteTrack("Flügel", (note(60, 0.5, 1.0, velocity=33), note(64, 0.5, 0.25), note(60, 2.0, 0.1)), program=0)
    bass = NoteTrack("bass", (note(33, 0.0, 4.0),), program=33)
    drums = NoteTrack("drums", (note(36, 0.25, 0.1, velocity=127), note(42, 0.25, 0.1)), is_drum=True)
    path = tmp_path / "song.mid"
    file = written(path, piano, bass, drums)
    assert [(track.program, track.is_drum) for track in file.instruments] == [(0, False), (33, False), (0, True)]
    # pretty_midi reads names as Latin-1; ours are UTF-8, as DAWs read them
    assert [track.name.encode("latin-1").decode() for track in file.instruments] == ["Flügel", "bass", "drums"]
    for track, original in zip(file.instruments, (piano, bass, drums), strict=True):
        found = sorted((read.pitch, read.velocity, read.start, read.end) for read in track.notes)
        wanted = sorted((one.pitch, one.velocity, one.onset_sec, one.offset_sec) for one in original.notes)
        for one, other in zip(found, wanted, strict=True):
            assert one == pytest.approx(other, abs=TOLERANCE_SEC)


def test_the_conductor_states_what_is_known(tmp_path: Path) -> None:
    tempo_map = TempoMap(
        (TempoChange(0.0, 90.0), TempoChange(16.0, 120.0)), (TimeSignature(0.0, 3, 4), TimeSignature(16.0, 6, 8))
    )
    chords = (Chord(0.0, 2.0, "A:min7"), Chord(2.0, 2.0, "N"))
    path = tmp_path / "song.mid"
    write_midi(path, (), tempo_map, chords=chords, key=Key(9, "minor", 0.9), title="Étude")
    file = pretty_midi.PrettyMIDI(str(path))
    times_sec, tempos = file.get_tempo_changes()
    assert times_sec.tolist() == pytest.approx([0.0, 16.0], abs=TOLERANCE_SEC)
    assert tempos.tolist() == pytest.approx([90.0, 120.0], rel=1e-5)
    metres = [(metre.numerator, metre.denominator, metre.time) for metre in file.time_signature_changes]
    assert metres == [(3, 4, 0.0), (6, 8, pytest.approx(16.0, abs=TOLERANCE_SEC))]
    assert [key.key_number for key in file.key_signature_changes] == [pretty_midi.key_name_to_key_number("A minor")]
    assert [(round(time, 2), marker.text) for time, marker in messages(path, 0, "marker")] == [
        (0.0, "A:min7"),
        (2.0, "N.C."),
    ]
    assert messages(path, 0, "track_name")[0][1].name == "Étude"
    # the metronome clicks dotted quarters in 6/8
    assert [metre.clocks_per_click for _, metre in messages(path, 0, "time_signature")] == [24, 36]


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_every_key_has_a_signature(tmp_path: Path, tonic: int, mode: str) -> None:
    write_midi(tmp_path / "key.mid", (), steady_tempo(100), key=Key(tonic, mode, 1.0))
    (signature,) = pretty_midi.PrettyMIDI(str(tmp_path / "key.mid")).key_signature_changes
    assert signature.key_number == tonic + (12 if mode == "minor" else 0)


def test_a_church_mode_has_no_signature(tmp_path: Path) -> None:
    write_midi(tmp_path / "key.mid", (), steady_tempo(100), key=Key(2, "dorian", 1.0))
    assert pretty_midi.PrettyMIDI(str(tmp_path / "key.mid")).key_signature_changes == []


@st.composite
def tempo_maps(draw: st.DrawFn) -> TempoMap:
    """Maps with jumps, with ramps in small steps, and with changes that no beat falls on."""
    steps_sec = draw(st.lists(st.floats(0.01, 60.0), max_size=12))
    tempos = draw(st.lists(st.floats(10.0, 400.0), min_size=len(steps_sec) + 1, max_size=len(steps_sec) + 1))
    times = [0.0]
    for step_sec in steps_sec:
        times.append(times[-1] + step_sec)
    changes = tuple(map(TempoChange, times, tempos))
    return TempoMap(changes, (TimeSignature(0.0, 4, 4),))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tempo_map=tempo_maps(),
    onsets_sec=st.lists(st.floats(0.0, 900.0), min_size=1, max_size=30, unique_by=lambda onset: round(onset, 1)),
    durations_sec=st.lists(st.floats(0.001, 0.05), min_size=30, max_size=30),
)
def test_every_event_is_within_a_millisecond(
    tmp_path: Path, tempo_map: TempoMap, onsets_sec: list[float], durations_sec: list[float]
) -> None:
    onsets_sec.sort()
    notes = tuple(note(60, onset, duration) for onset, duration in zip(onsets_sec, durations_sec, strict=False))
    pedals = tuple(ControlChange(SUSTAIN_PEDAL, 127, onset + 0.02) for onset in onsets_sec)
    path = tmp_path / "timing.mid"
    write_midi(path, [NoteTrack("piano", notes, control_changes=pedals)], tempo_map)
    for kind, wanted_sec in (
        ("note_on", onsets_sec),
        ("note_off", [one.offset_sec for one in notes]),
        ("control_change", [pedal.time_sec for pedal in pedals]),
    ):
        found_sec = [time_sec for time_sec, _ in messages(path, 1, kind)]
        assert found_sec == pytest.approx(wanted_sec, abs=TOLERANCE_SEC)


def test_a_ramp_and_an_odd_tempo_do_not_drift_in_an_hour(tmp_path: Path) -> None:
    ramp = [TempoChange(second / 10, 60 + second / 10) for second in range(600)]
    tempo_map = TempoMap((*ramp, TempoChange(60.0, 130.0)), (TimeSignature(0.0, 4, 4),))
    notes = tuple(note(60, float(onset), 0.5) for onset in range(0, 3600, 7))
    path = tmp_path / "long.mid"
    write_midi(path, [NoteTrack("piano", notes)], tempo_map)
    found_sec = [time_sec for time_sec, _ in messages(path, 1, "note_on")]
    assert found_sec == pytest.approx([one.onset_sec for one in notes], abs=TOLERANCE_SEC)


def test_a_beat_stays_on_its_tick_however_odd_the_tempo() -> None:
    grid = tick_grid(steady_tempo(130.0))
    assert [grid.tick_at(beat * 60 / 130) for beat in range(0, 10_000, 97)] == [
        beat * grid.ticks_per_quarter for beat in range(0, 10_000, 97)
    ]


def test_a_steady_tempo_is_one_event() -> None:
    grid = tick_grid(steady_tempo(120.0))
    assert [(event.tick, event.quarter_us) for event in tempo_events(grid, 10_000_000)] == [(0, 500_000)]


def test_the_same_notes_give_the_same_bytes(tmp_path: Path) -> None:
    track = NoteTrack("voice", (note(60, 0.1, 1.0, (0.0, 0.2), (0.5, -0.4)), note(67, 0.6, 1.0)), program=52)
    for name in ("one.mid", "two.mid"):
        write_midi(tmp_path / name, [track, track], steady_tempo(87.3), key=Key(0, "major", 1.0))
    assert (tmp_path / "one.mid").read_bytes() == (tmp_path / "two.mid").read_bytes()


def test_no_notes_make_an_empty_valid_file(tmp_path: Path) -> None:
    file = written(tmp_path / "silence.mid", NoteTrack("piano", ()))
    assert [track.notes for track in file.instruments] in ([], [[]])
    assert file.get_tempo_changes()[1].tolist() == pytest.approx([96.0], rel=1e-5)


def test_a_pitch_that_is_struck_again_cuts_itself_off(tmp_path: Path) -> None:
    track = NoteTrack("piano", (note(60, 0.0, 2.0), note(60, 1.0, 2.0), note(60, 1.0, 0.5, velocity=100)))
    (read,) = written(tmp_path / "again.mid", track).instruments
    found = [(one.start, one.end, one.velocity) for one in read.notes]
    assert found == [(0.0, pytest.approx(1.0, abs=1e-3), 80), (pytest.approx(1.0, abs=1e-3), pytest.approx(3.0), 100)]


def bends_by_channel(path: Path, track: int = 1) -> dict[int, list[tuple[float, float]]]:
    """Returns the curve of each channel in seconds and semitones, by the range that the file sets."""
    ranges = {
        message.channel: message.value for _, message in messages(path, track, "control_change") if message.control == 6
    }
    found: dict[int, list[tuple[float, float]]] = {}
    for time_sec, message in messages(path, track, "pitchwheel"):
        semitones = message.pitch / 8192 * ranges[message.channel]
        found.setdefault(message.channel, []).append((time_sec, semitones))
    return found


def test_a_melody_is_bent_on_its_own_channel_and_straight_again_after_each_note(tmp_path: Path) -> None:
    curve = ((0.0, 0.0), (0.25, 0.5), (0.5, -2.5))
    path = tmp_path / "voice.mid"
    written(path, NoteTrack("voice", (note(60, 0.0, 1.0, *curve), note(62, 1.0, 1.0, (0.0, 0.25)))))
    (bends,) = bends_by_channel(path).values()
    wanted = [(0.25, 0.5), (0.5, -2.5), (1.0, 0.0), (1.0, 0.25), (2.0, 0.0)]
    for found, one in zip(bends, wanted, strict=True):
        assert found == pytest.approx(one, abs=1e-3)
    order = [message.type for message in mido.MidiFile(path).tracks[1] if message.type in ("note_on", "note_off")]
    assert order == ["note_on", "note_off", "note_on", "note_off"]


def test_bends_of_a_chord_stand_on_channels_of_their_own(tmp_path: Path) -> None:
    plain = note(55, 0.0, 2.0)
    chord = [note(pitch, 0.5, 1.0, (0.0, 0.1 * index)) for index, pitch in enumerate((60, 64, 67), 1)]
    path = tmp_path / "guitar.mid"
    written(path, NoteTrack("guitar", (plain, *chord), program=27))
    channel_of = {on.note: on.channel for _, on in messages(path, 1, "note_on")}
    assert len(set(channel_of.values())) == 4
    bends = bends_by_channel(path)
    assert channel_of[55] not in bends
    for index, pitch in enumerate((60, 64, 67), 1):
        assert bends[channel_of[pitch]][0] == pytest.approx((0.5, 0.1 * index), abs=1e-3)
        assert bends[channel_of[pitch]][-1] == pytest.approx((1.5, 0.0), abs=1e-3)
    assert {change.program for _, change in messages(path, 1, "program_change")} == {27}
    assert len(messages(path, 1, "program_change")) == 4


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(50, 70), st.floats(0, 5), st.floats(0.01, 2), st.sampled_from([0.0, 0.4])), max_size=40
    ),
    st.integers(1, 16),
)
def test_no_note_is_ever_bent_by_another(
    tmp_path: Path, specs: Sequence[tuple[int, float, float, float]], instruments: int
) -> None:
    notes = [note(pitch, onset, length, *([(0.0, bend)] if bend else [])) for pitch, onset, length, bend in specs]
    path = tmp_path / "bends.mid"
    track = NoteTrack("guitar", tuple(notes))
    write_midi(path, [track] * instruments, steady_tempo(120))
    file = mido.MidiFile(path)
    for read in file.tracks[1:]:
        sounding: dict[int, set[int]] = {}
        for message in read:
            match message.type:
                case "note_on":
                    sounding.setdefault(message.channel, set()).add(message.note)
                case "note_off":
                    sounding[message.channel].remove(message.note)
                case "pitchwheel":
                    # set before its note begins, and undone after it has ended
                    assert not sounding.get(message.channel)
        assert not any(sounding.values())


def test_drums_play_on_channel_10_and_nobody_else_does(tmp_path: Path) -> None:
    tracks = [NoteTrack(f"part {index}", (note(60, 0.0, 1.0),), program=index) for index in range(15)]
    path = tmp_path / "band.mid"
    write_midi(
        path, [*tracks[:5], NoteTrack("drums", (note(36, 0, 0.1),), is_drum=True), *tracks[5:]], steady_tempo(90)
    )
    channels = [messages(path, index, "note_on")[0][1].channel for index in range(1, 17)]
    assert channels[5] == 9
    assert sorted(channels) == list(range(16))
    assert all(not messages(path, index, "midi_port") for index in range(1, 17))


def test_the_sixteenth_instrument_goes_to_the_next_port(tmp_path: Path) -> None:
    tracks = [NoteTrack(f"part {index}", (note(60, 0.0, 1.0),), program=index) for index in range(17)]
    path = tmp_path / "orchestra.mid"
    write_midi(path, tracks, steady_tempo(90))
    ports = [messages(path, index, "midi_port")[0][1].port for index in range(1, 18)]
    assert ports == [0] * 15 + [1] * 2
    assert [messages(path, index, "note_on")[0][1].channel for index in (1, 16, 17)] == [0, 0, 1]


def test_a_pedal_reaches_every_channel_of_its_track(tmp_path: Path) -> None:
    chord = (note(60, 0.0, 1.0, (0.0, 0.3)), note(64, 0.0, 1.0, (0.0, 0.3)))
    path = tmp_path / "pedal.mid"
    written(path, NoteTrack("keys", chord, control_changes=(ControlChange(SUSTAIN_PEDAL, 127, 0.25),)))
    pedals = [change for _, change in messages(path, 1, "control_change") if change.control == SUSTAIN_PEDAL]
    programs = messages(path, 1, "program_change")
    assert {pedal.channel for pedal in pedals} == {change.channel for _, change in programs}


@pytest.mark.parametrize("bpm", [1.0, 1e5, 0.0, -120.0, math.nan])
def test_a_tempo_that_no_file_can_state_is_refused(tmp_path: Path, bpm: float) -> None:
    with pytest.raises(InvalidArgument, match="cannot state a tempo"):
        write_midi(tmp_path / "odd.mid", (), steady_tempo(bpm))


@pytest.mark.parametrize(("numerator", "denominator"), [(4, 3), (0, 4), (4, 256), (300, 4), (4, 0)])
def test_a_metre_that_no_file_can_state_is_refused(tmp_path: Path, numerator: int, denominator: int) -> None:
    with pytest.raises(InvalidArgument, match="cannot state a metre"):
        write_midi(tmp_path / "odd.mid", (), steady_tempo(120, numerator, denominator))
