"""How music is asked for and read from the wire. See `bridge.codec`, of which this is a part."""

from auxsend.v1 import common_pb2, generation_pb2, job_pb2

from bridge.generation import Candidate, Generation, GenerationTask, GenerationWish, Kept, KeyRule, Prompt
from bridge.midi.notes import Key, Mode, NoteTrack, TempoMap
from bridge.music_codec import track_from_wire

_KINDS = {
    Kept.RHYTHM: generation_pb2.VARIATION_KIND_RHYTHM,
    Kept.CONTOUR: generation_pb2.VARIATION_KIND_CONTOUR,
}

Request = (
    generation_pb2.ContinueMelodyRequest
    | generation_pb2.VaryMelodyRequest
    | generation_pb2.FillMelodyRequest
    | generation_pb2.AccompanyMelodyRequest
)


def generation_to_wire(wish: GenerationWish) -> Request:
    """Returns the message that asks for music; its type says of which RPC it is."""
    generation = generation_pb2.GenerationRequest(
        prompt=_prompt(wish.prompt),
        model=wish.model,
        sampling=_sampling(wish),
        request_id=wish.request_id,
        bar_chords=wish.bar_chords,
    )
    match wish.task:
        case GenerationTask.CONTINUE:
            return generation_pb2.ContinueMelodyRequest(
                generation=generation, bar_count=wish.bar_count, is_accompanied=wish.is_accompanied
            )
        case GenerationTask.VARY:
            return generation_pb2.VaryMelodyRequest(generation=generation, kind=_KINDS[wish.kept])
        case GenerationTask.FILL:
            first, last = wish.bars_range
            return generation_pb2.FillMelodyRequest(generation=generation, first_bar=first, last_bar=last)
        case GenerationTask.ACCOMPANY:
            return generation_pb2.AccompanyMelodyRequest(generation=generation)


def generation_from_wire(job: job_pb2.Job) -> Generation | None:
    """Returns the candidates that a job carries, finished or running; None where there are none yet."""
    result = (job.result if job.HasField("result") else job.partial_result).generation
    if not result.candidates:
        return None
    return Generation(
        model=job.model,
        candidates=tuple(
            Candidate(candidate.score, tuple(track_from_wire(track) for track in candidate.tracks))
            for candidate in result.candidates
        ),
        key=Key(result.key.tonic % 12, Mode(result.key.mode)),
        metre=(result.time_signature.numerator, result.time_signature.denominator),
        quarter_bpm=result.quarter_bpm,
        begin_sec=result.begin_sec,
        bar_count=result.bar_count,
        midi_sha256=result.midi.sha256,
        midi_size_bytes=result.midi.size_bytes,
        is_cached=job.is_cached,
    )


def _sampling(wish: GenerationWish) -> generation_pb2.Sampling:
    return generation_pb2.Sampling(
        candidate_count=wish.candidate_count,
        temperature=wish.temperature,
        top_p=wish.top_p,
        seed=wish.seed,
        is_key_strict=wish.key_rule is KeyRule.STRICT,
        is_key_free=wish.key_rule is KeyRule.FREE,
        pitch_classes=wish.pitch_classes,
        lowest_pitch=wish.lowest_pitch,
        highest_pitch=wish.highest_pitch,
        max_polyphony=wish.max_polyphony,
        notes_per_bar=wish.notes_per_bar,
        stays_in_bars=wish.stays_in_bars,
        rings_over=wish.rings_over,
    )


def _prompt(prompt: Prompt) -> generation_pb2.Prompt:
    key = prompt.key
    return generation_pb2.Prompt(
        tracks=[_track(track) for track in prompt.tracks],
        tempo_map=_tempo_map(prompt.tempo_map),
        key=common_pb2.Key(tonic=key.tonic, mode=key.mode.value, confidence=1.0) if key else None,
    )


def _track(track: NoteTrack) -> common_pb2.NoteTrack:
    return common_pb2.NoteTrack(
        name=track.name,
        program=track.program,
        is_drum=track.is_drum,
        notes=[
            common_pb2.Note(
                pitch=note.pitch, velocity=note.velocity, onset_sec=note.onset_sec, duration_sec=note.duration_sec
            )
            for note in track.notes
        ],
    )


def _tempo_map(tempo_map: TempoMap) -> common_pb2.TempoMap:
    return common_pb2.TempoMap(
        tempos=[
            common_pb2.TempoChange(time_sec=tempo.time_sec, quarter_bpm=tempo.quarter_bpm) for tempo in tempo_map.tempos
        ],
        time_signatures=[
            common_pb2.TimeSignature(time_sec=s.time_sec, numerator=s.numerator, denominator=s.denominator)
            for s in tempo_map.time_signatures
        ],
    )
