"""`auxsend live`: begins an action of AuxSend's script in Ableton Live, on the clip that is selected there."""

from typing import Annotated

import typer

from bridge.deeds import Deed

BEGUN = {
    Deed.SPLIT: "Live splits the selected clip.",
    Deed.TRANSCRIBE: "Live has the selected clip transcribed.",
    Deed.CONTINUE: "Live has the selected clip continued.",
    Deed.SUGGEST: "Live looks for samples that go with the selected clip.",
}


def live(
    deed: Annotated[Deed, typer.Argument(metavar="split|transcribe|continue|suggest", show_default=False)],
) -> None:
    """Begin an action in Ableton Live, on the clip that is selected there."""
    from bridge.ordering import order
    from bridge.settings import user_folders

    order(user_folders().state, "live", deed)
    typer.echo(f"{BEGUN[deed]} Its status bar says how that goes, and the result appears in the set.")
