"""Separation of a file into stem files: what is ordered, and the pipeline that does it.

    mix file ─ read ─ to the model's rate, stereo ─ split ─ predict ─ overlap-add ─ to the mix's rate and channels ─┐
        └────── read again, in step ──────────────────────────────────── round, residual, levels ─ stem files ◄─────┘

Every arrow is an iterator, so that a few segments are in memory whatever the length of the song. Stems have the mix's
sample rate, channel count and exact sample count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from engine.audio import AudioFormat, SampleEncoding, Samples
from engine.audio_file import AudioReader, AudioWriter, probe, read_blocks
from engine.backends.base import Card, Report, SeparationBackend
from engine.errors import InvalidArgument, WeightsCorrupt
from engine.levels import Levels
from engine.resampling import resample, resampled_count
from engine.residual import Exact, Finished, Grid, finish, finish_to_mix
from engine.segments import Segment, hop_samples, overlap_add, segment_count, split

T = TypeVar("T")


class Quality(Enum):
    """How much time to spend; the value is how much of each segment overlaps with the next.

    Measured with HTDemucs on 24 s of music whose stems are known: BEST gains 0.05 dB of SDR over BALANCED for 1.5 times
    the work. Three quarters of overlap gain 0.01 dB more for twice the work of BEST, and four shifted passes, averaged,
    less than BEST does. FAST takes 0.83 times the work of BALANCED and was no worse, but its cross-fades are short.
    """

    FAST = 0.1
    BALANCED = 0.25
    BEST = 0.5


class Residual(Enum):
    """Where what no stem holds goes."""

    NONE = "none"
    OTHER = "other"


_SUFFIXES = {"audio/wav": "wav", "audio/flac": "flac"}


@dataclass(frozen=True)
class SeparationOrder:
    """What to separate into, checked by `plan_order`."""

    stems: tuple[str, ...]
    """Names of the files to write, in order: stems of the model, and "no_STEM" for the mix without one."""
    quality: Quality
    residual: Residual
    media_type: str
    encoding: SampleEncoding

    def parameters(self) -> dict[str, Any]:
        """Returns everything that decides the result, ready for JSON."""
        return {
            "stems": list(self.stems),
            "quality": self.quality.name,
            "residual": self.residual.value,
            "media_type": self.media_type,
            "encoding": self.encoding.value,
        }


@dataclass(frozen=True)
class StemFile:
    """A stem that has been written."""

    name: str
    path: Path
    peak: float
    """Largest absolute sample before any clipping; 1 is full scale."""
    rms_db: float
    """Root mean square level relative to full scale; minus infinity for silence."""


def plan_order(
    card: Card,
    mix: AudioFormat,
    stems: Sequence[str],
    quality: Quality,
    residual: Residual,
    media_type: str,
    encoding: SampleEncoding | None,
) -> SeparationOrder:
    """Returns the order, with defaults filled in: all stems, WAV, at least 24 bits and at least the mix's.

    Raises:
        InvalidArgument: the model has no such stem, or the file format cannot hold the encoding.
    """
    known = {name for stem in card.outputs for name in (stem, f"no_{stem}")}
    for name in stems:
        if name not in known:
            raise InvalidArgument(
                f"The model “{card.name}” has no stem “{name}”; choose among {', '.join(card.outputs)}, or write no_ "
                f"before one (no_{card.outputs[-1]}) for the mix without it.",
                field="stems",
            )
    media_type = media_type or "audio/wav"
    if media_type not in _SUFFIXES:
        raise InvalidArgument(
            f"Stems cannot be written as “{media_type}”; choose {' or '.join(_SUFFIXES)}.", field="media_type"
        )
    encoding = encoding or (SampleEncoding.PCM_24 if mix.encoding is SampleEncoding.PCM_16 else mix.encoding)
    if media_type == "audio/flac" and encoding not in (SampleEncoding.PCM_16, SampleEncoding.PCM_24):
        raise InvalidArgument(
            "FLAC holds integers of at most 24 bits, which is less than the mix has or than was asked for; "
            "choose WAV, or 24 bits.",
            field="encoding",
        )
    return SeparationOrder(tuple(dict.fromkeys(stems)) or card.outputs, quality, residual, media_type, encoding)


def separate_file(
    mix: Path, backend: SeparationBackend, order: SeparationOrder, folder: Path, report: Report
) -> list[StemFile]:
    """Writes the stems of `mix` into `folder`, all of them or none, and returns them in the order asked for.

    Args:
        mix: an audio file that `probe` accepts.
        backend: the model, loaded.
        order: what `plan_order` returned for this model and mix.
        folder: an existing folder; files are called after their stems.
        report: called at every segment; what it raises ends the work and leaves no file.

    Raises:
        InvalidAudio: the mix cannot be decoded to its end.
        DeviceOutOfMemory: the model does not fit into its device's memory.
        StorageFull: the stems do not fit on the disk.
    """
    mix_format = probe(mix)
    paths = [folder / f"{name}.{_SUFFIXES[order.media_type]}" for name in order.stems]
    partial = [path.with_suffix(".part") for path in paths]
    try:
        levels = _write_stems(mix, mix_format, backend, order, partial, report)
        for path, part in zip(paths, partial, strict=True):
            part.replace(path)
    except BaseException:
        for path in (*partial, *paths):
            path.unlink(missing_ok=True)
        raise
    return [
        StemFile(name, path, level.peak, level.rms_db)
        for name, path, level in zip(order.stems, paths, levels, strict=True)
    ]


def _write_stems(
    mix: Path,
    mix_format: AudioFormat,
    backend: SeparationBackend,
    order: SeparationOrder,
    paths: Sequence[Path],
    report: Report,
) -> list[Levels]:
    needed = _needed_stems(backend.card, order)
    grid = Grid(order.encoding)
    stem_format = replace(mix_format, encoding=order.encoding)
    levels = [Levels(grid.full_scale) for _ in paths]
    with ExitStack() as stack:
        reader = stack.enter_context(AudioReader(mix))
        writers = [stack.enter_context(AudioWriter(path, stem_format, order.media_type)) for path in paths]
        for block in _separated(mix, mix_format, backend, needed, order.quality, report):
            stems = dict(zip(needed, block, strict=True))
            finished = _finished(backend.card, order, grid, reader.read(block.shape[-1]), stems)
            for name, writer, level in zip(order.stems, writers, levels, strict=True):
                writer.write(grid.to_file(finished[name].steps))
                level.add(finished[name].steps, finished[name].unclipped)
    return levels


def _separated(
    mix: Path,
    mix_format: AudioFormat,
    backend: SeparationBackend,
    stems: Sequence[str],
    quality: Quality,
    report: Report,
) -> Iterator[Samples]:
    """Yields the stems at the mix's rate and channel count, shape (stems, channels, samples)."""
    plan, model_hz, mix_hz = backend.plan, backend.card.sample_rate_hz, mix_format.sample_rate_hz
    sample_count = resampled_count(mix_format.sample_count, mix_hz, model_hz)
    hop = hop_samples(plan, quality.value)
    stereo = (np.broadcast_to(block, (2, block.shape[-1])).astype(np.float32) for block in read_blocks(mix))
    segments = split(resample(stereo, mix_hz, model_hz, sample_count), sample_count, plan, hop)
    answers = _predicted(segments, segment_count(sample_count, hop), backend, stems, report)
    separated = overlap_add(answers, sample_count, plan, hop)
    if mix_format.channel_count == 1:
        separated = (block.mean(axis=1, keepdims=True) for block in separated)
    return resample(separated, model_hz, mix_hz, mix_format.sample_count)


def _predicted(
    segments: Iterable[Segment], count: int, backend: SeparationBackend, stems: Sequence[str], report: Report
) -> Iterator[tuple[Segment, Samples]]:
    done = 0
    report(0.0, "separating")
    for batch in _batches(segments, backend.plan.batch_size):
        answers = backend.predict([segment.samples for segment in batch], stems)
        if not all(np.isfinite(answer).all() for answer in answers):
            raise WeightsCorrupt(
                f"The model “{backend.card.name}” gave samples that are not numbers; its weights may be damaged: "
                "delete them and let them be fetched again.",
                model=backend.card.name,
            )
        done += len(batch)
        report(done / count, "separating")
        yield from zip(batch, answers, strict=True)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _residual_stem(card: Card, order: SeparationOrder) -> str | None:
    """Returns the stem that takes what all others leave of the mix; None where nobody asked for it."""
    name = "other" if "other" in card.outputs else card.outputs[-1]
    is_wanted = order.residual is Residual.OTHER and not {name, f"no_{name}"}.isdisjoint(order.stems)
    return name if is_wanted else None


def _needed_stems(card: Card, order: SeparationOrder) -> tuple[str, ...]:
    """Returns the stems that the model must compute, in its own order."""
    residual = _residual_stem(card, order)
    plain = {name.removeprefix("no_") for name in order.stems}
    if residual:
        # Whatever the model makes of this one is not used.
        wanted = set(card.outputs) - {residual}
    elif order.residual is Residual.OTHER:
        wanted = plain
    else:
        wanted = {stem for stem in card.outputs for name in order.stems if name == stem or _sums(name, stem)}
    return tuple(stem for stem in card.outputs if stem in wanted)


def _sums(name: str, stem: str) -> bool:
    """Returns whether the mix called `name` ("no_vocals") is a sum that has `stem` in it."""
    return name.startswith("no_") and name != f"no_{stem}"


def _finished(
    card: Card, order: SeparationOrder, grid: Grid, mix: Exact, stems: Mapping[str, Samples]
) -> dict[str, Finished]:
    """Returns what to write, by the names in `order.stems` (and perhaps others)."""
    complemented = [stem for stem in card.outputs if f"no_{stem}" in order.stems]
    if order.residual is Residual.OTHER:
        return finish_to_mix(grid, mix, stems, _residual_stem(card, order), complemented)
    sums = {
        f"no_{without}": np.sum([stem for name, stem in stems.items() if name != without], axis=0)
        for without in complemented
    }
    return finish(grid, {**stems, **sums})
