"""What nobody has foreseen: it is written into the log under a number, and the number is what a person is told."""

import logging
import uuid

from bridge.errors import BridgeError


def unforeseen(log: logging.Logger, what: str) -> BridgeError:
    """Returns the error that is told in place of the exception at hand, which goes into the log.

    Args:
        log: of the module in which it was caught.
        what: what failed, such as "job ID".
    """
    incident = uuid.uuid4().hex[:8]
    log.exception("incident %s: %s failed", incident, what)
    return BridgeError(f"Something unexpected happened in the bridge; see “{incident}” in its log.")
