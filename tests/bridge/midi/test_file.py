"""Reading and writing MIDI files: what is in them, what is refused, and that nothing is lost."""

from pathlib import Path

import mido
import pretty_midi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.errors import MidiRefused
from bridge.midi.file import Event, MidiFile, midi_bytes, read_midi
from bridge.midi.performance import perform
from tests.bridge.midi.files import END, TICKS, band, chunk, header, note, write_song

NOTE = bytes((0x00, 0x90, 60, 80, 0x60, 0x80, 60, 0))


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_pretty_midi_and_we_find_the_same_notes(tmp_path: Path) -> None:
    path = band(tmp_path / "song.mid")
    independent = pretty_midi.PrettyMIDI(str(path))
    performance = perform(read_midi(path))
    assert performance.title == "Song"
    assert [(part.notes.name, part.notes.program, part.notes.is_drum) for part in performance.parts] == [
        ("Melody", 40, False),
        ("Drums", 0, True),
    ]
    for part, other in zip(performance.parts, independent.instruments, strict=True):
        ours = [(one.pitch, one.velocity, one.onset_sec, one.offset_sec) for one in part.notes.notes]
        theirs = [(one.pitch, one.velocity, one.start, one.end) for one in other.notes]
        assert ours == [pytest.approx(one) for one in theirs]
    tempos = [(tempo.time_sec, tempo.quarter_bpm) for tempo in performance.tempo_map.tempos]
    assert tempos == [(0.0, 120.0), (1.5, 60.0)]
    assert [(metre.numerator, metre.denominator) for metre in performance.tempo_map.time_signatures] == [(3, 4)]


def test_format_0_gives_a_part_for_each_channel(tmp_path: Path) -> None:
    messages = [mido.Message("program_change", program=33, channel=1), *note(40, 0, 480, 1), *note(60, 480, 960, 0)]
    performance = perform(read_midi(write_song(tmp_path / "zero.mid", [messages], kind=0)))
    assert [(part.channel, part.notes.program, len(part.notes.notes)) for part in performance.parts] == [
        (0, 0, 1),
        (1, 33, 1),
    ]


def test_tracks_of_format_2_have_their_own_tempo(tmp_path: Path) -> None:
    slow = [mido.MetaMessage("set_tempo", tempo=1_000_000, time=0), *note(60, 480, 960)]
    performance = perform(read_midi(write_song(tmp_path / "two.mid", [slow, note(60, 480, 960)], kind=2)))
    assert [part.notes.notes[0].onset_sec for part in performance.parts] == [1.0, 0.5]


def test_running_status_is_understood(tmp_path: Path) -> None:
    body = bytes((0x00, 0x90, 60, 80, 0x10, 64, 80, 0x10, 60, 0, 0x10, 64, 0)) + END
    (part,) = perform(read_midi(write(tmp_path / "running.mid", header() + chunk(body)))).parts
    assert [one.pitch for one in part.notes.notes] == [60, 64]
    assert [one.duration_sec for one in part.notes.notes] == pytest.approx([32 / TICKS / 2] * 2)


def test_a_note_without_end_lasts_to_the_end_of_its_track(tmp_path: Path) -> None:
    body = bytes((0x00, 0x90, 60, 80, 0x83, 0x60, 0xFF, 0x2F, 0x00))
    (part,) = perform(read_midi(write(tmp_path / "open.mid", header() + chunk(body)))).parts
    assert [one.duration_sec for one in part.notes.notes] == [0.5]


def test_of_two_equal_notes_the_first_ends_first(tmp_path: Path) -> None:
    messages = sorted(note(60, 0, 480) + note(60, 240, 960), key=lambda message: message.time)
    (part,) = perform(read_midi(write_song(tmp_path / "overlap.mid", [messages]))).parts
    assert [(one.onset_sec, one.offset_sec) for one in part.notes.notes] == [(0.0, 0.5), (0.25, 1.0)]


REFUSED = {
    "text": (b"la la la\n" * 50, "is no MIDI file"),
    "empty": (b"", "is empty"),
    "RIFF": (b"RIFF" + bytes(50), "is no MIDI file"),
    "header only": (header()[:10], "cut short"),
    "no track": (header(track_count=0), "cut short"),
    "a track less than announced": (header(track_count=2) + chunk(NOTE + END), "1 of 2 tracks"),
    "truncated track": (header() + chunk(NOTE + END)[:-6], "cut short"),
    "truncated event": (header() + chunk(NOTE[:3]), "wrong data"),
    "truncated meta event": (header() + chunk(b"\x00\xff\x01\x20abc"), "middle of an event"),
    "meta event without type": (header() + chunk(b"\x00\xff"), "middle of an event"),
    "delta without event": (header() + chunk(b"\x00"), "middle of an event"),
    "endless number": (header() + chunk(b"\xff\xff\xff\xff\xff\x00"), "middle of an event"),
    "data without status": (header() + chunk(b"\x00\x40\x40" + END), "no MIDI event"),
    "real-time message": (header() + chunk(b"\x00\xf8" + END), "no MIDI event"),
    "status in place of data": (header() + chunk(b"\x00\x90\x3c\x90" + END), "wrong data"),
    "SMPTE frames": (header(division=0xE728) + chunk(NOTE + END), "SMPTE"),
    "no ticks": (header(division=0) + chunk(NOTE + END), "damaged header"),
    "format 3": (header(kind=3) + chunk(NOTE + END), "damaged header"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read(tmp_path: Path, kind: str) -> None:
    content, sentence = REFUSED[kind]
    path = write(tmp_path / "song.mid", content)
    with pytest.raises(MidiRefused, match=sentence) as caught:
        read_midi(path)
    assert str(path) in caught.value.message
    assert caught.value.message.endswith(".")


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(MidiRefused, match="is a folder"):
        read_midi(tmp_path)
    with pytest.raises(MidiRefused, match="There is no file"):
        read_midi(tmp_path / "missing.mid")
    with (tmp_path / "huge.mid").open("wb") as file:
        file.truncate(65 << 20)
    with pytest.raises(MidiRefused, match="larger than 64 MB"):
        read_midi(tmp_path / "huge.mid")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60), st.integers(0, 2), st.integers(0, 0xFFFF))
def test_no_bytes_crash_the_reader(tmp_path: Path, body: bytes, kind: int, division: int) -> None:
    path = write(tmp_path / "fuzz.mid", header(kind, 1, division) + chunk(body))
    try:
        midi = read_midi(path)
    except MidiRefused:
        return
    perform(midi)
    assert read_midi(write(path, midi_bytes(midi))).tracks[0][: len(midi.tracks[0])] == midi.tracks[0]


def test_what_is_not_edited_is_written_as_it_was(tmp_path: Path) -> None:
    odd = (
        b"\x00\xff\x03\x04\xe9t\xe9!"  # a name in Latin-1
        b"\x00\xff\x59\x02\x63\x07"  # a key signature that no theory knows
        b"\x00\xff\x60\x03\x01\x02\x03"  # an unknown meta event
        b"\x00\xf0\x03\x43\x12\x00\x81\x00\xf7\x02\x10\xf7"  # a message in two packets
        b"\x00\xf7\x01\xf3"  # an escaped one
        b"\x00\xb0\x40\x7f\x00\xe0\x00\x50\x00\xa0\x3c\x10\x00\xd0\x20"
    )
    foreign = b"XFIH" + (3).to_bytes(4) + b"abc"
    content = header(track_count=2) + chunk(odd + NOTE + END) + foreign + chunk(NOTE + END)
    assert midi_bytes(read_midi(write(tmp_path / "odd.mid", content))) == content


events = st.one_of(
    st.tuples(st.sampled_from([0x80, 0x93, 0xAF, 0xB0, 0xE1]), st.integers(0, 127), st.integers(0, 127)).map(bytes),
    st.tuples(st.sampled_from([0xC0, 0xD5]), st.integers(0, 127)).map(bytes),
    st.tuples(st.integers(0, 0x2E), st.binary(max_size=300)).map(lambda meta: bytes((0xFF, meta[0])) + meta[1]),
    st.binary(max_size=200).map(lambda content: b"\xf0" + content),
    st.binary(max_size=200).map(lambda content: b"\xf7" + content),
)
tracks = st.lists(st.tuples(st.integers(0, 1 << 24), events), max_size=20).map(
    lambda found: (*(Event(tick, content) for tick, content in sorted(found)), Event(1 << 25, b"\xff\x2f"))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(tracks, min_size=1, max_size=4), st.integers(1, 0x7FFF))
def test_what_is_written_reads_back(tmp_path: Path, written: list[tuple[Event, ...]], ticks: int) -> None:
    midi = MidiFile(1, ticks, tuple(written), ((len(written), b"XFIH" + (2).to_bytes(4) + b"ab"),))
    assert read_midi(write(tmp_path / "any.mid", midi_bytes(midi))) == midi
