"""Where a command finds the library, and the way to the engine that it uses."""

from bridge.connection import connect, is_engine_running
from bridge.library.place import LibraryPlace
from bridge.library.upkeep import EngineWay
from bridge.settings import Settings, user_folders


def library_place(settings: Settings) -> LibraryPlace:
    """Returns this user's library."""
    return LibraryPlace.of(user_folders(), settings)


def engine_way(settings: Settings) -> EngineWay:
    """Returns the way to the engine that the settings name, or to one that is started here."""
    state = user_folders().state
    return EngineWay(lambda: connect(settings, state), lambda: is_engine_running(settings, state))
