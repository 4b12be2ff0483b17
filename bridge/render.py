"""How a MIDI file sounds: played by FluidSynth with a General MIDI soundfont, into a WAV file that does not clip.

FluidSynth (https://www.fluidsynth.org) renders faster than it plays, in floating point, so that loud passages are not
cut off; then the whole is brought to a peak of -1 dBFS and written with 24 bits. Its exit status says nothing: it is 0
even where a soundfont or a file could not be read. So both are looked at here first, what it plays is our own copy of
the file, and silence is an error.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import soundfile as sf

from bridge.audio_file import WAV_LIMIT_BYTES
from bridge.child import run_child
from bridge.errors import MidiRefused, PlayerUnavailable, RequestRefused
from bridge.events import Progress, Report, Step
from bridge.midi.file import midi_bytes, read_midi
from bridge.midi.performance import perform
from bridge.outputs import Stage, staged

SAMPLE_RATE_HZ = 44_100
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8_000, 96_000  # FluidSynth's own bounds
PEAK_DBFS = -1.0
_GAIN = 0.5  # far below full scale for any music; the level is set afterwards
_SILENCE = 1e-6  # FluidSynth's reverberation is never quite 0
_BLOCK_SAMPLES = 1 << 16
_CHANNELS, _FLOAT_BYTES, _WRITTEN_BYTES = 2, 4, 3
_PLAYING_SHARE = 0.9  # of all the time; the rest is setting the level
_TAIL_SEC = 3.0  # about as long as FluidSynth lets the last note ring


def ignore(event: object) -> None:
    """Hears a report and does nothing."""


async def render(
    midi: Path,
    wav: Path,
    soundfont: Path,
    *,
    sample_rate_hz: int = SAMPLE_RATE_HZ,
    is_forced: bool = False,
    report: Report = ignore,
) -> float:
    """Writes how a MIDI file sounds, in stereo, and returns its length in seconds.

    The file appears when it is complete; a cancelled render leaves nothing.

    Args:
        midi: a standard MIDI file of format 0 or 1.
        wav: where to write.
        soundfont: an .sf2 or .sf3 file, as `bridge.soundfont.choose_soundfont` returns.
        sample_rate_hz: 8000 to 96000.
        is_forced: whether an existing file may be replaced.
        report: hears how far it is.

    Raises:
        MidiRefused: the MIDI file cannot be read, has nothing to play, or lasts too long.
        OutputRefused: the WAV exists already, or cannot be written.
        PlayerUnavailable: FluidSynth is not installed, or fails.
        RequestRefused: there is no such sample rate, or the target is no WAV.
    """
    _check_request(wav, sample_rate_hz)
    content, duration_sec = _read(midi)
    value_count = round((duration_sec + _TAIL_SEC) * sample_rate_hz) * _CHANNELS
    if value_count * _FLOAT_BYTES > WAV_LIMIT_BYTES:
        raise MidiRefused(
            f"“{midi}” lasts {duration_sec / 3600:.1f} hours, which is more than a WAV file holds; shorten it."
        )
    with staged(wav.parent) as stage:
        stage.refuse_replacing(midi, [wav.name], "file")
        if not is_forced:
            stage.refuse_existing([wav.name])
        stage.require_bytes(value_count * (_FLOAT_BYTES + _WRITTEN_BYTES))
        watch = _watch(stage, value_count * _FLOAT_BYTES, report)
        played, peak = await _play(content, soundfont, sample_rate_hz, stage, watch)
        for fraction in _set_level(played, peak, stage.staging / wav.name):
            _tell(report, _PLAYING_SHARE + (1 - _PLAYING_SHARE) * fraction)
            await asyncio.sleep(0)  # where a cancellation takes effect
        stage.publish([wav.name], is_forced=is_forced)
    return float(sf.info(wav).duration)


def _check_request(wav: Path, sample_rate_hz: int) -> None:
    if not LOWEST_RATE_HZ <= sample_rate_hz <= HIGHEST_RATE_HZ:
        raise RequestRefused(
            f"FluidSynth plays at {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ} Hz, not at {sample_rate_hz} Hz; try 48000."
        )
    if wav.suffix.lower() != ".wav":
        raise RequestRefused(f"“{wav.name}” is no name of a WAV file; let it end in .wav.")


def _read(midi: Path) -> tuple[bytes, float]:
    """Returns the bytes to play and how long they last."""
    read = read_midi(midi)
    if read.format == 2:
        raise MidiRefused(f"“{midi}” holds several pieces (format 2); export the one to hear as format 0 or 1.")
    performance = perform(read)
    if not performance.parts:
        raise MidiRefused(f"“{midi}” has no notes; there is nothing to hear.")
    return midi_bytes(read), performance.duration_sec


def _watch(stage: Stage, expected_bytes: int, report: Report) -> Callable[[], None]:
    """Returns what tells how much of the sound is there."""

    def watch() -> None:
        played = stage.staging / "played.wav"
        size_bytes = played.stat().st_size if played.exists() else 0
        _tell(report, _PLAYING_SHARE * min(1.0, size_bytes / expected_bytes))

    return watch


def _tell(report: Report, fraction: float) -> None:
    report(Progress(Step.RUN, fraction, "Playing the notes"))


async def _play(
    content: bytes, soundfont: Path, sample_rate_hz: int, stage: Stage, watch: Callable[[], None]
) -> tuple[Path, float]:
    """Returns what FluidSynth has played, in floating point, and its highest sample."""
    program = shutil.which("fluidsynth")
    if program is None:
        raise PlayerUnavailable(
            "FluidSynth, which plays MIDI files, is not installed: get it with “apt install fluidsynth” on Debian, "
            "“brew install fluid-synth” on macOS or “choco install fluidsynth” on Windows."
        )
    (stage.staging / "notes.mid").write_bytes(content)
    options = ("-ni", "-q", "-g", str(_GAIN), "-r", str(sample_rate_hz), "-T", "wav", "-O", "float", "-F", "played.wav")
    no_other = ("-o", "synth.default-soundfont=")  # it would take the system's in place of a damaged one
    command = (program, *options, *no_other, soundfont.resolve(), "notes.mid")
    _, complaints = await run_child(command, stage.staging, watch)
    played = stage.staging / "played.wav"
    peak = _peak(played) if played.exists() else 0.0
    if peak < _SILENCE:
        reason = (complaints.splitlines() or ["it says nothing"])[0]
        raise PlayerUnavailable(
            f"FluidSynth played only silence with “{soundfont.name}” ({reason}); name another with --soundfont."
        )
    return played, peak


def _peak(played: Path) -> float:
    with sf.SoundFile(played) as source:
        return max(
            (float(np.abs(block).max()) for block in source.blocks(_BLOCK_SAMPLES, dtype="float32")), default=0.0
        )


def _set_level(played: Path, peak: float, target: Path) -> Iterator[float]:
    """Writes the sound with its peak at PEAK_DBFS, yielding the fraction that is done."""
    with sf.SoundFile(played) as source:
        factor = np.float32(10 ** (PEAK_DBFS / 20) / peak)
        with sf.SoundFile(target, "w", source.samplerate, source.channels, "PCM_24", format="WAV") as written:
            for block in source.blocks(_BLOCK_SAMPLES, dtype="float32"):
                written.write(block * factor)
                yield written.tell() / source.frames
