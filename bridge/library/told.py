"""What was done for the library, in words, for whoever asked for it."""

from bridge.library.index import Indexed
from bridge.library.learn import Learnt
from bridge.library.scan import Scanned


def scan_sentence(scanned: Scanned, told: Indexed) -> str:
    """Returns what a scan found, and what the engine was told."""
    counts = (
        (scanned.new, "new or changed"), (scanned.moved, "of them moved"), (scanned.gone, "gone"),
        (scanned.unreadable, "unreadable"),
    )  # fmt: skip
    changes = ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing has changed"
    indexed = f"; {counted(told.indexed, 'sample')} indexed" if told.indexed else ""
    indexed += f"; {told.heard:,} can be found by their sound now" if told.heard else ""
    return f"{counted(scanned.files, 'file')}: {changes}{indexed}{removed_part(told)}."


def learnt_sentence(learnt: Learnt) -> str:
    """Returns what was learnt."""
    return (
        f"{counted(learnt.projects, 'project')} with {counted(learnt.uses, 'sample')} of the library; "
        f"{learnt.new_uses:,} of these uses are new."
    )


def removed_part(told: Indexed) -> str:
    """Returns the end of a sentence that says what the engine was told to drop; empty where that is nothing."""
    return f"; {counted(told.removed, 'sample')} taken out of the engine's library" if told.removed else ""


def counted(count: int, noun: str) -> str:
    """Returns a number of things: “1 file”, “2,000 files”."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
