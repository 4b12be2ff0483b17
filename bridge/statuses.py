"""gRPC statuses into bridge errors: the one table, used for failed calls and for failed jobs alike."""

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from bridge import errors

# The engine's machine-readable reason decides where it says more than the status code.
_BY_REASON: dict[str, type[errors.BridgeError]] = {
    "INVALID_AUDIO": errors.AudioRefused,
    "AUDIO_TOO_LONG": errors.AudioRefused,
    "ASSET_NOT_FOUND": errors.AssetLost,
    "JOB_NOT_FOUND": errors.JobLost,
    "WEIGHTS_CORRUPT": errors.ModelUnavailable,
}

_BY_CODE: dict[grpc.StatusCode, type[errors.BridgeError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: errors.RequestRefused,
    grpc.StatusCode.NOT_FOUND: errors.RequestRefused,
    grpc.StatusCode.OUT_OF_RANGE: errors.RequestRefused,
    grpc.StatusCode.FAILED_PRECONDITION: errors.ModelUnavailable,
    grpc.StatusCode.UNAUTHENTICATED: errors.EngineDenied,
    grpc.StatusCode.PERMISSION_DENIED: errors.EngineDenied,
    grpc.StatusCode.UNAVAILABLE: errors.EngineUnreachable,
    grpc.StatusCode.RESOURCE_EXHAUSTED: errors.EngineBusy,
    grpc.StatusCode.DEADLINE_EXCEEDED: errors.EngineBusy,
    grpc.StatusCode.CANCELLED: errors.Cancelled,
}

_CODES = {code.value[0]: code for code in grpc.StatusCode}


def error_of_call(call: grpc.aio.AioRpcError, address: str) -> errors.BridgeError:
    """Returns what a failed call means; the engine's own sentence where it sent one."""
    reason = reason_of_call(call)
    if reason:
        return error_of_status(call.code().value[0], reason, call.details() or "")
    if is_certificate_refused(call):
        return errors.EngineDenied(
            f"The certificate of the engine at {address} is not signed by an authority that is trusted here; name its "
            "authority with AUXSEND_TLS_CA or tls_ca in the configuration file."
        )
    if call.code() is grpc.StatusCode.UNAVAILABLE:
        return errors.EngineUnreachable(
            f"No engine answers at {address}; start one there with “auxsend engine”, or leave out --engine and "
            "AUXSEND_ENGINE to use this machine."
        )
    if call.code() is grpc.StatusCode.UNIMPLEMENTED:
        return errors.EngineFailed(f"The engine at {address} is too old or too new for this bridge; update both.")
    if call.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return errors.EngineBusy(f"The engine at {address} did not answer in time; try again.")
    return error_of_status(call.code().value[0], "", call.details() or "")


def error_of_status(code: int, reason: str, message: str) -> errors.BridgeError:
    """Returns the error for a canonical status code, the engine's reason and its sentence."""
    kind = _BY_REASON.get(reason) or _BY_CODE.get(_CODES.get(code, grpc.StatusCode.UNKNOWN), errors.EngineFailed)
    return kind(message or "The engine failed without saying why; its log says more.")


def is_certificate_refused(call: grpc.aio.AioRpcError) -> bool:
    """Returns whether the connection failed because this side does not trust the engine's certificate."""
    return "CERTIFICATE_VERIFY_FAILED" in (call.details() or "")


def reason_of_call(call: grpc.aio.AioRpcError) -> str:
    """Returns the reason that the engine attached, such as "INVALID_AUDIO"; empty where there is none."""
    try:
        status = rpc_status.from_call(call)
    except ValueError:
        return ""
    info = error_details_pb2.ErrorInfo()
    for detail in status.details if status else ():
        if detail.Unpack(info):
            return str(info.reason)
    return ""
