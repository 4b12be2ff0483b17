"""How a download tells a person of its progress."""

from engine.backends.base import Report

DOWNLOAD_FRACTION = 0.9
"""Share of a fetch that is downloading; verifying, converting and installing are the rest."""
_MEGABYTE = 1_000_000


def report_bytes(report: Report, label: str, done_bytes: int, total_bytes: int) -> None:
    """Reports that `done_bytes` of `total_bytes` have come from the source called `label`; 0 is an unknown total."""
    done = f"{done_bytes / _MEGABYTE:.0f}"
    if total_bytes <= 0:
        report(0.0, f"Fetching from the {label}: {done} MB")
        return
    fraction = min(1.0, done_bytes / total_bytes)
    report(DOWNLOAD_FRACTION * fraction, f"Fetching from the {label}: {done} of {total_bytes / _MEGABYTE:.0f} MB")
