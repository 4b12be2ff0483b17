"""Orders for DAWs from outside the bridge: one request to the bridge that runs, over HTTP, and its answer."""

import http.client
import json
import uuid
from pathlib import Path
from typing import Any

from bridge.deeds import Deed
from bridge.errors import EngineUnreachable, RequestRefused
from bridge.instance import read_place, read_token, running_pid
from bridge.verbs import VERSION

ANSWER_SEC = 10.0


def order(state_folder: Path, host: str, deed: Deed) -> str:
    """Has the script in a DAW begin an action, and returns the host's name.

    Raises:
        EngineUnreachable: no bridge runs, or it does not answer.
        RequestRefused: the script does not listen there, in the bridge's own words.
    """
    if running_pid(state_folder) is None:
        raise EngineUnreachable("No bridge runs, so no DAW can be reached; start it with “auxsend bridge”.")
    job = _ask(state_folder, {"host": host, "deed": deed.value})
    if job.get("state") != "done":
        error = job.get("error") or {}
        raise RequestRefused(str(error.get("message", "The bridge refused, and did not say why; see its log.")))
    return str(job["result"]["host"])


def _ask(state_folder: Path, params: dict[str, Any]) -> dict[str, Any]:
    """Returns what the bridge answers at once to the verb `order`."""
    request = {"v": VERSION, "id": f"cli-{uuid.uuid4()}", "host": "cli", "verb": "order", "params": params}
    headers = {"authorization": f"Bearer {read_token(state_folder)}", "content-type": "application/json"}
    try:
        connection = http.client.HTTPConnection("127.0.0.1", read_place(state_folder)["http_port"], timeout=ANSWER_SEC)
        connection.request("POST", "/v1/requests", json.dumps(request), headers)
        answer: dict[str, Any] = json.loads(connection.getresponse().read())
        connection.close()
    except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
        raise EngineUnreachable(f"The bridge does not answer ({error}); stop it and start it again.") from error
    return answer
