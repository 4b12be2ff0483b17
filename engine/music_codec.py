"""Between the wire and the nouns of music: notes, tempo, beats, chords, key. A part of `engine.codec`.

Notes are kept as rows of numbers: a song has thousands of them.
"""

from typing import Any

from auxsend.v1 import common_pb2, job_pb2

from engine.asset_codec import asset_facts, parse_asset, to_asset
from engine.assets import Asset
from engine.jobs.records import Json, Result
from engine.musical_time import Key
from engine.notes import NoteTrack
from engine.transcription import Transcription


def transcription_result(found: Transcription, midi: Asset, duration_sec: float, run_sec: float) -> Result:
    """Returns the result of a transcription."""
    analysis = found.analysis
    return Result(
        asset_digests=(midi.sha256,),
        facts={
            "tracks": [track_facts(track) for track in found.tracks],
            "tempos": [[tempo.time_sec, tempo.quarter_bpm] for tempo in analysis.tempo_map.tempos],
            "time_signatures": [
                [metre.time_sec, metre.numerator, metre.denominator] for metre in analysis.tempo_map.time_signatures
            ],
            "beats": [[beat.time_sec, beat.bar_position] for beat in analysis.beats],
            "chords": [[chord.onset_sec, chord.duration_sec, chord.label] for chord in analysis.chords],
            "key": key_facts(analysis.key),
            "midi": asset_facts(midi),
            "choice_message": found.choice_message,
            "warnings": list(found.warnings),
            "duration_sec": duration_sec,
            "run_sec": run_sec,
        },
    )


def to_transcription(facts: Json) -> job_pb2.JobResult:
    """Returns the wire's form of what `transcription_result` keeps."""
    result = job_pb2.TranscriptionResult(
        tracks=[to_track(track) for track in facts["tracks"]],
        tempo_map=common_pb2.TempoMap(
            tempos=[common_pb2.TempoChange(time_sec=t, quarter_bpm=bpm) for t, bpm in facts["tempos"]],
            time_signatures=[
                common_pb2.TimeSignature(time_sec=t, numerator=upper, denominator=lower)
                for t, upper, lower in facts["time_signatures"]
            ],
        ),
        beats=[common_pb2.Beat(time_sec=t, bar_position=place) for t, place in facts["beats"]],
        chords=[
            common_pb2.Chord(onset_sec=onset, duration_sec=length, label=label)
            for onset, length, label in facts["chords"]
        ],
        midi=to_asset(parse_asset(facts["midi"])),
        choice_message=facts["choice_message"],
        warning_messages=facts["warnings"],
        duration_sec=facts["duration_sec"],
        realtime_factor=facts["duration_sec"] / facts["run_sec"],
        key=to_key(facts["key"]),
    )
    return job_pb2.JobResult(transcription=result)


def track_facts(track: NoteTrack) -> dict[str, Any]:
    """Returns a track as JSON."""
    return {
        "name": track.name,
        "program": track.program,
        "is_drum": track.is_drum,
        "notes": [
            [
                note.pitch,
                note.velocity,
                note.onset_sec,
                note.duration_sec,
                [[bend.offset_sec, bend.semitones] for bend in note.bends],
            ]
            for note in track.notes
        ],
        "control_changes": [[change.number, change.value, change.time_sec] for change in track.control_changes],
    }


def to_track(facts: Json) -> common_pb2.NoteTrack:
    """Returns the wire's form of what `track_facts` wrote."""
    return common_pb2.NoteTrack(
        name=facts["name"],
        program=facts["program"],
        is_drum=facts["is_drum"],
        notes=[
            common_pb2.Note(
                pitch=pitch,
                velocity=velocity,
                onset_sec=onset,
                duration_sec=length,
                bends=[common_pb2.PitchBend(offset_sec=t, semitones=semitones) for t, semitones in bends],
            )
            for pitch, velocity, onset, length, bends in facts["notes"]
        ],
        control_changes=[
            common_pb2.ControlChange(number=number, value=value, time_sec=t)
            for number, value, t in facts["control_changes"]
        ],
    )


def key_facts(key: Key | None) -> dict[str, Any] | None:
    """Returns a key as JSON."""
    return None if key is None else {"tonic": key.tonic, "mode": key.mode, "confidence": key.confidence}


def parse_key(facts: Json | None) -> Key | None:
    """Returns the key that `key_facts` wrote."""
    return None if facts is None else Key(**facts)


def to_key(facts: Json | None) -> common_pb2.Key | None:
    """Returns the wire's form of what `key_facts` wrote; None leaves a message's field unset."""
    return None if facts is None else common_pb2.Key(**facts)
