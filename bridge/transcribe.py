"""The verb `transcribe`: audio into notes and a MIDI file.

As for `split`, the audio travels only if the engine has not got it, and what is written appears whole or not at all.
"""

import re
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.audio_file import Song, open_song, range_samples
from bridge.client import EngineClient
from bridge.codec import Job, Model
from bridge.core import Connect
from bridge.errors import RequestRefused
from bridge.events import ModelChosen, Notice, Progress, Report, Step
from bridge.outputs import Stage, staged
from bridge.sending import Cut, parcel, run_on_file, take_steps
from bridge.transcription import Transcription, Wish

_GRID = re.compile(r"1/([1-9][0-9]?)")
_MIXED = ("", "auto", "full")
"""What may run every transcriber, and a separator before them."""


@dataclass(frozen=True)
class TranscribeOrder:
    """What to write down, and where the notes go."""

    song: Path
    midi: Path
    wish: Wish
    range_sec: tuple[float, float | None] | None = None
    has_plot: bool = False
    is_forced: bool = False
    """Whether existing files may be replaced."""

    @property
    def plot(self) -> Path:
        """The picture of the notes, if one is wanted."""
        return self.midi.with_suffix(".png")

    @property
    def files(self) -> tuple[Path, ...]:
        """Everything that is to be written."""
        return (self.midi, self.plot) if self.has_plot else (self.midi,)


async def transcribe(order: TranscribeOrder, connect: Connect, report: Report) -> Transcription:
    """Writes the MIDI file, and the picture if one is wanted, and returns what was heard.

    Raises:
        BridgeError: anything in `bridge.errors`; then nothing was written.
    """
    if order.has_plot and order.midi.suffix.lower() == order.plot.suffix:
        raise RequestRefused(f"“{order.midi.name}” is what the picture is called; let the MIDI file end in .mid.")
    song = open_song(order.song)
    cut = Cut(*range_samples(song, order.range_sec)) if order.range_sec else None
    names = [path.name for path in order.files]
    with staged(order.midi.parent) as stage:
        stage.refuse_replacing(order.song, names)
        if not order.is_forced:
            stage.refuse_existing(names)
        found = await heard(song, cut, order.wish, stage, stage.staging / order.midi.name, connect, report)
        if order.has_plot:
            await _draw(order, song, cut, found, stage, report)
        stage.publish(names, is_forced=order.is_forced)
    return found


async def heard(
    song: Song, cut: Cut | None, wish: Wish, stage: Stage, midi: Path, connect: Connect, report: Report
) -> Transcription:
    """Returns what the engine hears in a song or in a part of it, and writes its MIDI file to `midi`.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    report(Progress(Step.CONNECT))
    async with connect() as client:
        await _announce(wish.model, client, report)

        def submit(sha256: str, request_id: str) -> Awaitable[Job]:
            return client.transcribe(sha256, replace(wish, request_id=request_id))

        with parcel(song, cut, stage.staging) as file:
            job = await run_on_file(client, file, submit, wish.request_id, report)
        found = job.transcription
        assert found is not None
        report(Progress(Step.DOWNLOAD))
        await client.download(found.midi_sha256, found.midi_size_bytes, midi, lambda received: None)
    for sentence in filter(None, (found.choice, *found.warnings)):
        report(Notice(sentence))
    return found


def parse_grid(text: str) -> int:
    """Returns the division of a whole note that a grid stands for, and 0 for none.

    >>> parse_grid("1/16"), parse_grid("")
    (16, 0)

    Raises:
        RequestRefused: it is no grid.
    """
    if not text:
        return 0
    grid = _GRID.fullmatch(text)
    if grid is None:
        raise RequestRefused(
            f"“{text[:16]}” is no grid; write a note value, such as 1/16, or 1/12 for triplets of eighths."
        )
    return int(grid[1])


async def _announce(name: str, client: EngineClient, report: Report) -> None:
    """Tells which models may run, so that their licences are seen before their first use."""
    for model in await client.list_models():
        if _may_run(name, model):
            report(ModelChosen(model))


def _may_run(name: str, model: Model) -> bool:
    if model.task in ("beats", "chords"):
        return model.is_default
    if name in _MIXED:
        return model.task == "transcription" or (model.task == "separation" and model.is_default)
    return model.name == name


async def _draw(
    order: TranscribeOrder, song: Song, cut: Cut | None, found: Transcription, stage: Stage, report: Report
) -> None:
    """Draws the notes over the spectrogram of what was heard."""
    from bridge.piano_roll import Score, draw_piano_roll  # matplotlib is loaded only when a picture is wanted

    is_tempo_known = found.is_tempo_heard or order.wish.quarter_bpm
    tempo_map = found.tempo_map if is_tempo_known else None
    score = Score(order.song.stem, found.tracks, tempo_map, found.chords, found.key_name)
    with parcel(song, cut, stage.staging) as file:
        await take_steps(file.steps, Step.READ, report)
        draw_piano_roll(file.path, score, stage.staging / order.plot.name)
