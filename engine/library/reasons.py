"""Why a sample is suggested, in words: "same key (A minor)", "92 BPM", "used with this kick in 3 projects"."""

from collections.abc import Mapping

from engine.library.complement import Clip, Fits, place_on_circle
from engine.library.mix import MIX_WEIGHTS, Mode
from engine.library.roles import ROLES
from engine.library.sample import LibrarySample
from engine.musical_time import Key

ALIKE = 0.8
"""Similarity from which on a person would say so."""
NEAR_TEMPO = 0.02
CLEAR = 0.5
SURE_KEY = 0.5


def sound_reason(similarity: float) -> str:
    """Returns what is to be said of a similarity; empty where it is small."""
    return f"sounds like it ({similarity:.2f})" if similarity >= ALIKE else ""


def plain_reason(parts: Mapping[Mode, float], sample: LibrarySample) -> str:
    """Returns what speaks for a sample of which nothing stands out: the largest part of its score, in words.

    Args:
        parts: what each way of finding samples gives it, 0 to 1.
        sample: which.
    """
    best = max(parts, key=lambda mode: MIX_WEIGHTS[mode] * parts[mode])
    if best is Mode.TASTE:
        return "sounds like what you use"
    if best is Mode.COMPLEMENT and parts[best] >= CLEAR:
        has_pitch_or_tempo = sample.key is not None or sample.quarter_bpm > 0
        return "clashes in neither key nor tempo" if has_pitch_or_tempo else "fits any key and tempo"
    likeness = parts.get(Mode.SIMILAR, 0.0)
    return f"a little like it ({likeness:.2f})" if likeness else "the best of what is left"


def fit_reasons(clip: Clip, sample: LibrarySample, roles: Fits) -> list[str]:
    """Returns how a sample fits beside the clip: key, tempo, and what it brings.

    Args:
        clip: what is known of the clip.
        sample: which.
        roles: how clearly it plays each role.
    """
    reasons = (
        _key_reason(clip.key, sample.key),
        _tempo_reason(clip.quarter_bpm, sample.quarter_bpm),
        _role_reason(clip.roles, roles),
    )
    return [reason for reason in reasons if reason]


def use_reason(shared_count: int, known_name: str, project_count: int) -> str:
    """Returns what the uses of a sample say for it; empty where there are none.

    Args:
        shared_count: projects that have the known sample, too.
        known_name: of the known sample with most of them.
        project_count: projects that have it at all.
    """
    if shared_count:
        return f"used with {known_name} in {_projects(shared_count)}"
    return f"used in {_projects(project_count)} like this one" if project_count else ""


def called(sample: LibrarySample) -> str:
    """Returns what the clip itself is called: "this kick", "this loop"."""
    kind, _, what = sample.kind.partition("/")
    return f"this {what or kind}"


def _projects(count: int) -> str:
    return "1 project" if count == 1 else f"{count} projects"


def _key_reason(clip_key: Key | None, key: Key | None) -> str:
    if clip_key is None or key is None or min(clip_key.confidence, key.confidence) < SURE_KEY:
        return ""
    steps = (place_on_circle(key.tonic, key.mode) - place_on_circle(clip_key.tonic, clip_key.mode)) % 12
    if steps == 0:
        return f"{'same' if key.mode == clip_key.mode else 'relative'} key ({key.name})"
    return f"neighbouring key ({key.name})" if steps in (1, 11) else ""


def _tempo_reason(clip_bpm: float, quarter_bpm: float) -> str:
    if not (clip_bpm and quarter_bpm):
        return ""
    for factor, remark in ((1.0, ""), (0.5, ", half the tempo"), (2.0, ", double the tempo")):
        if abs(quarter_bpm / (factor * clip_bpm) - 1) <= NEAR_TEMPO:
            return f"{quarter_bpm:.4g} BPM{remark}"
    return ""


def _role_reason(clip_roles: Fits, roles: Fits) -> str:
    new = roles * (1 - clip_roles)
    return f"has the {ROLES[int(new.argmax())]} that the clip lacks" if new.max() >= CLEAR else ""
