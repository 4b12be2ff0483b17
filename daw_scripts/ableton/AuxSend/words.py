"""Every sentence that this script says, in Live's status bar or its log.

The status bar shows one line for a few seconds, so each is short, says what was wrong, and what to do.
"""

_SENTENCES = {
    # the bridge
    "connected": "Connected to the bridge.",
    "away": "No bridge answers; looking for it again and again. Start it with “auxsend bridge”.",
    "gone": "The bridge has gone; looking for it again and again.",
    "silent": "The bridge says nothing; looking for it again.",
    "nonsense": "The bridge sent what cannot be read; looking for it again.",
    "refused": "The bridge refuses this script: {0}",
    "not_listening": "This bridge takes no orders for Live; update it, and install the script again. {0}",
    "waits": "“{0}” waits for the bridge: start it with “auxsend bridge”.",
    "starting": "“{0}” waits for the bridge, which is being started.",
    "fault": "A fault of the script itself; please report it.",
    # what is selected
    "none": "Nothing is selected: click a clip, so that the Detail View shows it.",
    "take_audio": "“{0}” is a MIDI clip: choose an audio clip.",
    "take_midi": "“{0}” is an audio clip: choose a MIDI clip.",
    "recording": "“{0}” is being recorded: stop first.",
    "no_file": "“{0}” has no file that could be read: choose File > Manage Files, and find it.",
    "empty": "“{0}” plays no part of its file: move its start into the sample.",
    "warp_unclear": "Live and the warp markers of “{0}” disagree: set one at its start and its end, or consolidate it.",
    "many_passes": "“{0}” repeats its loop {1} times: consolidate it first (Ctrl/Cmd+J).",
    "no_notes": "“{0}” plays no notes: choose a clip with a melody.",
    "many_notes": "“{0}” has {1} notes, and at most {2} can be sent: choose a shorter clip.",
    # on the way
    "asked_split": "Splitting “{0}” …",
    "asked_transcribe": "Transcribing “{0}” …",
    "asked_continue": "Continuing “{0}” …",
    "asked_suggest": "Looking for samples that go with “{0}” …",
    "progress": "{0} {1} %",
    "failed": "“{0}”: {1}",
    "cancelled": "“{0}” was cancelled; nothing was added.",
    # results
    "stems_in": "The stems of “{0}” are on {1} new tracks.",
    "stems_there": "The stems of “{0}” are in {1}: drag them into the set.",
    "warp_off": "Live did not take all warp markers of “{0}”; its stems are off by up to {1} ms.",
    "warp_old": "This Live cannot set warp markers; warp the stems of “{0}” like their source.",
    "envelopes": "Clip envelopes of “{0}” were not copied.",
    "notes_in": "The notes of “{0}” are on {1} new tracks.",
    "nothing_heard": "There was nothing to write down in “{0}”; nothing was added.",
    "melodies_in": "{1} continuations of “{0}” are in.",
    "no_melody": "No continuation of “{0}” has notes; nothing was added.",
    "samples_in": "{0} samples are in.",
    "samples_none": "The library has nothing that fits: add folders with “auxsend library add FOLDER”.",
    "samples_there": "This Live cannot load audio for a script: drag {0} into the set.",
    "refused_by_live": "Live refused the result of “{0}” ({1}); nothing was added. Its files are in {2}.",
    "unknown": "The result of “{0}” is of a kind that this script does not know: install it again.",
    "track_samples": "Samples",
}


def say(key: str, *values: object) -> str:
    """Returns the sentence with its values in it."""
    return _SENTENCES[key].format(*values)


class Sentence(Exception):
    """Raised where something cannot be done; its text is for the status bar."""


def refuse(key: str, *values: object) -> "Sentence":
    """Returns the exception that says this sentence."""
    return Sentence(say(key, *values))
