"""Between the wire and what a generator is asked and gives. A part of `engine.codec`.

Zeros of the wire mean what generation.proto says of them; whatever else is wrong with a request is said by
`engine.prompt`, `engine.generation` and `engine.generation_order`, in their own words.
"""

import math
from collections.abc import Sequence
from typing import Any

from auxsend.v1 import common_pb2, generation_pb2, job_pb2

from engine.asset_codec import asset_facts, parse_asset, to_asset
from engine.assets import Asset
from engine.errors import InvalidArgument
from engine.generation import HIGHEST_PITCH, Candidate, Constraints, Prompt, Sampling
from engine.generation_order import sounding_tracks
from engine.jobs.records import Json, Result
from engine.music_codec import key_facts, to_key, to_track, track_facts
from engine.musical_time import Chord, Key, TempoChange, TempoMap, TimeSignature, steady_tempo
from engine.notes import Note, NoteTrack

UNSAID_BPM = 120.0
_DENSITY_MARGIN = 0.25


def parse_prompt(message: generation_pb2.Prompt) -> Prompt:
    """Returns the prompt, as it came."""
    return Prompt(
        tracks=tuple(_parse_track(track) for track in message.tracks),
        tempo_map=_parse_map(message.tempo_map) if message.HasField("tempo_map") else steady_tempo(UNSAID_BPM),
        key=Key(message.key.tonic, message.key.mode, message.key.confidence) if message.HasField("key") else None,
        chords=tuple(Chord(chord.onset_sec, chord.duration_sec, chord.label) for chord in message.chords),
    )


def parse_sampling(message: generation_pb2.Sampling) -> Sampling:
    """Returns how to choose.

    Raises:
        InvalidArgument: a number is out of its range.
    """
    if message.seed < 0:
        raise InvalidArgument(f"A seed of {message.seed} is not 0 or larger.", field="seed")
    unsaid = Sampling()
    return Sampling(
        candidate_count=message.candidate_count or unsaid.candidate_count,
        # The wire's single precision would make 0.9 another number, and another key of the cache.
        temperature=round(message.temperature, 6) or unsaid.temperature,
        top_p=round(message.top_p, 6) or unsaid.top_p,
        seed=message.seed,
    )


def parse_constraints(message: generation_pb2.Sampling) -> Constraints:
    """Returns what every note obeys.

    Raises:
        InvalidArgument: a constraint cannot be met by any note.
    """
    density = message.notes_per_bar
    if not 0 <= density < math.inf:
        raise InvalidArgument("Notes per bar must be a number from 0 up; 0 leaves them open.", field="notes_per_bar")
    if message.is_key_strict and message.is_key_free:
        raise InvalidArgument("A key is kept strictly or not at all, not both; choose one.", field="is_key_free")
    return Constraints(
        key_rule="strict" if message.is_key_strict else "free" if message.is_key_free else "soft",
        pitch_classes=frozenset(message.pitch_classes),
        lowest_pitch=message.lowest_pitch if message.HasField("lowest_pitch") else 0,
        highest_pitch=message.highest_pitch if message.HasField("highest_pitch") else HIGHEST_PITCH,
        max_polyphony=message.max_polyphony,
        stays_in_bars=message.stays_in_bars,
        ends_on_bar=not message.rings_over,
        fewest_per_bar=math.floor(density * (1 - _DENSITY_MARGIN)),
        most_per_bar=math.ceil(density * (1 + _DENSITY_MARGIN)),
    )


def candidate_facts(candidate: Candidate, prompt: Prompt, midi: Asset) -> dict[str, Any]:
    """Returns a candidate as JSON."""
    return {
        "score": candidate.score,
        "log_likelihood": candidate.log_likelihood,
        "tracks": [track_facts(track) for track in sounding_tracks(candidate, prompt)],
        "midi": asset_facts(midi),
    }


def partial_facts(finished: Sequence[Json], example: Candidate, prompt: Prompt) -> dict[str, Any]:
    """Returns the facts of candidates that are finished: `candidate_facts` of each, and what they have in common."""
    begin_sec = prompt.tempo_map.seconds_at(example.begins_quarters)
    return {
        "candidates": list(finished),
        "key": key_facts(example.key),
        "metre": list(example.metre),
        "quarter_bpm": [tempo for tempo in prompt.tempo_map.tempos if tempo.time_sec <= begin_sec + 1e-9][
            -1
        ].quarter_bpm,
        "begin_sec": begin_sec,
        "bar_count": example.bar_count,
        "midi": None,
    }


def generation_result(facts: Json, midi: Asset) -> Result:
    """Returns the result: `partial_facts` of all candidates, best first, and the MIDI file of them all."""
    digests = [facts["midi"]["sha256"] for facts in facts["candidates"]]
    return Result(asset_digests=(midi.sha256, *digests), facts={**facts, "midi": asset_facts(midi)})


def to_generation(facts: Json) -> job_pb2.JobResult:
    """Returns the wire's form of what `generation_result`, or `partial_facts`, keeps."""
    numerator, denominator = facts["metre"]
    result = job_pb2.GenerationResult(
        candidates=[_to_candidate(candidate) for candidate in facts["candidates"]],
        key=to_key(facts["key"]),
        time_signature=common_pb2.TimeSignature(
            time_sec=facts["begin_sec"], numerator=numerator, denominator=denominator
        ),
        quarter_bpm=facts["quarter_bpm"],
        begin_sec=facts["begin_sec"],
        bar_count=facts["bar_count"],
        midi=to_asset(parse_asset(facts["midi"])) if facts["midi"] else None,
    )
    return job_pb2.JobResult(generation=result)


def _to_candidate(facts: Json) -> job_pb2.Candidate:
    return job_pb2.Candidate(
        score=facts["score"],
        log_likelihood=facts["log_likelihood"],
        tracks=[to_track(track) for track in facts["tracks"]],
        midi=to_asset(parse_asset(facts["midi"])),
    )


def _parse_track(message: common_pb2.NoteTrack) -> NoteTrack:
    notes = tuple(Note(note.pitch, note.velocity, note.onset_sec, note.duration_sec) for note in message.notes)
    return NoteTrack(message.name, notes, message.program, message.is_drum)


def _parse_map(message: common_pb2.TempoMap) -> TempoMap:
    return TempoMap(
        tuple(TempoChange(tempo.time_sec, tempo.quarter_bpm) for tempo in message.tempos),
        tuple(TimeSignature(s.time_sec, s.numerator, s.denominator) for s in message.time_signatures),
    )
