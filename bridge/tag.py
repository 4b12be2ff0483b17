"""The verb `tag`: what recordings are, in words and numbers, many files in one go.

Files go to the engine in batches, so that its networks see many short ones together and a long list shows progress and
can be stopped at any time. A file that cannot be read is left out and named; it does not stop the others. Where the
engine refuses a batch for one bad file, the batch is sent again file by file.
"""

import contextlib
import hashlib
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bridge.audio_file import Song, hash_file, open_song
from bridge.client import EngineClient
from bridge.codec import Job, Model
from bridge.core import Connect
from bridge.errors import AssetLost, AudioRefused
from bridge.events import Event, ModelChosen, Progress, Report, Step
from bridge.jobs import run_job, submitted
from bridge.sending import Parcel, parcel, take_steps
from bridge.tagging import AudioTags, TagWish
from bridge.tagging_client import tag_assets

BATCH_FILES = 16
BATCH_SEC = 600.0


@dataclass(frozen=True)
class TaggedFile:
    """A file and what is known of it."""

    path: Path
    tags: AudioTags


@dataclass(frozen=True)
class RefusedFile:
    """A file that cannot be used."""

    path: Path
    reason: str
    """A sentence that says why."""


Outcome = TaggedFile | RefusedFile


async def tag(paths: Sequence[Path], wish: TagWish, connect: Connect, report: Report) -> list[Outcome]:
    """Returns what is known of each file, in order.

    Raises:
        BridgeError: anything in `bridge.errors` that concerns more than one file.
    """
    outcomes: dict[int, Outcome] = {}
    songs: dict[int, Song] = {}
    for number, path in enumerate(paths):
        try:
            songs[number] = open_song(path)
        except AudioRefused as error:
            outcomes[number] = RefusedFile(path, error.message)
    if songs:
        report(Progress(Step.CONNECT))
        async with connect() as client:
            tagger = _Tagger(client, wish, await client.list_models())
            for batch in _batches(songs):
                share = _share_of(report, len(outcomes), len(batch), len(paths))
                outcomes |= zip(batch, await tagger.tag(list(batch.values()), share), strict=True)
    return [outcomes[number] for number in range(len(paths))]


def _batches(songs: dict[int, Song]) -> Iterator[dict[int, Song]]:
    """Yields the songs in parts of so many files and, where more than one, so much audio."""
    batch: dict[int, Song] = {}
    batch_sec = 0.0
    for number, song in songs.items():
        if batch and (len(batch) == BATCH_FILES or batch_sec + song.duration_sec > BATCH_SEC):
            yield batch
            batch, batch_sec = {}, 0.0
        batch[number] = song
        batch_sec += song.duration_sec
    yield batch


def _share_of(report: Report, done: int, count: int, total: int) -> Report:
    """Returns a report that places the engine's progress with `count` files among `total`."""

    def report_share(event: Event) -> None:
        if isinstance(event, Progress) and event.step is Step.RUN and event.fraction is not None:
            files = f"{done + 1} to {done + count} of {total} files: " if total > 1 else ""
            event = Progress(event.step, (done + count * event.fraction) / total, f"{files}{event.message}")
        report(event)

    return report_share


@dataclass(frozen=True)
class _Tagger:
    """Has songs tagged, a batch at a time."""

    client: EngineClient
    wish: TagWish
    models: Sequence[Model]
    """All of the engine's."""

    async def tag(self, songs: Sequence[Song], report: Report) -> list[Outcome]:
        """Returns the outcome of each song, after one job, or one job for each where one song spoils that."""
        try:
            return await self._run(songs, report)
        except AudioRefused as error:
            if len(songs) == 1:
                return [RefusedFile(songs[0].path, error.message)]
        return [outcome for song in songs for outcome in await self.tag([song], report)]

    async def _run(self, songs: Sequence[Song], report: Report) -> list[Outcome]:
        """Returns the outcomes of one job.

        Raises:
            AudioRefused: one of the songs, at least, cannot be used.
        """
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="auxsend-")))
            files: list[Parcel] = []
            for number, song in enumerate(songs):
                (copies := folder / str(number)).mkdir()
                files.append(stack.enter_context(parcel(song, None, copies)))
            digests = [await _digest(file, report) for file in files]
            parcels = dict(zip(digests, files, strict=True))
            job = await run_job(self.client, lambda: self._ask_then_send(parcels, report), report)
        return [TaggedFile(song.path, job.tagging[sha256]) for song, sha256 in zip(songs, digests, strict=True)]

    async def _ask_then_send(self, parcels: Mapping[str, Parcel], report: Report) -> Job:
        with contextlib.suppress(AssetLost):  # the usual case for new songs
            return await self._ask(list(parcels), report)
        for number, (sha256, file) in enumerate(parcels.items()):
            report(Progress(Step.UPLOAD, number / len(parcels)))
            await self.client.upload(file.path, sha256, file.media_type, lambda sent: None)
        return await self._ask(list(parcels), report)

    async def _ask(self, digests: Sequence[str], report: Report) -> Job:
        job = await submitted(self.client, tag_assets(self.client, digests, self.wish, str(uuid.uuid4())))
        # The engine has chosen the models; their licences are to be seen before their first use.
        names = job.model.split(", ")
        for model in self.models:
            if model.name in names or (model.task in ("beats", "chords") and model.is_default):
                report(ModelChosen(model))
        return job


async def _digest(file: Parcel, report: Report) -> str:
    await take_steps(file.steps, Step.READ, report)
    digest = hashlib.sha256()
    await take_steps(hash_file(file.path, digest), Step.READ, report)
    return digest.hexdigest()
