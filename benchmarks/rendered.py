"""Audio whose notes are known exactly: MIDI played by a soundfont, through the command fluidsynth.

    songs = pop909_songs(3)
    tracks = [excerpt(track, 30.0, 50.0) for track in read_tracks(songs[0])]
    mix = render_tracks(tracks)

Tracks rendered one by one add up to the mix, reverberation included, to within a hundredth of its peak: chorus, which
would spoil that, is off. A render ends some seconds after the last note. Renders are kept in the temporary
folder, under a digest of everything that decides it.

The soundfont is FluidR3_GM (MIT; Debian's package fluid-soundfont-gm). The songs are POP909 (Wang et al., ISMIR 2020;
MIT), the folder `pop909` inside $AUXSEND_DATA, or inside `shared/data` beside this checkout.
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pretty_midi
import soundfile

from engine.audio import Samples
from engine.notes import ControlChange, Note, NoteTrack, by_onset

SAMPLE_RATE_HZ = 44_100
SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
DATA = Path(os.environ.get("AUXSEND_DATA", Path(__file__).parents[2] / "shared" / "data"))

_GAIN = 0.5
_CACHE = Path(tempfile.gettempdir()) / "auxsend-rendered"


def render(midi: Path, soundfont: Path = SOUNDFONT, sample_rate_hz: int = SAMPLE_RATE_HZ) -> Samples:
    """Returns the file as it sounds, shape (2, samples). Loud passages may exceed 1; nothing is clipped."""
    path = _CACHE / f"{_digest(midi, soundfont, sample_rate_hz)}.wav"
    if not path.exists():
        _CACHE.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_CACHE) as folder:
            partial = Path(folder) / "render.wav"
            options = ("-ni", "-q", "-C", "0", "-g", str(_GAIN), "-r", str(sample_rate_hz), "-T", "wav", "-O", "float")
            subprocess.run(["fluidsynth", *options, "-F", partial, soundfont, midi], check=True, capture_output=True)
            partial.replace(path)
    samples: Samples = np.ascontiguousarray(soundfile.read(path, dtype="float32", always_2d=True)[0].T)
    return samples


def render_tracks(
    tracks: Sequence[NoteTrack], soundfont: Path = SOUNDFONT, sample_rate_hz: int = SAMPLE_RATE_HZ
) -> Samples:
    """Returns the tracks as they sound together, shape (2, samples). See `render`."""
    with tempfile.TemporaryDirectory() as folder:
        midi = Path(folder) / "tracks.mid"
        write_tracks(tracks, midi)
        return render(midi, soundfont, sample_rate_hz)


def _digest(midi: Path, soundfont: Path, sample_rate_hz: int) -> str:
    """Returns a name for everything that decides how the file sounds."""
    decisive = f"{soundfont} {soundfont.stat().st_size} {sample_rate_hz} {_GAIN}".encode()
    return hashlib.sha256(decisive + midi.read_bytes()).hexdigest()[:32]


def pop909_songs(count: int = 10) -> tuple[Path, ...]:
    """Returns the MIDI files of the first songs of POP909; beats, chords and keys stand in their folders."""
    folders = sorted((DATA / "pop909").glob("[0-9][0-9][0-9]"))[:count]
    if not folders:
        raise SystemExit(f"There are no songs of POP909 in {DATA / 'pop909'}; set AUXSEND_DATA to the folder above it.")
    return tuple(folder / f"{folder.name}.mid" for folder in folders)


def read_tracks(midi: Path) -> tuple[NoteTrack, ...]:
    """Returns the tracks that have notes; POP909's are MELODY, BRIDGE and PIANO, all with program 0."""
    return tuple(_track(part) for part in pretty_midi.PrettyMIDI(str(midi)).instruments if part.notes)


def _track(part: pretty_midi.Instrument) -> NoteTrack:
    return NoteTrack(
        name=part.name,
        notes=by_onset(Note(n.pitch, n.velocity, n.start, n.end - n.start) for n in part.notes if n.end > n.start),
        program=part.program,
        is_drum=part.is_drum,
        control_changes=tuple(ControlChange(c.number, c.value, c.time) for c in part.control_changes),
    )


def with_programs(tracks: Sequence[NoteTrack], programs: Mapping[str, int]) -> list[NoteTrack]:
    """Returns the tracks on other instruments: General MIDI programs (0 to 127) by the tracks' names."""
    return [replace(track, program=programs.get(track.name, track.program)) for track in tracks]


def excerpt(track: NoteTrack, start_sec: float, end_sec: float) -> NoteTrack:
    """Returns what begins and ends between two times, moved to begin at 0; a pedal that is down there stays down."""
    notes = (
        replace(note, onset_sec=note.onset_sec - start_sec)
        for note in track.notes
        if start_sec <= note.onset_sec and note.offset_sec <= end_sec
    )
    standing = {change.number: change for change in track.control_changes if change.time_sec <= start_sec}
    later = (change for change in track.control_changes if start_sec < change.time_sec <= end_sec)
    changes = tuple(
        replace(change, time_sec=max(0.0, change.time_sec - start_sec)) for change in (*standing.values(), *later)
    )
    return replace(track, notes=by_onset(notes), control_changes=changes)


def write_tracks(tracks: Sequence[NoteTrack], path: Path) -> None:
    """Writes the tracks as a MIDI file with a resolution of half a millisecond."""
    midi = pretty_midi.PrettyMIDI(resolution=1000, initial_tempo=120)
    for track in tracks:
        part = pretty_midi.Instrument(track.program, track.is_drum, track.name)
        part.notes = [pretty_midi.Note(n.velocity, n.pitch, n.onset_sec, n.offset_sec) for n in track.notes]
        part.control_changes = [pretty_midi.ControlChange(c.number, c.value, c.time_sec) for c in track.control_changes]
        part.pitch_bends = _bends(track)
        midi.instruments.append(part)
    midi.write(str(path))


def _bends(track: NoteTrack) -> list[pretty_midi.PitchBend]:
    """Returns the bends of all notes, for the usual range of two semitones; each note begins unbent."""
    per_semitone = 4096
    return [
        pretty_midi.PitchBend(
            int(np.clip(round(semitones * per_semitone), -2 * per_semitone, 2 * per_semitone - 1)),
            note.onset_sec + offset_sec,
        )
        for note in track.notes
        for offset_sec, semitones in [(0.0, 0.0), *((bend.offset_sec, bend.semitones) for bend in note.bends)]
        if note.bends
    ]
