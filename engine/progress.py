"""Progress of work that has parts."""

from collections.abc import Iterable, Iterator

from engine.audio import Samples
from engine.backends.base import Report


def part_of(report: Report, first: float, last: float) -> Report:
    """Returns a report for a part of the work: its 0 to 1 are `first` to `last` of the whole.

    What the whole's report raises to stop the work passes through.
    """

    def report_part(fraction: float, message: str) -> None:
        report(first + (last - first) * fraction, message)

    return report_part


def watched(blocks: Iterable[Samples], sample_count: int, report: Report, message: str) -> Iterator[Samples]:
    """Yields the blocks, shape (channels, samples), and reports before each how many of `sample_count` have passed."""
    passed = 0
    for block in blocks:
        report(min(1.0, passed / sample_count), message)
        passed += block.shape[-1]
        yield block
