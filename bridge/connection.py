"""The way to an engine: the configured one, or one that is started here for as long as it is needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bridge.client import EngineClient
from bridge.local_engine import run_engine
from bridge.settings import Settings


@asynccontextmanager
async def connect(settings: Settings, state_folder: Path) -> AsyncIterator[EngineClient]:
    """Yields a client of the engine that `settings` name.

    Raises:
        EngineUnreachable: the address cannot be meant, or no engine starts here.
    """
    if settings.engine:
        tls_ca = Path(settings.tls_ca) if settings.tls_ca else None
        async with EngineClient(settings.engine, settings.token, tls_ca) as client:
            yield client
    else:
        async with (
            run_engine(settings, state_folder) as engine,
            EngineClient(engine.address, engine.token, check_engine=engine.check) as client,
        ):
            yield client
