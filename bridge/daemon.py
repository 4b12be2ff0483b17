"""The bridge as a process: the service, its three fronts and the panel on one event loop, on loopback only.

state folder/
  bridge.lock    held while a bridge runs
  bridge.json    process and ports of the bridge that runs
  bridge.token   what programs must show it
  bridge.log     what it had to say
  panel.json     the panel's port and sessions
  panel/         see bridge.panel.context
  jobs.sqlite    its jobs
  spool/         see bridge.fronts.spool
"""

import asyncio
import contextlib
import logging
import logging.handlers
import signal
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bridge.codec import Model
from bridge.engine_link import EngineLink
from bridge.errors import SettingsInvalid
from bridge.fronts.http import HttpFront
from bridge.fronts.spool import SpoolFront
from bridge.fronts.zmq import ZmqFront
from bridge.instance import announced, announced_to_extension, engine_token, only_instance, read_token
from bridge.library.place import LibraryPlace
from bridge.licences import licence_sentence, note_first_use
from bridge.panel.server import PanelServer
from bridge.paths import check_paths
from bridge.service import Service
from bridge.settings import Folders, load_settings
from bridge.store import JobStore

log = logging.getLogger(__name__)

LOG_BYTES = 2_000_000


def run_bridge(folders: Folders) -> None:
    """Runs a bridge until it is asked to end by SIGTERM or SIGINT.

    Raises:
        BridgeRunning: one runs already.
    """
    with only_instance(folders.state):
        _log_to(folders.state / "bridge.log")
        asyncio.run(_until_signal(folders))


async def _until_signal(folders: Folders) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its event loop
            loop.add_signal_handler(number, stop.set)
    await serve(folders, stop)


async def serve(folders: Folders, stop: asyncio.Event) -> None:
    """Serves until `stop` is set; what has not ended then is taken up by the next bridge."""
    state, number = folders.state, version("auxsend")
    token = read_token(state)
    store = JobStore(state / "jobs.sqlite")
    link = EngineLink(load_settings, state, engine_token(token))

    def licence_note(model: Model) -> str:
        return licence_sentence(model) if note_first_use(model, state) else ""

    def library() -> LibraryPlace:
        return LibraryPlace.of(folders, load_settings())

    service = Service(
        store, link, licence_note, lambda: load_settings().folders, library, panel_link=lambda: panel.link()
    )
    panel = PanelServer(state, service, link, library, lambda paths: check_paths(load_settings().folders, *paths))
    service.start()
    panel.start()
    spool = SpoolFront(state / "spool", service, number)
    spool.prepare()
    places, fronts = await _start_sockets(service, token, number)
    tasks = [asyncio.create_task(_supervise(front)) for front in (*fronts, spool)]
    try:
        told = {"version": number, **places}
        extension = announced_to_extension(_extension_folder(), told | {"token": token})
        with announced(state, told), extension:
            log.info("ready: %s", places)
            await stop.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await panel.stop()
        await service.stop()
        await link.close()
        store.close()
        log.info("stopped")


def _extension_folder() -> str:
    """Returns the folder of Live's extension, if the user has named it."""
    try:
        return load_settings().live_extension
    except SettingsInvalid:  # every job says so
        return ""


async def _start_sockets(service: Service, token: str, number: str) -> tuple[dict[str, int], list[Any]]:
    """Returns the ports by name and the fronts that have them; one that cannot start does not stop the others."""
    places: dict[str, int] = {}
    fronts: list[HttpFront | ZmqFront] = []
    try:
        zmq_front = ZmqFront(service, token)
        places |= zmq_front.start()
        fronts.append(zmq_front)
    except Exception:
        log.exception("the ZeroMQ front does not start")
    try:
        http_front = HttpFront(service, token, number)
        places |= await http_front.start()
        fronts.append(http_front)
    except OSError:
        log.exception("the HTTP front does not start")
    return places, fronts


async def _supervise(front: HttpFront | ZmqFront | SpoolFront) -> None:
    """Runs a front; if it fails, that is written down and the others go on."""
    try:
        await front.run()
    except Exception:
        log.exception("%s has failed", type(front).__name__)


def _log_to(path: Path) -> None:
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", handlers=[handler]
    )
