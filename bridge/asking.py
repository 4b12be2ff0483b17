"""One request of a command to the bridge that runs, over HTTP, for the verbs that are answered at once."""

import http.client
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bridge.errors import EngineUnreachable, RequestRefused
from bridge.instance import read_place, read_token
from bridge.verbs import VERSION

ANSWER_SEC = 10.0


def ask_bridge(state_folder: Path, verb: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the result of a verb that the running bridge answers at once.

    Raises:
        EngineUnreachable: no bridge answers.
        RequestRefused: it refuses, in its own words.
    """
    job = _answer(state_folder, verb, params)
    if job.get("state") != "done":
        error = job.get("error") or {}
        raise RequestRefused(str(error.get("message", "The bridge refused, and did not say why; see its log.")))
    result: dict[str, Any] = job["result"]
    return result


def _answer(state_folder: Path, verb: str, params: Mapping[str, Any]) -> dict[str, Any]:
    request = {"v": VERSION, "id": f"cli-{uuid.uuid4()}", "host": "cli", "verb": verb, "params": params}
    headers = {"authorization": f"Bearer {read_token(state_folder)}", "content-type": "application/json"}
    try:
        connection = http.client.HTTPConnection("127.0.0.1", read_place(state_folder)["http_port"], timeout=ANSWER_SEC)
        connection.request("POST", "/v1/requests", json.dumps(request), headers)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        raise EngineUnreachable(f"The bridge does not answer ({error}); stop it and start it again.") from error
    return answer
