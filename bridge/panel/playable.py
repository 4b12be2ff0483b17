"""What a browser plays: WAV of whole numbers or single precision, FLAC, Ogg and MP3 as they are, all else as WAV."""

import asyncio
from collections import deque
from dataclasses import replace
from pathlib import Path

import soundfile as sf

from bridge.audio_file import Song, copy_range, open_song
from bridge.channels import ChannelMode
from bridge.panel.media_cache import MediaCache
from bridge.sending import Cut

_MEDIA_TYPES = {"WAV": "audio/wav", "WAVEX": "audio/wav", "FLAC": "audio/flac", "OGG": "audio/ogg", "MP3": "audio/mpeg"}
_WAV_SUBTYPES = ("PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT")


async def playable_file(path: Path, cache: MediaCache) -> tuple[Path, str]:
    """Returns a file with the same sound that a browser plays, and its media type.

    Raises:
        AudioRefused: it is no audio.
    """
    media_type = await asyncio.to_thread(_media_type, path)
    if media_type:
        return path, media_type
    stat = path.stat()

    async def convert(target: Path) -> None:
        song = await asyncio.to_thread(open_song, path)
        await asyncio.to_thread(write_playable, song, None, target)

    return await cache.file(f"playable {path} {stat.st_size} {stat.st_mtime_ns}", convert), "audio/wav"


def write_playable(song: Song, cut: Cut | None, target: Path) -> None:
    """Writes a song, or a part of it, as a WAV file that browsers play.

    Raises:
        AudioRefused: the song is damaged.
    """
    subtype = "FLOAT" if song.copy_subtype == "DOUBLE" else song.copy_subtype
    first, last, mode = (cut.first, cut.last, cut.mode) if cut else (0, song.sample_count, ChannelMode.NORMAL)
    deque(copy_range(replace(song, copy_subtype=subtype), first, last, target, mode), maxlen=0)


def _media_type(path: Path) -> str:
    """Returns the media type of a file that browsers play, and nothing for any other."""
    try:
        info = sf.info(str(path))
    except (sf.LibsndfileError, TypeError):
        return ""
    media_type = _MEDIA_TYPES.get(info.format, "")
    return "" if media_type == "audio/wav" and info.subtype not in _WAV_SUBTYPES else media_type
