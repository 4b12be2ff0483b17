"""The verb `continue`: music that follows a MIDI file, varies it, fills bars of it or accompanies it.

The notes travel with the request, so that nothing is uploaded. Candidates are told as they are finished; files appear
together when all of them are, or not at all.
"""

import uuid
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.client import EngineClient
from bridge.codec import Job
from bridge.errors import EngineFailed, RequestRefused
from bridge.events import CandidateFinished, ModelChosen, Progress, Report, Step
from bridge.generation import Generation, GenerationWish
from bridge.jobs import run_job, submitted
from bridge.outputs import Stage, staged

if TYPE_CHECKING:
    from bridge.core import Connect  # which would load what reads audio


@dataclass(frozen=True)
class ContinueOrder:
    """What to write, and where it goes."""

    source: Path
    midi: Path
    wish: GenerationWish
    has_plot: bool = False
    soundfont: Path | None = None
    """What to play the candidates with; None where they are not to be heard."""
    is_forced: bool = False
    """Whether existing files may be replaced."""

    @property
    def plot(self) -> Path:
        """The picture of prompt and candidates, if one is wanted."""
        return self.midi.with_suffix(".png")

    def sound(self, number: int) -> Path:
        """Returns where candidate `number`, counted from 1, is to be heard."""
        return self.midi.with_name(f"{self.midi.stem} {number}.wav")

    @property
    def files(self) -> tuple[Path, ...]:
        """Everything that is to be written."""
        sounds = [self.sound(number) for number in range(1, self.wish.candidate_count + 1)] if self.soundfont else []
        return (self.midi, *([self.plot] if self.has_plot else []), *sounds)


async def go_on(order: ContinueOrder, connect: "Connect", report: Report) -> Generation:
    """Writes the MIDI file of the candidates, picture and sounds if they are wanted, and returns what was written.

    Raises:
        BridgeError: anything in `bridge.errors`; then nothing was written.
    """
    names = [path.name for path in order.files]
    if len(set(map(str.lower, names))) < len(names):
        raise RequestRefused(f"“{order.midi.name}” is what the picture is called; let the MIDI file end in .mid.")
    with staged(order.midi.parent) as stage:
        stage.refuse_replacing(order.source, names, "prompt")
        if not order.is_forced:
            stage.refuse_existing(names)
        found = await written(order.wish, stage.staging / order.midi.name, connect, report)
        if order.has_plot:
            _draw(order, found, stage)
        if order.soundfont:
            await _play(order, order.soundfont, found, stage, report)
        stage.publish(names, is_forced=order.is_forced)
    return found


async def written(wish: GenerationWish, midi: Path, connect: "Connect", report: Report) -> Generation:
    """Returns what the engine writes, and puts the MIDI file of it to `midi`.

    Raises:
        BridgeError: anything in `bridge.errors`.
    """
    report(Progress(Step.CONNECT))
    async with connect() as client:
        await _announce(wish.model, client, report)
        job = await _run(client, wish, report)
        if job.generation is None or len(job.generation.candidates) != wish.candidate_count:
            raise EngineFailed("The engine sent other candidates than were asked for; update bridge and engine.")
        found = job.generation
        report(Progress(Step.DOWNLOAD))
        await client.download(found.midi_sha256, found.midi_size_bytes, midi, lambda received: None)
    return found


async def _announce(name: str, client: EngineClient, report: Report) -> None:
    """Tells which model will run, so that its licence is seen before its first use."""
    for model in await client.list_models("generation"):
        if model.name == name or (not name and model.is_default):
            report(ModelChosen(model))


async def _run(client: EngineClient, wish: GenerationWish, report: Report) -> Job:
    """Returns the finished job; candidates are told as they come."""
    told = 0

    def hear(job: Job) -> None:
        nonlocal told
        if job.generation is None or job.has_ended:
            return
        for candidate in job.generation.candidates[told:]:
            told += 1
            report(CandidateFinished(told, wish.candidate_count, candidate.note_count))

    def submit() -> Awaitable[Job]:
        named = replace(wish, request_id=wish.request_id or str(uuid.uuid4()))
        return submitted(client, client.generate(named))

    return await run_job(client, submit, report, hear)


def _draw(order: ContinueOrder, found: Generation, stage: Stage) -> None:
    from bridge.candidates_roll import draw_candidates  # matplotlib is loaded only when a picture is wanted

    draw_candidates(order.source.stem, order.wish, found, stage.staging / order.plot.name)


async def _play(order: ContinueOrder, soundfont: Path, found: Generation, stage: Stage, report: Report) -> None:
    """Lets each candidate be heard where it stands: after the end of the prompt, or within it."""
    from bridge.hearing import heard_tracks
    from bridge.midi.file import midi_bytes
    from bridge.midi.writing import midi_of
    from bridge.render import render

    for number, candidate in enumerate(found.candidates, 1):
        notes = stage.staging / f"heard {number}.mid"
        notes.write_bytes(midi_bytes(midi_of(heard_tracks(order.wish, found, candidate))))
        await render(notes, stage.staging / order.sound(number).name, soundfont, report=report)
