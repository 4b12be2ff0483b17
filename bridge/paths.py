"""Where requests may lead: below the folders that the user has named, if any are named."""

from collections.abc import Sequence
from pathlib import Path

from bridge.errors import RequestRefused


def check_paths(allowed_folders: Sequence[str], *paths: Path) -> None:
    """Returns if every path, with links followed, lies below one of the folders, or none are named.

    Raises:
        RequestRefused: one lies elsewhere.
    """
    folders = [Path(folder).expanduser().resolve() for folder in allowed_folders]
    for path in paths:
        if folders and not any(path.resolve().is_relative_to(folder) for folder in folders):
            raise RequestRefused(
                f"“{path}” lies outside the folders that the bridge may use; add its folder with “auxsend config set "
                "folders”, or allow all with “auxsend config unset folders”."
            )
