"""Progress of work that has parts."""

from engine.backends.base import Report


def part_of(report: Report, first: float, last: float) -> Report:
    """Returns a report for a part of the work: its 0 to 1 are `first` to `last` of the whole.

    What the whole's report raises to stop the work passes through.
    """

    def report_part(fraction: float, message: str) -> None:
        report(first + (last - first) * fraction, message)

    return report_part
