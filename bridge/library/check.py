"""A look into one audio file: its digest, its length, and whether all of it can be decoded.

Compressed files are decoded to their end. Plain numbers need no such look: libsndfile compares what the header says
with the file's size when it opens it. The work is libsndfile's and OpenSSL's, which let other threads run meanwhile.
"""

import hashlib
import os
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import soundfile as sf

from bridge.audio_file import Song, copy_range, hash_file, open_song
from bridge.errors import AudioRefused, Cancelled
from bridge.library.store import UNKNOWN_TIME, File

DECODED_SAMPLES = 1 << 19
"""At once: soundfile seeks after every read, which makes FLAC decode twice what stands around the place."""


def check_file(file: File, stop: threading.Event) -> File | None:
    """Returns the file with its digest and length, or with the reason why it cannot be read; None if it is gone.

    Raises:
        Cancelled: `stop` was set meanwhile.
    """
    try:
        song = open_sample(Path(file.path))
        if not song.sample_count:
            raise AudioRefused(f"“{file.path}” holds no sound; export it again.")
        sha256 = _digest(song, stop)
    except (AudioRefused, OSError) as error:
        if not os.path.lexists(file.path):
            return None
        sentence = error.message if isinstance(error, AudioRefused) else f"The file cannot be read: {error.strerror}."
        # What opens a file to us changes neither its size nor its time, so the next scan is to look again.
        is_closed = isinstance(error, OSError) or isinstance(error.__cause__, OSError)
        mtime_ns = UNKNOWN_TIME if is_closed else file.mtime_ns
        return replace(file, sha256="", duration_sec=0.0, mtime_ns=mtime_ns, reason=sentence)
    return replace(file, sha256=sha256, duration_sec=song.duration_sec, reason="")


def open_sample(path: Path) -> Song:
    """Returns an audio file as the library sends it: what the engine does not read becomes FLAC of 24 bits.

    A WAV of floating-point numbers has the time of its making in it, so that every copy would be another sample.

    Raises:
        AudioRefused: it is no audio.
    """
    song = open_song(path)
    is_copied = not song.media_type and song.copy_subtype in ("FLOAT", "DOUBLE", "PCM_32")
    return replace(song, copy_subtype="PCM_24") if is_copied else song


def _digest(song: Song, stop: threading.Event) -> str:
    """Returns the sha256 of what travels, having seen that all of it can be decoded."""
    if not song.media_type:
        with tempfile.TemporaryDirectory(prefix="auxsend-") as folder:
            copy = Path(folder) / f"copy{song.copy_suffix}"
            _take(copy_range(song, 0, song.sample_count, copy), stop)
            return _hash(copy, stop)
    if not _is_plain(song):
        _take(_decode(song), stop)
    return _hash(song.path, stop)


def _is_plain(song: Song) -> bool:
    """Returns whether the file holds plain numbers: any bytes are a sound then, and all are read to be hashed."""
    return song.media_type in ("audio/wav", "audio/aiff") and song.copy_subtype in ("PCM_16", "PCM_24", "PCM_32")


def _decode(song: Song) -> Iterator[float]:
    """Reads the whole file, yielding the fraction that is done after each block.

    Raises:
        AudioRefused: it is damaged, or shorter than it says.
    """
    read = 0
    try:
        with sf.SoundFile(song.path) as audio:
            while read < song.sample_count and (count := len(audio.read(DECODED_SAMPLES, dtype="int16"))):
                read += count
                yield read / song.sample_count
    except sf.LibsndfileError as error:
        raise AudioRefused(f"“{song.path}” is damaged; export it again.") from error
    if read < song.sample_count:
        raise AudioRefused(f"“{song.path}” is cut short; export it again.")


def _hash(path: Path, stop: threading.Event) -> str:
    digest = hashlib.sha256()
    _take(hash_file(path, digest), stop)
    return digest.hexdigest()


def _take(steps: Iterator[float], stop: threading.Event) -> None:
    """Takes all steps, unless it is to stop."""
    for _ in steps:
        if stop.is_set():
            raise Cancelled("Stopped.")
