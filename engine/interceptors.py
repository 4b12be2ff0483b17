"""What happens around every call: a log line with metrics, the token check, and the translation of errors.

Each of the three is a context manager that is entered around the handler, whatever its shape (unary or streaming), so
that services contain nothing but their own work. From the outside in: log, token, errors.
"""

import hmac
import inspect
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import grpc
from grpc_status import rpc_status

from engine.errors import BadToken, EngineError, InternalError
from engine.metrics import Metrics
from engine.status import to_status

log = logging.getLogger(__name__)

Context = Any
"""grpc.aio.ServicerContext; grpc ships no types."""
Around = Callable[[str, Context], AbstractAsyncContextManager[None]]
"""From the method's full name and the call's context to what surrounds the call."""

HEALTH_PREFIX = "/grpc.health.v1.Health/"


class AroundInterceptor(grpc.aio.ServerInterceptor):
    """Enters a context manager around every call."""

    def __init__(self, around: Around) -> None:
        self._around = around

    async def intercept_service(self, continuation: Any, details: Any) -> Any:  # noqa: ANN401 - grpc ships no types
        """Returns the method's handler with the context manager around it."""
        handler = await continuation(details)
        return handler and _wrapped(handler, details.method, self._around)


def _wrapped(handler: Any, method: str, around: Around) -> Any:  # noqa: ANN401 - grpc ships no types
    shapes = {
        (False, False): (grpc.unary_unary_rpc_method_handler, handler.unary_unary),
        (False, True): (grpc.unary_stream_rpc_method_handler, handler.unary_stream),
        (True, False): (grpc.stream_unary_rpc_method_handler, handler.stream_unary),
        (True, True): (grpc.stream_stream_rpc_method_handler, handler.stream_stream),
    }
    make, behaviour = shapes[handler.request_streaming, handler.response_streaming]

    async def single(request: object, context: Context) -> object:
        async with around(method, context):
            return await behaviour(request, context)

    async def stream(request: object, context: Context) -> AsyncIterator[object]:
        async with around(method, context):
            responses = behaviour(request, context)
            if not inspect.isasyncgen(responses):  # writes to the context by itself, as the health service does
                await responses
                return
            async for response in responses:
                yield response

    return make(
        stream if handler.response_streaming else single,
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )


def log_calls(metrics: Metrics) -> Around:
    """Returns what writes one line and one measurement per call: id, peer, method, status, duration."""

    @asynccontextmanager
    async def around(method: str, context: Context) -> AsyncIterator[None]:
        given = dict(context.invocation_metadata() or ()).get("x-request-id")
        call_id = given if isinstance(given, str) else uuid.uuid4().hex[:12]
        peer = context.peer()  # asked now: once the call is gone, as after a cancelled stream, asking crashes gRPC
        started_sec = time.perf_counter()
        try:
            yield
        finally:
            elapsed_sec = time.perf_counter() - started_sec
            code = grpc.StatusCode.OK if context.code() in (0, None) else context.code()
            name = code.name if isinstance(code, grpc.StatusCode) else str(code)
            metrics.count_call(method, name, elapsed_sec)
            log.info("call %s %s %s %s %.1f ms", call_id, peer, method, name, 1e3 * elapsed_sec)

    return around


def require_token(token: str) -> Around:
    """Returns what refuses callers without the token; health checks are open to all."""
    expected = f"Bearer {token}"

    @asynccontextmanager
    async def around(method: str, context: Context) -> AsyncIterator[None]:
        if token and not method.startswith(HEALTH_PREFIX):
            given = dict(context.invocation_metadata() or ()).get("authorization", "")
            if not hmac.compare_digest(str(given).encode(), expected.encode()):
                error = BadToken("This engine asks for a token, and the call brought none or a wrong one.")
                await context.abort_with_status(rpc_status.to_status(to_status(error)))
        yield

    return around


@asynccontextmanager
async def translate_errors(method: str, context: Context) -> AsyncIterator[None]:
    """Ends a failed call with the status of its error; an unforeseen one is logged and shown as an incident number."""
    try:
        yield
    except grpc.aio.AbortError:
        raise
    except EngineError as error:
        await context.abort_with_status(rpc_status.to_status(to_status(error)))
    except Exception:
        incident = uuid.uuid4().hex[:8]
        log.exception("incident %s in %s", incident, method)
        await context.abort_with_status(rpc_status.to_status(to_status(InternalError.of(incident))))
