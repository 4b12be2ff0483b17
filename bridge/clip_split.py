"""The verb `split` for a clip.

The item's window is cut from its source and separated, and each stem is put together as the item plays it. The stems
of one item lie in `FOLDER/AuxSend/NAME ID/`, a folder that appears by one rename when all of them are in it. The same
request run again, as after a bridge that was killed, ends in the same folder.
"""

import asyncio
import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import soundfile as sf

from bridge.audio_file import WAV_LIMIT_BYTES, Song, open_song
from bridge.channels import Block, ChannelMode
from bridge.clip import ClipPlan, assemble, place_of, plan_clip
from bridge.codec import Separation
from bridge.core import Connect, SplitOrder, separate
from bridge.errors import EngineFailed, OutputUnwritable
from bridge.events import Report, Step
from bridge.outputs import Stage, file_name_of, staged
from bridge.projects.rpp import stem_colour
from bridge.sending import Cut, take_steps
from bridge.verbs import Split

RESULT_FOLDER = "AuxSend"
_LOSSLESS = ("audio/wav", "audio/flac", "audio/aiff")
_DTYPES = {"FLOAT": "float32", "DOUBLE": "float64"}
_SAMPLE_BYTES = {"PCM_16": 2, "PCM_24": 3, "PCM_32": 4, "FLOAT": 4, "DOUBLE": 8}


async def split_clip(order: Split, request_id: str, connect: Connect, report: Report) -> dict[str, Any]:
    """Splits what an item plays and returns the result as the protocol has it.

    Raises:
        BridgeError: anything in `bridge.errors`; then nothing was written.
    """
    song = await asyncio.to_thread(open_song, order.clip.file)
    plan = plan_clip(order.clip, song.sample_rate_hz, song.sample_count)
    if not order.folder.is_dir():
        raise OutputUnwritable(f"There is no folder “{order.folder}”; save the project, so that it has one.")
    target = order.folder / RESULT_FOLDER / result_name(order.name, request_id)
    with staged(target.parent) as stage:
        separation = await separate(
            SplitOrder(
                song=order.clip.file, folder=stage.folder, model=order.model, stems=order.stems, quality=order.quality,
                residual=order.residual, is_forced=True, request_id=request_id,
            ),
            song, cut_of(song, plan, order.clip.channel_mode), stage, connect, report,
        )  # fmt: skip
        _check_window(separation, song, plan)
        await take_steps(_assemble_stems(separation, plan, stage, target.name), Step.DOWNLOAD, report)
        if not target.exists():
            (stage.staging / target.name).rename(target)
    return {
        "stems": [
            {"name": stem.name, "file": str(target / f"{stem.name}.wav"), "color": list(stem_colour(stem.name))}
            for stem in separation.stems
        ],
        "sample_rate_hz": song.sample_rate_hz,
        "samples": plan.sample_count,
        "place": asdict(place_of(order.clip, plan)),
        "model": separation.model,
        "is_cached": separation.is_cached,
        "realtime_factor": round(separation.realtime_factor, 4),
    }


def result_name(name: str, request_id: str) -> str:
    """Returns what the result of a request on an item of this name is called: the same every time it is asked for."""
    short_id = hashlib.sha256(request_id.encode()).hexdigest()[:6]
    return f"{file_name_of(name)} {short_id}"


def clear_leftovers(folder: Path) -> None:
    """Removes what a killed bridge has left half done beside the results of this project."""
    for path in (folder / RESULT_FOLDER).glob(".auxsend-*"):
        shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):  # there are results in it, or it is not there
        (folder / RESULT_FOLDER).rmdir()


def cut_of(song: Song, plan: ClipPlan, mode: ChannelMode) -> Cut | None:
    """Returns what must be cut out; None where the file can travel as it is."""
    is_whole = (plan.window.first, plan.window.last) == (0, song.sample_count)
    if is_whole and mode is ChannelMode.NORMAL and song.media_type in _LOSSLESS:
        return None
    return Cut(plan.window.first, plan.window.last, mode)


def _check_window(separation: Separation, song: Song, plan: ClipPlan) -> None:
    found = (separation.sample_rate_hz, separation.sample_count)
    if found != (song.sample_rate_hz, plan.window.sample_count):
        raise EngineFailed(
            f"The engine returned {found[1]} samples at {found[0]} Hz where {plan.window.sample_count} at "
            f"{song.sample_rate_hz} Hz were sent; update the engine."
        )


def _assemble_stems(separation: Separation, plan: ClipPlan, stage: Stage, name: str) -> Iterator[float]:
    """Writes every stem, as the item plays it, into a folder `name` of the stage; yields the fraction that is done."""
    (stage.staging / name).mkdir()
    for number, stem in enumerate(separation.stems):
        separated = stage.staging / f"{stem.name}.wav"
        finished = stage.staging / name / separated.name
        if plan.is_plain:
            separated.rename(finished)
            continue
        for fraction in write_assembled(separated, plan, stage, finished):
            yield (number + fraction) / len(separation.stems)
        separated.unlink()


def write_assembled(window: Path, plan: ClipPlan, stage: Stage, target: Path) -> Iterator[float]:
    """Writes what an item plays, out of a file of its window; yields the fraction that is done.

    Raises:
        OutputUnwritable: the disk has no room for it.
    """
    with sf.SoundFile(window) as source:
        size_bytes = plan.sample_count * source.channels * _SAMPLE_BYTES[source.subtype]
        stage.require_bytes(size_bytes)
        dtype = _DTYPES.get(source.subtype, "int32")

        def read(first: int, last: int) -> Block:
            source.seek(first)
            block: Block = source.read(last - first, dtype=dtype, always_2d=True)
            return block

        kind = "WAV" if size_bytes < WAV_LIMIT_BYTES else "RF64"
        with sf.SoundFile(target, "w", source.samplerate, source.channels, source.subtype, format=kind) as file:
            for block in assemble(plan, read):
                file.write(block)
                yield file.tell() / plan.sample_count
