"""What the demo shows beside the stems: notes, tags, samples that go with a stem, and melodies that go on.

Each step stands for itself. One that cannot be done here, such as one whose weights are out of reach, says so, and the
others go on. The samples are in the library for as long as the step takes.
"""

import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.continuation import written
from bridge.core import Connect
from bridge.demo.melodies import MELODIES, read_melody, write_sound
from bridge.demo.samples import write_samples
from bridge.errors import BridgeError
from bridge.events import Report
from bridge.generation import GenerationWish, Prompt
from bridge.hearing import heard_tracks
from bridge.library import upkeep
from bridge.library.listing import sentence
from bridge.library.place import LibraryPlace
from bridge.library.rows import Row, local_rows
from bridge.library.sample import Query
from bridge.library.suggest import song_parcel, suggest_for
from bridge.library_client import LibraryClient
from bridge.midi_prompt import read_prompt
from bridge.outputs import staged
from bridge.tag import TaggedFile, tag
from bridge.tagging import TagWish
from bridge.transcribe import TranscribeOrder, transcribe
from bridge.transcription import Wish

SAMPLES_FOLDER = "samples"
_TAG_COUNT, _SUGGESTION_COUNT = 5, 3


@dataclass(frozen=True)
class Scene:
    """What all steps share."""

    song: Path
    stems: Mapping[str, Path]
    folder: Path
    connect: Connect
    report: Report
    say: Callable[[str], None]
    melodies: tuple[Path, ...] = ()
    """MIDI files to continue in place of ours."""
    generator: str = ""
    """Empty means the engine's default."""
    is_forced: bool = False


async def show_all(scene: Scene) -> list[str]:
    """Returns lines that say what was written and found."""
    steps: dict[str, Callable[[Scene], Awaitable[list[str]]]] = {
        "notes": notes, "tags": tags, "suggestions": suggestions, "melodies": melodies,
    }  # fmt: skip
    lines: list[str] = []
    for name, step in steps.items():
        try:
            lines += await step(scene)
        except BridgeError as error:
            scene.say(f"No {name} this time. {error.message}")
    return lines


async def notes(scene: Scene) -> list[str]:
    """Writes down what is sung, or the whole song where no stem is called vocals."""
    sung = scene.stems.get("vocals", scene.song)
    midi = scene.folder / f"{sung.stem}.mid"
    order = TranscribeOrder(sung, midi, Wish("voice"), has_plot=True, is_forced=scene.is_forced)
    found = await transcribe(order, scene.connect, scene.report)
    return [f"notes    {midi.absolute()} ({found.note_count} of them)", f"picture  {order.plot.absolute()}"]


async def tags(scene: Scene) -> list[str]:
    """Says what the song is."""
    (outcome,) = await tag([scene.song], TagWish(), scene.connect, scene.report)
    if not isinstance(outcome, TaggedFile):
        return [f"tags     none: {outcome.reason}"]
    heard = outcome.tags
    scores: dict[str, float] = {}
    for tag_set in heard.tag_sets.values():
        scores |= tag_set.scores
    strongest = sorted(scores, key=lambda name: -scores[name])[:_TAG_COUNT]
    tempo = f"{heard.quarter_bpm:.4g} BPM" if heard.quarter_bpm else ""
    key = heard.key.name if heard.key else ""
    return [f"tags     {', '.join(filter(None, [*strongest, tempo, key, heard.kind]))}"]


async def suggestions(scene: Scene) -> list[str]:
    """Builds a small library and says which of its samples go with the drums, or with the song."""
    clip = scene.stems.get("drums", scene.song)
    with staged(scene.folder / SAMPLES_FOLDER) as stage:
        names = [path.name for path in write_samples(stage.staging)]
        stage.publish(names, is_forced=scene.is_forced)
    with tempfile.TemporaryDirectory(prefix="auxsend-") as name:
        place = LibraryPlace(Path(name) / "library.sqlite", Path(name) / "samples")
        way = upkeep.EngineWay(scene.connect, _yes)
        try:
            await upkeep.update(place, [stage.folder], way, scene.report)
            rows = await _suggested(clip, place, scene)
        finally:
            await upkeep.remove(place, [stage.folder], way, scene.report)
    found = [f"suggest  {sentence(row)}" for row in rows if row.path][:_SUGGESTION_COUNT]
    return [f"library  {stage.folder.absolute()} ({len(names)} samples)", *found]


async def melodies(scene: Scene) -> list[str]:
    """Continues three melodies: a MIDI file of four candidates, a picture of them, and how the best one sounds."""
    prompts = {path.stem: read_prompt(path) for path in scene.melodies} or {
        path.stem: read_melody(path)[1] for path in MELODIES
    }
    lines = []
    for name, prompt in prompts.items():
        lines += await _continued(name, prompt, scene)
    return lines


async def _continued(name: str, prompt: Prompt, scene: Scene) -> list[str]:
    from bridge.candidates_roll import draw_candidates

    wish = GenerationWish(prompt, model=scene.generator)
    midi, picture, sound = (f"{name}{suffix}" for suffix in (".mid", ".png", ".wav"))
    with staged(scene.folder) as stage:
        found = await written(wish, stage.staging / midi, scene.connect, scene.report)
        draw_candidates(name, wish, found, stage.staging / picture)
        write_sound(heard_tracks(wish, found, found.candidates[0]), stage.staging / sound)
        paths = stage.publish([midi, picture, sound], is_forced=scene.is_forced)
    return [f"{word:9}{path.absolute()}" for word, path in zip(("melody", "picture", "sound"), paths, strict=True)]


async def _suggested(clip: Path, place: LibraryPlace, scene: Scene) -> list[Row]:
    async with song_parcel(clip) as file, scene.connect() as engine:
        return local_rows(await suggest_for(Query(), file, LibraryClient(engine), scene.report), place)


async def _yes() -> bool:
    return True
