"""What can go wrong on the musician's machine, as one tree, with the exit code of the command line.

    BridgeError                    1    anything below; its message is one sentence for a person
    ├── RequestRefused             2    cannot be meant: unknown model or stem, impossible range
    │   ├── SettingsInvalid        2    the configuration file or an environment variable
    │   ├── WrongVersion           2    the request speaks another version of the bridge's protocol
    │   ├── UnknownVerb            2    the request names no verb of the bridge
    │   ├── JobUnknown             2    the request names no job of the bridge
    │   ├── NotAvailable           2    what is asked for exists, and cannot be had here
    │   └── TokenRefused           2    the request does not carry the bridge's token
    ├── AudioRefused               3    the song cannot be used: missing, not audio, damaged, too long
    ├── MidiRefused                3    the MIDI file cannot be used: missing, no MIDI file, damaged, in SMPTE frames
    ├── OutputRefused              4
    │   ├── OutputExists           4    nothing that a user had is overwritten
    │   ├── OutputUnwritable       4    the folder cannot be made or written
    │   └── ReaperUnreachable      4    the REAPER that results are to be put into cannot be reached, or refuses
    ├── EngineUnreachable          5    does not start, does not answer, or went away
    │   └── EngineDenied           5    answers, but not to this token or certificate
    ├── EngineBusy                 6    later, or with less: queue, memory or storage is full, time is up
    ├── ModelUnavailable           7    weights or code of the model are missing, and the sentence says what to do
    ├── PlayerUnavailable          7    the program or the soundfont that plays MIDI is missing; likewise
    ├── EngineFailed               8    the engine's own fault
    │   └── TransferDamaged        8    bytes arrived that are not those that were sent
    ├── BridgeBusy                 6    the bridge has as many requests as it takes
    ├── BridgeRunning              9    another bridge serves this user already
    ├── JobLost                    8    the engine no longer knows the job; core asks once more before this is seen
    ├── AssetLost                  8    the engine no longer has the audio; likewise
    └── Cancelled                130    stopped by the user

`bridge.statuses` holds the one table that turns gRPC statuses into these. `bridge.cli.main` turns them into a sentence
on standard error and an exit code. Scripts and programs read `reason`, which stays as it is when sentences change.
"""


class BridgeError(Exception):
    """Raised for everything that the bridge reports on purpose."""

    exit_code = 1
    reason = "FAILED"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RequestRefused(BridgeError):
    """Raised when a request cannot be meant."""

    exit_code = 2
    reason = "INVALID_REQUEST"


class SettingsInvalid(RequestRefused):
    """Raised when the configuration file or an environment variable cannot be meant."""

    reason = "INVALID_SETTINGS"


class WrongVersion(RequestRefused):
    """Raised when a request speaks another version of the bridge's protocol."""

    reason = "WRONG_VERSION"


class UnknownVerb(RequestRefused):
    """Raised when a request names no verb of the bridge."""

    reason = "UNKNOWN_VERB"


class JobUnknown(RequestRefused):
    """Raised when a request names no job of the bridge."""

    reason = "UNKNOWN_JOB"


class NotAvailable(RequestRefused):
    """Raised when what is asked for exists, and cannot be had on this machine."""

    reason = "NOT_AVAILABLE"


class TokenRefused(RequestRefused):
    """Raised when a request does not carry the bridge's token."""

    reason = "BAD_TOKEN"


class AudioRefused(BridgeError):
    """Raised when the song cannot be used."""

    exit_code = 3
    reason = "INVALID_AUDIO"


class MidiRefused(BridgeError):
    """Raised when a MIDI file cannot be used."""

    exit_code = 3
    reason = "INVALID_MIDI"


class OutputRefused(BridgeError):
    """Raised when the results have nowhere to go."""

    exit_code = 4
    reason = "OUTPUT_REFUSED"


class OutputExists(OutputRefused):
    """Raised when a result would replace a file that is there."""


class OutputUnwritable(OutputRefused):
    """Raised when the output folder cannot be made or written."""


class ReaperUnreachable(OutputRefused):
    """Raised when results are to be put into a REAPER that cannot be reached, or refuses."""


class EngineUnreachable(BridgeError):
    """Raised when there is no engine to talk to."""

    exit_code = 5
    reason = "ENGINE_UNREACHABLE"


class EngineDenied(EngineUnreachable):
    """Raised when the engine does not accept this caller."""

    reason = "ENGINE_DENIED"


class EngineBusy(BridgeError):
    """Raised when the same request may succeed later, or a smaller one now."""

    exit_code = 6
    reason = "ENGINE_BUSY"


class ModelUnavailable(BridgeError):
    """Raised when a model's weights or code are missing."""

    exit_code = 7
    reason = "MODEL_UNAVAILABLE"


class PlayerUnavailable(BridgeError):
    """Raised when the program or the soundfont that plays MIDI files is missing."""

    exit_code = 7
    reason = "PLAYER_UNAVAILABLE"


class EngineFailed(BridgeError):
    """Raised when the engine failed by its own fault."""

    exit_code = 8
    reason = "ENGINE_FAILED"


class TransferDamaged(EngineFailed):
    """Raised when bytes arrived that are not those that were sent."""


class BridgeBusy(BridgeError):
    """Raised when the bridge has as many requests as it takes."""

    exit_code = 6
    reason = "BRIDGE_BUSY"


class BridgeRunning(BridgeError):
    """Raised when another bridge serves this user already."""

    exit_code = 9
    reason = "BRIDGE_RUNNING"


class JobLost(BridgeError):
    """Raised when the engine does not know a job that it had accepted."""

    exit_code = 8
    reason = "ENGINE_FAILED"


class AssetLost(BridgeError):
    """Raised when the engine does not have an asset that it is asked to use."""

    exit_code = 8
    reason = "ENGINE_FAILED"


class Cancelled(BridgeError):
    """Raised when the user stopped the work."""

    exit_code = 130
    reason = "CANCELLED"
