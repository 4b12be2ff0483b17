"""The way to an engine: the configured one, the running bridge's, or one that is started here while it is needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bridge.client import EngineClient
from bridge.local_engine import run_engine
from bridge.settings import Settings
from bridge.shared_engine import find_shared_engine


@asynccontextmanager
async def connect(settings: Settings, state_folder: Path) -> AsyncIterator[EngineClient]:
    """Yields a client of the engine that a command uses: the running bridge's where that is as `settings` want it.

    Raises:
        EngineUnreachable: the address cannot be meant, or no engine starts here.
    """
    shared = None if settings.engine else await find_shared_engine(settings, state_folder)
    if shared is None:
        async with open_engine(settings, state_folder) as client:
            yield client
    else:
        async with EngineClient(shared.address, shared.token, check_engine=shared.check) as client:
            yield client


async def is_engine_running(settings: Settings, state_folder: Path) -> bool:
    """Returns whether `connect` would use an engine that is there already, instead of starting one."""
    return bool(settings.engine) or await find_shared_engine(settings, state_folder) is not None


@asynccontextmanager
async def open_engine(settings: Settings, state_folder: Path, token: str = "") -> AsyncIterator[EngineClient]:
    """Yields a client of the configured engine, or of one that is started here for this client and asks for `token`.

    Raises:
        EngineUnreachable: the address cannot be meant, or no engine starts here.
    """
    if settings.engine:
        tls_ca = Path(settings.tls_ca) if settings.tls_ca else None
        async with EngineClient(settings.engine, settings.token, tls_ca) as client:
            yield client
    else:
        async with (
            run_engine(settings, state_folder, token) as engine,
            EngineClient(engine.address, engine.token, check_engine=engine.check) as client,
        ):
            yield client
