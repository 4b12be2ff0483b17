"""An endless queue of samples that go with a seed: it learns from what is kept and skipped, and repeats nothing.

Samples are asked for in small hands, so that each hand can be varied within itself (maximal marginal relevance) and the
next one leans towards what was kept and away from what was skipped.
"""

import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field, replace

from bridge.events import Report
from bridge.library.place import LibraryPlace
from bridge.library.rows import Row, local_rows, project_id
from bridge.library.sample import Query, Use, UseKind
from bridge.library.suggest import suggest_for
from bridge.library_client import LibraryClient
from bridge.sending import Parcel

HAND = 4
MOST_REMEMBERED = 100
"""Of what was kept and skipped, so many of the latest have a say."""
MOST_EXCLUDED = 10_000
"""As many samples as a query may name: what was shown before those may come again."""
VARIETY = 0.4


@dataclass
class Radio:
    """A queue, as far as it has been heard."""

    query: Query
    """What is asked for, without what the queue itself adds."""
    file: Parcel
    """The seed."""
    client: LibraryClient
    place: LibraryPlace
    report: Report
    hand: int = HAND
    """How many samples to ask for at once."""
    kept: list[Row] = field(default_factory=list)
    skipped: list[Row] = field(default_factory=list)
    shown_ids: list[str] = field(default_factory=list)
    session: str = field(default_factory=lambda: str(uuid.uuid4()))

    async def rows(self) -> AsyncGenerator[Row, None]:
        """Yields one sample after another until the library has nothing left that fits."""
        while hand := await self._next_hand():
            for row in hand:
                self.shown_ids.append(row.sample.id)
                yield row

    async def keep(self, row: Row) -> None:
        """Remembers that a sample was liked."""
        self.kept.append(row)
        await self._record(row, UseKind.KEPT)

    async def skip(self, row: Row) -> None:
        """Remembers that a sample was passed over."""
        self.skipped.append(row)
        await self._record(row, UseKind.SKIPPED)

    async def _next_hand(self) -> list[Row]:
        query = replace(
            self.query,
            count=self.hand,
            variety=VARIETY,
            liked_ids=(*self.query.liked_ids, *_latest(self.kept)),
            disliked_ids=(*self.query.disliked_ids, *_latest(self.skipped)),
            excluded_ids=(*self.query.excluded_ids, *self.shown_ids)[-MOST_EXCLUDED:],
        )
        return local_rows(await suggest_for(query, self.file, self.client, self.report), self.place)

    async def _record(self, row: Row, kind: UseKind) -> None:
        """Tells the engine; what is kept in one session counts as used together."""
        use = Use(row.sample.id, project_id(self.session), kind, self.place.user)
        await self.client.record([use], f"{self.session}-{len(self.kept)}-{len(self.skipped)}")


def _latest(rows: list[Row]) -> list[str]:
    return [row.sample.id for row in rows[-MOST_REMEMBERED:]]
