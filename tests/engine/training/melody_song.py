"""A song of POP909's form, written into a folder: eight bars of 4/4 in G, at 120 beats a minute."""

from pathlib import Path

import mido

BEAT_SEC = 0.5
BAR_COUNT = 8
MELODY = (67, 71, 74, 71)
"""A beat each, in every bar."""


def write_song(folder: Path, number: int) -> None:
    """Writes the files of one song."""
    place = folder / f"{number:03}"
    place.mkdir(parents=True)
    beats = range(4 * BAR_COUNT + 1)
    lines = [f"{beat * BEAT_SEC} {float(beat % 2 == 0)} {float(beat % 4 == 0)}" for beat in beats]
    (place / "beat_midi.txt").write_text("\n".join(lines), encoding="utf-8")
    chords = [(bar * 2.0, ("G:maj", "E:min7")[bar % 2]) for bar in range(BAR_COUNT)]
    rows = [f"{begin}\t{begin + 2}\t{label}" for begin, label in chords]
    (place / "chord_midi.txt").write_text("\n".join(rows), encoding="utf-8")
    (place / "key_audio.txt").write_text("0.5\t16.0\tG:maj", encoding="utf-8")
    song = mido.MidiFile(ticks_per_beat=480)
    song.tracks.append(mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=500_000)]))
    song.tracks.append(_track("MELODY", [(beat, pitch, 1) for beat, pitch in enumerate(MELODY * BAR_COUNT)]))
    song.tracks.append(_track("BRIDGE", []))
    piano = [(4 * bar + at, pitch, 4 - at) for bar in range(BAR_COUNT) for at, pitch in ((0, 43), (1, 59), (1, 62))]
    song.tracks.append(_track("PIANO", piano))
    song.save(place / f"{number:03}.mid")


def _track(name: str, notes: list[tuple[int, int, int]]) -> mido.MidiTrack:
    """Returns a track of (beat, pitch, beats)."""
    events = [(480 * beat, "note_on", pitch, 80) for beat, pitch, _ in notes]
    events += [(480 * (beat + beats) - 20, "note_off", pitch, 0) for beat, pitch, beats in notes]
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    at = 0
    for tick, kind, pitch, velocity in sorted(events):
        track.append(mido.Message(kind, note=pitch, velocity=velocity, time=tick - at))
        at = tick
    return track
