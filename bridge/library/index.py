"""The second half of a scan: the engine's library becomes what this machine's files are.

Samples that the engine does not know are uploaded, if it has not got their audio, and indexed, in jobs of 256; what was
done is noted after each. Samples of which no file is left are taken out of the engine's library; what is known of their
use stays there. Whether the engine really has what it was told of is asked first: it may be another one, or a new one.

An engine that has got a model which knows text since then names the samples that this model has yet to hear; they are
indexed once more, and can be found by a description of their sound.
"""

import asyncio
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.codec import Job
from bridge.errors import AssetLost, AudioRefused, RequestRefused
from bridge.events import Event, Notice, Progress, Report, Step
from bridge.jobs import run_job, submitted
from bridge.library.check import open_sample
from bridge.library.names import entries_of
from bridge.library.sample import Entry
from bridge.library.store import Known, LibraryStore
from bridge.library_client import LibraryClient
from bridge.sending import digest_of, parcel

BATCH_SAMPLES = 256
UPLOADS_AT_ONCE = 8


@dataclass
class Indexed:
    """What the engine was told of."""

    indexed: int = 0
    removed: int = 0
    refused: int = 0
    """Samples that the engine cannot read; `auxsend library list --unreadable` has the reasons."""
    heard: int = 0
    """Samples that were known already, and can be found by a description of their sound now."""


@dataclass(frozen=True)
class Changes:
    """What the engine has to be told."""

    new: tuple[Entry, ...]
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone)


def changes_of(store: LibraryStore) -> Changes:
    """Returns what the engine has not been told yet: new samples, new names, and samples without a file."""
    entries, known = entries_of(store.files()), store.known()
    new = [entry for sha256, entry in entries.items() if sha256 not in known or known[sha256].entry != entry]
    return Changes(tuple(new), tuple(sorted(known.keys() - entries.keys())))


async def index(store: LibraryStore, client: LibraryClient, report: Report) -> Indexed:
    """Tells the engine what it does not know and returns what that was.

    Raises:
        BridgeError: anything in `bridge.errors`; what was done until then stays done.
    """
    report(Progress(Step.CONNECT))
    indexed = Indexed()
    told = [sample_id for sample_id, known in store.known().items() if not known.reason]
    store.forget_known(set(told) - await client.known(told))
    changes = changes_of(store)
    indexed.indexed, indexed.refused = await _index_all(store, client, changes.new, report)
    if changes.gone:
        indexed.removed = await client.remove(changes.gone)
        store.forget_known(changes.gone)
    known_entries = {sample_id: known.entry for sample_id, known in store.known().items() if not known.reason}
    unheard = [known_entries[sample_id] for sample_id in await client.unheard(list(known_entries))]
    indexed.heard, _ = await _index_all(store, client, unheard, report)
    return indexed


async def _index_all(
    store: LibraryStore, client: LibraryClient, entries: Sequence[Entry], report: Report
) -> tuple[int, int]:
    """Sends and indexes samples batch by batch; returns how many there are in the library now, and how many not."""
    indexed_count = refused_count = 0
    for start in range(0, len(entries), BATCH_SAMPLES):
        batch = entries[start : start + BATCH_SAMPLES]
        counts = await _Batch(store, client, batch, _shared(report, start, len(batch), len(entries))).run()
        indexed_count, refused_count = indexed_count + counts[0], refused_count + counts[1]
    return indexed_count, refused_count


def _shared(report: Report, start: int, count: int, total: int) -> Report:
    """Returns a report whose fractions are those of the whole."""

    def tell(event: Event) -> None:
        if isinstance(event, Progress):
            fraction = (start + count * (event.fraction or 0.0)) / total
            event = Progress(event.step, fraction, event.message or f"{event.step.value}: {start} of {total}")
        report(event)

    return tell


class _Batch:
    """Samples that are sent and indexed together."""

    def __init__(self, store: LibraryStore, client: LibraryClient, entries: Sequence[Entry], report: Report) -> None:
        self._store = store
        self._client = client
        self._entries = {entry.id: entry for entry in entries}
        self._paths = store.paths(self._entries)
        self._report = report
        self._uploads = asyncio.Semaphore(UPLOADS_AT_ONCE)

    async def run(self) -> tuple[int, int]:
        """Returns how many samples the engine has in its library now, and how many it cannot read."""
        await self._send()
        if not self._entries:
            return 0, 0
        job = await run_job(self._client.engine, self._ask, self._report)
        refused = dict(job.indexing.unreadable) if job.indexing else {}
        self._store.save_known(Known(entry, refused.get(entry.id, "")) for entry in self._entries.values())
        return len(self._entries) - len(refused), len(refused)

    async def _ask(self) -> Job:
        """Returns the job, once more if the engine has lost audio since it was sent."""
        try:
            return await self._submit()
        except AssetLost:
            await self._send()
            return await self._submit()

    async def _submit(self) -> Job:
        entries = list(self._entries.values())
        return await submitted(self._client.engine, self._client.index(entries, str(uuid.uuid4())))

    async def _send(self) -> None:
        """Sends the audio that the engine lacks; samples whose file has changed since are left to the next scan."""
        done, count = 0, len(self._entries)

        async def send(entry: Entry) -> None:
            nonlocal done
            try:
                async with self._uploads:
                    await self._send_one(entry.id)
            except (AudioRefused, RequestRefused, OSError, KeyError):
                del self._entries[entry.id]
                self._store.distrust(entry.id)
                self._report(Notice(f"“{entry.name}” has changed while it was read; the next scan takes it in."))
            done += 1
            self._report(Progress(Step.UPLOAD, 0.1 * done / count))

        await asyncio.gather(*(send(entry) for entry in list(self._entries.values())))

    async def _send_one(self, sample_id: str) -> None:
        song = open_sample(self._paths[sample_id])
        with tempfile.TemporaryDirectory(prefix="auxsend-") as folder, parcel(song, None, Path(folder)) as file:
            if not song.media_type and await digest_of(file, lambda event: None) != sample_id:
                raise AudioRefused("The copy of this file is another one now.")
            await self._client.engine.upload(file.path, sample_id, file.media_type, lambda sent: None)
