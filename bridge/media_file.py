"""Audio that libsndfile does not read, through PyAV: M4A (AAC, ALAC) and whatever else FFmpeg knows.

An AAC encoder puts silence ("priming") before the music and fills its last packet. The container says how much of both:
FFmpeg drops the priming by the container's edit list, and the last packet's duration tells where the music ends. Raw
.aac files say nothing about it, so their priming stays in.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from bridge.audio_file import Song
from bridge.channels import Block
from bridge.errors import AudioRefused

_SUBTYPES = {"u8": "PCM_16", "s16": "PCM_16", "s32": "PCM_32", "dbl": "DOUBLE"}
_ALAC_SUBTYPES = {16: "PCM_16", 20: "PCM_24", 24: "PCM_24", 32: "PCM_32"}
_ALAC_DEPTH_BYTE = 17  # of the "alac" atom: 12 bytes of atom header, frame length (4), version (1), bit depth
_FORMATS = {"PCM_16": "s16", "PCM_24": "s32", "PCM_32": "s32", "FLOAT": "flt", "DOUBLE": "dbl"}


def open_media(path: Path) -> Song:
    """Returns what the container says of its first audio stream.

    Raises:
        AudioRefused: PyAV finds no audio in the file.
    """
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise _not_audio(path)
            stream = container.streams.audio[0]
            context = stream.codec_context
            return Song(
                path=path,
                sample_rate_hz=context.sample_rate,
                channel_count=context.channels,
                sample_count=_count_samples(container, stream),
                media_type="",
                copy_subtype=_copy_subtype(context),
            )
    except (av.FFmpegError, ValueError) as error:
        raise _not_audio(path) from error


def read_media(song: Song) -> Iterator[Block]:
    """Yields the song's samples from its beginning to where the music ends."""
    remaining = song.sample_count
    sample_format = _FORMATS[song.copy_subtype]
    try:
        with av.open(str(song.path)) as container:
            stream = container.streams.audio[0]
            resampler = av.AudioResampler(format=sample_format, layout=stream.layout, rate=song.sample_rate_hz)
            for frame in container.decode(stream):
                for converted in resampler.resample(frame):
                    block = converted.to_ndarray().reshape(-1, song.channel_count)[:remaining]
                    remaining -= len(block)
                    yield np.ascontiguousarray(block)
    except av.FFmpegError as error:
        raise AudioRefused(f"“{song.path}” is damaged; export it again.") from error


def _not_audio(path: Path) -> AudioRefused:
    return AudioRefused(f"“{path}” is not audio that can be read; export it as WAV, FLAC, AIFF, OGG, MP3 or M4A.")


def _count_samples(container: Any, stream: Any) -> int:  # noqa: ANN401 - PyAV's types are not checked here
    """Returns the length of the music, from the packets' times alone: nothing is decoded."""
    end, last_duration, ordinary_duration = 0, 0, 0
    for packet in container.demux(stream):
        if packet.pts is not None and packet.duration:
            end, last_duration = packet.pts + packet.duration, packet.duration
            ordinary_duration = max(ordinary_duration, packet.duration)
    start = stream.start_time or 0
    if "mp4" in container.format.name and stream.duration and last_duration == ordinary_duration:
        end = min(end, start + stream.duration)  # only the edit list says that the last packet is not full of music
    return round(float((end - start) * stream.time_base) * int(stream.codec_context.sample_rate))


def _copy_subtype(context: Any) -> str:  # noqa: ANN401
    """Returns in which subtype a copy of the decoded stream keeps every bit."""
    extradata = context.extradata or b""
    if context.name == "alac" and len(extradata) > _ALAC_DEPTH_BYTE:
        return _ALAC_SUBTYPES.get(extradata[_ALAC_DEPTH_BYTE], "PCM_32")
    return _SUBTYPES.get(context.format.name.removesuffix("p"), "FLOAT")
