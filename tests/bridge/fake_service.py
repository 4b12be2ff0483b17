"""The state of the engine of a few lines, and what all its services share."""

from dataclasses import dataclass, field
from typing import Any

import grpc
from auxsend.v1 import job_pb2
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status


@dataclass
class FakeEngine:
    """Its state, and what goes wrong next."""

    assets: dict[str, bytes] = field(default_factory=dict)
    partial: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, job_pb2.Job] = field(default_factory=dict)
    break_after_bytes: list[int] = field(default_factory=list)
    """One entry per coming transfer: break it off after so many bytes."""
    away_calls: int = 0
    """How many coming unary calls meet nobody."""
    wrong_downloads: int = 0
    """How many coming downloads send wrong bytes."""
    forget_jobs: int = 0
    """How many coming watches find that the engine was restarted."""
    calls: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    stem_name: str = "vocals"
    models: tuple[str, ...] = ("model-0", "model-1", "model-2")
    """Names of its models, none of them installed."""
    midi: bytes = b"a midi file"
    is_endless: bool = False
    """Whether jobs run until they are cancelled."""

    library: dict[str, Any] = field(default_factory=dict)
    """Samples of the library by id, as messages."""
    unreadable: dict[str, str] = field(default_factory=dict)
    unheard: set[str] = field(default_factory=set)
    """Samples that a model which knows text has yet to hear."""
    """Why it cannot read a sample, by id."""
    queries: list[Any] = field(default_factory=list)
    """Every request for suggestions."""
    uses: dict[str, list[Any]] = field(default_factory=dict)
    """Uses that were new, by request id."""

    def count(self, name: str) -> int:
        return self.calls.count(name)


async def fail(context: grpc.aio.ServicerContext, code: grpc.StatusCode, reason: str, message: str) -> None:
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason=reason, domain="auxsend"))
    status = status_pb2.Status(code=code.value[0], message=message, details=[detail])
    await context.abort_with_status(rpc_status.to_status(status))


class Service:
    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine

    async def enter(self, name: str, context: grpc.aio.ServicerContext) -> None:
        self.engine.calls.append(name)
        if self.engine.away_calls:
            self.engine.away_calls -= 1
            await context.abort(grpc.StatusCode.UNAVAILABLE, "away")
