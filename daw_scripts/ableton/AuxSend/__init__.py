"""AuxSend in Ableton Live 11 and 12: a Remote Script, of the standard library and Python 3.7's syntax only.

Live imports this package, calls `create_instance`, and from then on `Surface.update_display` every 100 ms. All work is
done in that tick: nothing waits and no thread is started, because Live stands still while its Python runs.

From the outside in:

- `surface` is what Live sees; `settings`, `location` and `words` are what the user and the bridge have said.
- `link`, `lines` and `json_steps` talk to the bridge: lines of JSON over TCP, a bounded amount of them in a tick.
- `clips`, `warp` and `melody` say what a clip plays; `places` where it is; `verbs` asks for something to be made of it.
- `tasks` carries a request to its result, and `deeds` begins and ends one of the four actions.
- `undo`, `tracks`, `shaping`, `stems`, `notes`, `melodies` and `samples` put a result into the set, in one undo step.
- `selecting` tells the bridge what is selected; `listening` hears what a panel or a command orders.
"""  # noqa: N999 - Live shows the folder's name among its control surfaces

from typing import Any

from .surface import Surface


def create_instance(c_instance: Any) -> Surface:  # noqa: ANN401 - Live's own handle, which has no type
    """Returns the control surface; Live calls this once for every slot in which AuxSend is chosen."""
    return Surface(c_instance)
