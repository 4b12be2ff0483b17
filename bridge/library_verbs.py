"""What a script or a panel can ask of the sample library. See `bridge.verbs`, of which this is a part."""

from dataclasses import dataclass
from typing import Annotated

from bridge.clip import Clip
from bridge.library.modes import Mode
from bridge.library.sample import UseKind
from bridge.schema import AtLeast, AtMost

MOST_IDS = 1000
MOST_ROWS = 200


@dataclass(frozen=True)
class Suggest:
    """Suggest samples that go with an item, or that a text describes."""

    clip: Annotated[Clip | None, "the item; null where a text says what is wanted"] = None
    text: Annotated[str, "what is wanted, in words"] = ""
    mode: Annotated[Mode, "by sound, by what the item lacks, by what was used with it, or all of that"] = Mode.MIX
    count: Annotated[int, "how many rows", AtLeast(1), AtMost(MOST_ROWS)] = 20
    key: Annotated[str, "only samples that fit this key, such as A minor; empty for any"] = ""
    quarter_bpm: Annotated[float, "only samples that fit this tempo; 0 for any", AtLeast(0), AtMost(1000)] = 0.0
    kinds: Annotated[tuple[str, ...], "only these kinds: loop, track, one-shot, one-shot/kick ...; empty for any"] = ()
    tags: Annotated[tuple[str, ...], "only samples that these tags fit, moods for example; empty for any"] = ()
    liked: Annotated[tuple[str, ...], "ids of samples to lean towards", AtMost(MOST_IDS)] = ()
    disliked: Annotated[tuple[str, ...], "ids of samples to lean away from", AtMost(MOST_IDS)] = ()
    excluded: Annotated[tuple[str, ...], "ids of samples not to suggest: those shown before", AtMost(MOST_IDS)] = ()
    variety: Annotated[float, "how unlike each other the samples should be", AtLeast(0), AtMost(1)] = 0.0
    project: Annotated[str, "path of the project's file, or its name; its samples are not suggested again"] = ""
    project_bpm: Annotated[
        float, "tempo where a sample will stand, for playrate and length_sec; 0 for its own", AtLeast(0), AtMost(1000)
    ] = 0.0
    is_fetched: Annotated[bool, "whether to fetch samples from the engine that this machine has not got"] = True


@dataclass(frozen=True)
class Search:
    """List samples of the library that fit a text; rows as for suggest, without reasons."""

    text: Annotated[str, "words of name, folders and tags, of the sound if the engine has CLAP; empty for all"] = ""
    count: Annotated[int, "how many rows", AtLeast(1), AtMost(MOST_ROWS)] = 20
    key: Annotated[str, "only samples that fit this key, such as A minor; empty for any"] = ""
    quarter_bpm: Annotated[float, "only samples that fit this tempo; 0 for any", AtLeast(0), AtMost(1000)] = 0.0
    kinds: Annotated[tuple[str, ...], "only these kinds; empty for any"] = ()
    project_bpm: Annotated[
        float, "tempo where a sample will stand, for playrate and length_sec; 0 for its own", AtLeast(0), AtMost(1000)
    ] = 0.0
    is_fetched: Annotated[bool, "whether to fetch samples from the engine that this machine has not got"] = True


@dataclass(frozen=True)
class UseSample:
    """Remember that a sample was put into a project, liked or passed over, for later suggestions."""

    sample: Annotated[str, "the sample's id, from its row"]
    project: Annotated[str, "path of the project's file, or its name"]
    kind: Annotated[UseKind, "what was done"] = UseKind.INSERTED
