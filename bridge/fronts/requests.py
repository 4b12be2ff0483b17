"""What every front does with the bytes of a request: read, submit, and turn a refusal into a job that has failed."""

import hmac
import logging
from dataclasses import dataclass
from typing import Any

from bridge.errors import BridgeError, TokenRefused
from bridge.service import Service
from bridge.store import BridgeJob
from bridge.verbs import decode, is_request_id, read_request

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a request was answered with."""

    job: BridgeJob
    error: BridgeError | None = None
    """Set where the request was refused; then `job` says so and is kept nowhere."""

    @property
    def document(self) -> dict[str, Any]:
        """The job as it is told."""
        return self.job.document()


def answer_bytes(service: Service, content: bytes, token: str | None = None, sender_id: str = "") -> Answer:
    """Returns what the service makes of a request; never raises for what it holds.

    Args:
        service: the bridge's jobs.
        content: the request as JSON.
        token: what the request must carry as its `token`; None where the way it came is proof enough.
        sender_id: how the request is named where it does not say so itself.
    """
    value: object = None
    try:
        value = decode(content)
        if token is not None:
            value = _without_token(value, token)
        return Answer(service.submit(read_request(value)))
    except BridgeError as error:
        return refusal(value, error, sender_id)
    except Exception:  # whatever a request does, its front goes on with the next one
        log.exception("a request failed")
        return refusal(value, BridgeError("Something unexpected happened in the bridge; its log says more."), sender_id)


def refusal(value: object, error: BridgeError, sender_id: str = "") -> Answer:
    """Returns a refusal of the request `value`, under its id as far as it has one."""
    fields = value if isinstance(value, dict) else {}
    job_id = fields["id"] if is_request_id(fields.get("id")) else sender_id
    verb = fields["verb"][:64] if isinstance(fields.get("verb"), str) else ""
    return Answer(BridgeJob({"id": job_id, "verb": verb, "params": fields.get("params")}).failed(error), error)


def check_token(given: object, token: str) -> None:
    """Returns if the token is the bridge's, in a time that does not tell how much of it was right.

    Raises:
        TokenRefused: it is not.
    """
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), token.encode()):
        raise TokenRefused("The request does not carry the bridge's token; it is in the file “bridge.token”.")


def _without_token(value: object, token: str) -> object:
    fields = dict(value) if isinstance(value, dict) else {}
    check_token(fields.pop("token", None), token)
    return fields
