"""What an item plays, as audio to send: its window, or a file with its loops, its silence and its turns in it."""

from bridge.audio_file import Song, copy_range, open_song
from bridge.clip import Clip, ClipPlan
from bridge.clip_split import cut_of, write_assembled
from bridge.events import Report, Step
from bridge.outputs import Stage
from bridge.sending import Cut, take_steps


async def as_played(song: Song, clip: Clip, plan: ClipPlan, stage: Stage, report: Report) -> tuple[Song, Cut | None]:
    """Returns what an item plays, at its source's own speed, and which part of it to send; None for all of it.

    Args:
        song: the item's source.
        clip: the item.
        plan: what it plays.
        stage: where a file is made, if there must be one.
        report: hears how far it is.
    """
    if plan.is_plain:
        return song, cut_of(song, plan, clip.channel_mode)
    window, played = stage.staging / "window.wav", stage.staging / "played.wav"
    copying = copy_range(song, plan.window.first, plan.window.last, window, clip.channel_mode)
    await take_steps(copying, Step.READ, report)
    await take_steps(write_assembled(window, plan, stage, played), Step.READ, report)
    window.unlink()
    return open_song(played), None
