"""What the Anticipatory Music Transformer has been told so far, and what it makes of it.

A stream grows by events; before each, the controls that are due are told. When the sequence is as long as the model can
read, or as long as its times can count, the model goes on after the last events alone.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.backends.anticipation_tokens import (
    AHEAD,
    ANTICIPATE,
    AUTOREGRESS,
    LONGEST_GAP,
    TIME_COUNT,
    Event,
    interleaved,
)
from engine.backends.gpt2 import Gpt2

_KEPT_EVENTS, _KEPT_HUNDREDTHS = 170, 5_000


class Stream:
    """One sequence of events."""

    def __init__(self, model: Gpt2, past: Sequence[Event], controls: Sequence[Event], begin: int) -> None:
        """Tells what comes before the writing, which begins at a time."""
        self._model = model
        self._kind = ANTICIPATE if controls else AUTOREGRESS
        self._events, self._waiting = interleaved(past, controls, begin)
        self.heard = max((event.time for event in self._events if not event.is_control), default=0)
        """Time of the last event that is no control."""
        self._begin = begin
        self._tell()

    def logits(self, head: tuple[int, ...], first: int, end: int) -> NDArray[np.float32]:
        """Returns the logits of tokens `first` up to `end`, after the stream and the first tokens of the next event."""
        return self._model.logits((*self._tokens, *head), first, end)

    def hear(self, *events: Event) -> None:
        """Goes on after events, with the controls that are then due."""
        for event in events:
            self._events.append(event)
            self._tokens += event.tokens(self.origin)
            self.heard = event.time
            self.tell_due()

    def tell_due(self) -> None:
        """Tells the controls whose time has come, and shortens the sequence where it is too long for another event."""
        while self._waiting and self._waiting[0].time - AHEAD <= self.heard:
            control = self._waiting.pop(0)
            self._events.append(control)
            self._tokens += control.tokens(self.origin)
            self._shorten()
        self._shorten()

    def _shorten(self) -> None:
        latest = self.heard + AHEAD + 2 * LONGEST_GAP - self.origin
        if len(self._tokens) + 6 > self._model.position_count or latest >= TIME_COUNT:
            recent = self._events[-_KEPT_EVENTS:]
            self._events = [event for event in recent if event.time >= self.heard - _KEPT_HUNDREDTHS]
            self._tell()

    def _tell(self) -> None:
        """Begins the sequence anew with the events that are kept; their times are counted from the first."""
        self.origin = min((event.time for event in self._events), default=self._begin)
        self.origin = min(self.origin, max(self.heard, self._begin))
        self._tokens = [self._kind, *(token for event in self._events for token in event.tokens(self.origin))]
        self.tell_due()
