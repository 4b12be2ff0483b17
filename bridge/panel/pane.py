"""What every view is in the browser: an element that is shown a state, and tells what the user did as an `act`."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import events, ui

from bridge.errors import BridgeError
from bridge.incident import unforeseen

log = logging.getLogger(__name__)

Act = Callable[[dict[str, Any]], Awaitable[None] | None]
"""What follows from something that the user did; it is given all that the page tells of it."""


class Pane(ui.element):
    """A view in the browser. Each view has its own, which names its component in assets."""

    def show(self, state: dict[str, Any]) -> None:
        """Shows a state."""
        self._props["state"] = state
        self.update()

    def say(self, sentence: str) -> None:
        """Says something that passes."""
        self.run_method("say", sentence)

    def do(self, acts: Mapping[str, Act]) -> None:
        """From now on does what the user does, by the name that the page gives it, and says what is refused."""

        async def answer(event: events.GenericEventArguments) -> None:
            act = acts.get(str(event.args.get("do", "")))
            if act is None:
                return
            try:
                done = act(event.args)
                if done is not None:
                    await done
            except BridgeError as error:
                self.say(error.message)
            except Exception:
                self.say(unforeseen(log, f"{event.args.get('do')} in the panel").message)

        self.on("act", answer)
