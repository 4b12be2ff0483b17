"""The closed table of what a script, a panel or a program can ask of the bridge, and the strict reading of requests.

A request is one JSON object, the same through every front:

    {"v": 1, "id": "reaper-5f3a9c21", "host": "reaper", "verb": "split", "params": {...}}

`id` names the request and the job that it makes: 8 to 64 of A-Z a-z 0-9 _ -. The same request sent twice is one job.
`params.context`, any JSON, is kept and comes back with every state of the job.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from bridge.clip import Clip
from bridge.continue_verb import Continue
from bridge.errors import RequestRefused, UnknownVerb, WrongVersion
from bridge.host_verbs import Audition, Listen, Order, Select
from bridge.library_verbs import Search, Suggest, UseSample
from bridge.schema import AtLeast, AtMost, parse
from bridge.settings import Settings

VERSION = 1
LARGEST_REQUEST_BYTES = 1_000_000
LONGEST_HOST = 64
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Quality(StrEnum):
    """How much time to spend."""

    FAST = "fast"
    BALANCED = "balanced"
    BEST = "best"


class Residual(StrEnum):
    """Where what no stem holds goes."""

    NONE = "none"
    OTHER = "other"


@dataclass(frozen=True)
class Split:
    """Split what an item plays into stems: files of exactly the item's samples, in its source's sample rate."""

    clip: Annotated[Clip, "the item"]
    name: Annotated[str, "what the item is called; names the folder of its stems"]
    folder: Annotated[Path, "absolute path of the project's folder for media; it must exist"]
    model: Annotated[str, "which model; empty for the engine's default"] = ""
    stems: Annotated[tuple[str, ...], "which stems; empty for all of the model's"] = ()
    quality: Annotated[Quality, "how much time to spend"] = Quality.BALANCED
    residual: Annotated[Residual, "where what no stem holds goes; with other, stems sum to the item"] = Residual.OTHER


@dataclass(frozen=True)
class Transcribe:
    """Turn what an item plays into notes, in seconds of the timeline from the item's beginning."""

    clip: Annotated[Clip, "the item"]
    name: Annotated[str, "what the item is called; names the MIDI file"]
    folder: Annotated[Path, "absolute path of the project's folder for media; it must exist"]
    model: Annotated[str, "which model; auto listens and chooses, full takes a mix apart first"] = "auto"
    has_bends: Annotated[bool, "whether to give pitch bends"] = False
    quantise: Annotated[str, "grid to move notes to, such as 1/16; empty leaves them where they are"] = ""
    quantise_strength: Annotated[float, "how far to move them, 1 being all the way", AtLeast(0), AtMost(1)] = 1.0
    keeps_pitch: Annotated[bool, "whether the play rate leaves the pitch as it is"] = True


@dataclass(frozen=True)
class Tag:
    """Say what an item sounds like: tags, tempo, key, loudness, kind."""

    clip: Annotated[Clip, "the item"]
    models: Annotated[tuple[str, ...], "which taggers; empty for all"] = ()
    keeps_pitch: Annotated[bool, "whether the play rate leaves the pitch as it is"] = True


@dataclass(frozen=True)
class Cancel:
    """Stop a job. A job that has ended stays as it is."""

    job: Annotated[str, "the job's id"]


@dataclass(frozen=True)
class Forget:
    """Drop a job that has ended, so that it is told no more; files of its result stay."""

    job: Annotated[str, "the job's id"]


@dataclass(frozen=True)
class Status:
    """Tell how the engine and the latest hundred jobs are."""


@dataclass(frozen=True)
class Engine:
    """Tell the address of the engine that the bridge runs on this machine; it is empty while the engine starts."""

    device: Annotated[str, "where it must run models, or the verb is refused"] = "auto"
    offline: Annotated[bool, "whether it must fetch no weights, or the verb is refused"] = False
    max_audio_sec: Annotated[
        float, "what its limit for a song must be, or the verb is refused; 0 is its own", AtLeast(0)
    ] = 0.0

    @classmethod
    def of(cls, settings: Settings) -> "Engine":
        """Returns the engine that the settings have started on this machine."""
        return cls(settings.device, settings.offline, settings.max_audio_sec)


@dataclass(frozen=True)
class Panel:
    """Give the `url` that opens the panel in a browser: good once, within two minutes."""


@dataclass(frozen=True)
class Verb:
    """A row of the table."""

    name: str
    params: type
    """The schema."""
    doc: str

    @property
    def is_immediate(self) -> bool:
        """Whether it is answered at once and makes no job that is kept."""
        return self.params in (Cancel, Forget, Status, Engine, Select, Order, Audition, Panel)

    @property
    def is_kept(self) -> bool:
        """Whether its jobs outlive the bridge."""
        return self.params is not Listen


def _verb(name: str, params: type) -> Verb:
    return Verb(name, params, (params.__doc__ or "").strip())


VERBS = {
    verb.name: verb
    for verb in (
        _verb("split", Split),
        _verb("transcribe", Transcribe),
        _verb("continue", Continue),
        _verb("suggest", Suggest),
        _verb("search", Search),
        _verb("use", UseSample),
        _verb("tag", Tag),
        _verb("audition", Audition),
        _verb("select", Select),
        _verb("listen", Listen),
        _verb("order", Order),
        _verb("cancel", Cancel),
        _verb("forget", Forget),
        _verb("status", Status),
        _verb("engine", Engine),
        _verb("panel", Panel),
    )
}


@dataclass(frozen=True)
class Request:
    """A request that can be meant."""

    id: str
    host: str
    verb: Verb
    params: Any
    """An instance of the verb's schema."""
    context: Any
    """Whatever the sender wants back with every state of the job."""
    document: dict[str, Any]
    """The request as it came, without what only its front needs."""


def decode(content: bytes) -> object:
    """Returns the JSON value in `content`.

    Raises:
        RequestRefused: it is too large, cut off or no JSON.
    """
    if len(content) > LARGEST_REQUEST_BYTES:
        raise RequestRefused(f"The request is larger than {LARGEST_REQUEST_BYTES // 1000} kB.")
    try:
        value = json.loads(content, parse_constant=_refuse_constant)
        json.dumps(value, ensure_ascii=False).encode()  # an escaped half of a surrogate pair is no character
    except (ValueError, RecursionError):
        raise RequestRefused("The request is not JSON, or was cut off.") from None
    return value


def is_request_id(text: object) -> bool:
    """Returns whether `text` can name a request."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def read_request(value: object) -> Request:
    """Returns the request that a JSON value stands for.

    Raises:
        WrongVersion: it speaks another version of the protocol.
        UnknownVerb: no row of the table.
        RequestRefused: anything else that cannot be meant.
    """
    if not isinstance(value, Mapping):
        raise RequestRefused("A request must be a JSON object.")
    version = value.get("v")
    if type(version) is not int or version != VERSION:
        raise WrongVersion(
            f"This bridge speaks version {VERSION} of its protocol and the request says {str(version)[:16]}; "
            "run “auxsend install” again, so that scripts and bridge are of one version."
        )
    unknown = sorted(str(key)[:64] for key in value if key not in ("v", "id", "host", "verb", "params"))
    if unknown:
        raise RequestRefused(f"“{unknown[0]}” is not known; a request may hold v, id, host, verb, params.")
    if not is_request_id(value.get("id")):
        raise RequestRefused("“id” must be 8 to 64 of the characters A-Z, a-z, 0-9, _ and -.")
    host = value.get("host", "")
    if not isinstance(host, str) or len(host) > LONGEST_HOST:
        raise RequestRefused(f"“host” must be text of at most {LONGEST_HOST} characters.")
    verb = VERBS.get(value["verb"]) if isinstance(value.get("verb"), str) else None
    if verb is None:
        raise UnknownVerb(f"There is no verb “{str(value.get('verb'))[:64]}”; this bridge knows {', '.join(VERBS)}.")
    params = value.get("params", {})
    context = None
    if isinstance(params, Mapping) and "context" in params:
        params = dict(params)
        context = params.pop("context")
    meant: object = parse(verb.params, params, "params")
    return Request(value["id"], host, verb, meant, context, dict(value))


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
