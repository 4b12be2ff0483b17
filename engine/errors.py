"""What can go wrong in the engine, as one tree.

    EngineError                 anything below; carries a sentence for a person and values for a program
    ├── InvalidArgument         the request cannot be meant
    │   ├── InvalidAudio        the audio cannot be used: not audio, damaged, too short, too many channels
    │   └── AudioTooLong        longer than this engine accepts
    ├── NotFound                something that the request names does not exist
    │   ├── AssetNotFound
    │   ├── JobNotFound
    │   └── ModelNotFound
    ├── Unavailable             a precondition is missing, and the sentence says how to meet it
    │   ├── WeightsUnavailable  no source has the weights
    │   ├── BackendUnavailable  the code that runs the model is not installed
    │   ├── LibraryUnavailable  the sample library cannot be opened
    │   └── LibraryEmpty        it has no samples to suggest
    ├── WeightsCorrupt          what a source gave is not what it should be
    ├── Overloaded              later, or with less
    │   ├── QueueFull
    │   ├── StorageFull
    │   └── DeviceOutOfMemory
    ├── UploadOffsetMismatch    an upload goes on from the wrong place
    ├── BadToken                the caller did not prove who it is
    ├── JobCancelled
    ├── JobExpired
    ├── ShuttingDown
    └── InternalError           a fault of the engine itself; the log has it under the incident's number

Every message is one clear sentence (or two) that says what was wrong and what to do. `engine.interceptors` holds the
one table that turns these into gRPC statuses; nothing else in the engine knows a status code.
"""


class EngineError(Exception):
    """Raised for everything that the engine reports on purpose."""

    reason = "ENGINE_ERROR"

    def __init__(self, message: str, **metadata: str) -> None:
        super().__init__(message)
        self.message = message
        self.metadata = metadata


class InvalidArgument(EngineError):
    """Raised when a request cannot be meant; `metadata["field"]` names the field."""

    reason = "INVALID_ARGUMENT"


class InvalidAudio(InvalidArgument):
    """Raised when audio cannot be used as it is."""

    reason = "INVALID_AUDIO"


class AudioTooLong(InvalidArgument):
    """Raised when audio is longer than this engine accepts."""

    reason = "AUDIO_TOO_LONG"


class NotFound(EngineError):
    """Raised when something that a request names does not exist."""

    reason = "NOT_FOUND"


class AssetNotFound(NotFound):
    """Raised when no asset has the digest."""

    reason = "ASSET_NOT_FOUND"


class JobNotFound(NotFound):
    """Raised when no job has the id."""

    reason = "JOB_NOT_FOUND"


class ModelNotFound(NotFound):
    """Raised when the registry has no such model."""

    reason = "MODEL_NOT_FOUND"


class Unavailable(EngineError):
    """Raised when a precondition is missing that somebody can meet."""

    reason = "UNAVAILABLE"


class WeightsUnavailable(Unavailable):
    """Raised when no source has the weights, or none may be asked."""

    reason = "WEIGHTS_UNAVAILABLE"


class BackendUnavailable(Unavailable):
    """Raised when the code that runs a model is not installed."""

    reason = "BACKEND_UNAVAILABLE"


class LibraryUnavailable(Unavailable):
    """Raised when the sample library's folder or object store cannot be opened."""

    reason = "LIBRARY_UNAVAILABLE"


class LibraryEmpty(Unavailable):
    """Raised when the sample library has nothing to suggest."""

    reason = "LIBRARY_EMPTY"


class WeightsCorrupt(EngineError):
    """Raised when fetched or stored weights do not have the digest that they should have."""

    reason = "WEIGHTS_CORRUPT"


class Overloaded(EngineError):
    """Raised when the same request may succeed later, or a smaller one now."""

    reason = "OVERLOADED"


class QueueFull(Overloaded):
    """Raised when as many jobs wait as the engine admits."""

    reason = "QUEUE_FULL"


class StorageFull(Overloaded):
    """Raised when assets in use leave no room for another."""

    reason = "STORAGE_FULL"


class DeviceOutOfMemory(Overloaded):
    """Raised when a model does not fit into its device's memory."""

    reason = "DEVICE_OUT_OF_MEMORY"


class UploadOffsetMismatch(EngineError):
    """Raised when an upload goes on from elsewhere than where it broke off."""

    reason = "UPLOAD_OFFSET_MISMATCH"


class BadToken(EngineError):
    """Raised when the caller's token is missing or wrong."""

    reason = "BAD_TOKEN"


class JobCancelled(EngineError):
    """Raised inside a job when it is to stop."""

    reason = "JOB_CANCELLED"


class JobExpired(EngineError):
    """Raised when a job has not ended in its time."""

    reason = "JOB_EXPIRED"


class ShuttingDown(EngineError):
    """Raised when work arrives while the engine stops."""

    reason = "SHUTTING_DOWN"


class InternalError(EngineError):
    """Stands for an unforeseen exception, which only the log describes."""

    reason = "INTERNAL"

    @classmethod
    def of(cls, incident: str) -> "InternalError":
        """Returns the error that points to the log entry of an incident."""
        return cls(f"The engine failed by a fault of its own; its log has the details under incident {incident}.",
                   incident=incident)  # fmt: skip
