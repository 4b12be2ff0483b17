"""The one table from what can go wrong to gRPC statuses.

A call that fails carries a `google.rpc.Status` with an ErrorInfo (machine-readable reason, the values that the
sentence mentions), and where it helps a BadRequest (which field) or a RetryInfo (try again, and when). A failed job
carries the same code, reason and sentence in its JobError.
"""

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2

from engine import errors

DOMAIN = "auxsend"
RETRY_AFTER_SEC = 2

STATUS_CODES: dict[type[errors.EngineError], grpc.StatusCode] = {
    errors.InvalidArgument: grpc.StatusCode.INVALID_ARGUMENT,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.Unavailable: grpc.StatusCode.FAILED_PRECONDITION,
    errors.WeightsCorrupt: grpc.StatusCode.DATA_LOSS,
    errors.Overloaded: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.UploadOffsetMismatch: grpc.StatusCode.ABORTED,
    errors.BadToken: grpc.StatusCode.UNAUTHENTICATED,
    errors.JobCancelled: grpc.StatusCode.CANCELLED,
    errors.JobExpired: grpc.StatusCode.DEADLINE_EXCEEDED,
    errors.ShuttingDown: grpc.StatusCode.UNAVAILABLE,
    errors.InternalError: grpc.StatusCode.INTERNAL,
}


def status_code(error: errors.EngineError) -> grpc.StatusCode:
    """Returns the status code of the error's class, or of the nearest base class that the table names."""
    for base in type(error).__mro__:
        if code := STATUS_CODES.get(base):
            return code
    return grpc.StatusCode.UNKNOWN


def to_status(error: errors.EngineError) -> status_pb2.Status:
    """Returns the rich status that a failed call ends with."""
    code = status_code(error)
    status = status_pb2.Status(code=code.value[0], message=error.message)
    details: list[error_details_pb2.ErrorInfo | error_details_pb2.BadRequest | error_details_pb2.RetryInfo] = [
        error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata)
    ]
    if field := error.metadata.get("field"):
        violation = error_details_pb2.BadRequest.FieldViolation(field=field, description=error.message)
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    if code in (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.UNAVAILABLE):
        details.append(error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(seconds=RETRY_AFTER_SEC)))
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status
