"""How notes are asked for and read from the wire. See `bridge.codec`, of which this is a part."""

from auxsend.v1 import common_pb2, job_pb2, transcription_pb2

from bridge.midi.notes import (
    Beat,
    Chord,
    ControlChange,
    Key,
    Mode,
    Note,
    NoteTrack,
    PitchBend,
    TempoChange,
    TempoMap,
    TimeSignature,
)
from bridge.transcription import Transcription, Wish


def transcription_to_wire(asset_sha256: str, wish: Wish) -> transcription_pb2.TranscribeAudioRequest:
    """Returns the message that asks for the notes of an asset."""
    return transcription_pb2.TranscribeAudioRequest(
        asset_sha256=asset_sha256,
        model=wish.model,
        has_bends=wish.has_bends,
        quantise_division=wish.quantise_division,
        quantise_strength=wish.quantise_strength,
        quarter_bpm=wish.quarter_bpm,
        request_id=wish.request_id,
    )


def transcription_from_wire(job: job_pb2.Job) -> Transcription:
    """Returns the transcription that a finished job carries."""
    result = job.result.transcription
    return Transcription(
        model=job.model,
        tracks=tuple(track_from_wire(track) for track in result.tracks),
        tempo_map=TempoMap(
            tuple(TempoChange(tempo.time_sec, tempo.quarter_bpm) for tempo in result.tempo_map.tempos),
            tuple(
                TimeSignature(metre.time_sec, metre.numerator, metre.denominator)
                for metre in result.tempo_map.time_signatures
            ),
        ),
        beats=tuple(Beat(beat.time_sec, beat.bar_position) for beat in result.beats),
        chords=tuple(Chord(chord.onset_sec, chord.duration_sec, chord.label) for chord in result.chords),
        key=Key(result.key.tonic % 12, Mode(result.key.mode)) if result.HasField("key") else None,
        choice=result.choice_message,
        warnings=tuple(result.warning_messages),
        midi_sha256=result.midi.sha256,
        midi_size_bytes=result.midi.size_bytes,
        duration_sec=result.duration_sec,
        realtime_factor=result.realtime_factor,
        is_cached=job.is_cached,
    )


def track_from_wire(track: common_pb2.NoteTrack) -> NoteTrack:
    """Returns the track that `track` describes."""
    return NoteTrack(
        name=track.name,
        notes=tuple(_note(note) for note in track.notes),
        program=track.program,
        is_drum=track.is_drum,
        control_changes=tuple(
            ControlChange(change.number, change.value, change.time_sec) for change in track.control_changes
        ),
    )


def _note(note: common_pb2.Note) -> Note:
    bends = tuple(PitchBend(bend.offset_sec, bend.semitones) for bend in note.bends)
    return Note(note.pitch, note.velocity, note.onset_sec, note.duration_sec, bends)
