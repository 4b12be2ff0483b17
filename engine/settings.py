"""How one engine is set up: a frozen value, built once from the command line and passed to whoever needs it."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.errors import InvalidArgument

DEFAULT_PORT = 50_551
MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True)
class Settings:
    """Everything that an engine can be told.

    Raises:
        InvalidArgument: the engine would listen beyond this machine without TLS and a token.
    """

    data_folder: Path
    """Assets and cached results."""
    weights_folder: Path
    local_weight_folders: tuple[Path, ...] = ()
    """Searched for weights that a user has already."""
    library: str = ""
    """The sample library: a folder or an object store's URL; empty: `library` in the data folder."""
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    """0 lets the system choose."""
    device: str = "auto"
    token: str = ""
    """Callers must send it as `authorization: Bearer TOKEN`; empty on loopback admits every local process."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    is_offline: bool = False
    asset_budget_bytes: int = 20 * GIB
    max_audio_sec: float = 4 * 3600.0
    max_queued_jobs: int = 64
    max_job_sec: float = 6 * 3600.0
    weight_budget_bytes: int = GIB // 2
    """Size of the weight files of the models that each device keeps loaded; htdemucs has 84 MB, specialists a few."""
    grace_sec: float = 5.0
    """How long running calls may go on after SIGTERM."""
    metrics_port: int | None = None
    """Where Prometheus metrics are served, on loopback; None serves none."""

    def __post_init__(self) -> None:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise InvalidArgument("TLS needs both --tls-cert and --tls-key.", field="tls_certificate")
        if is_loopback(self.host):
            return
        if self.tls_certificate is None or not self.token:
            raise InvalidArgument(
                f"Listening on {self.host} opens the engine to other machines: give --tls-cert, --tls-key and a token "
                "(AUXSEND_TOKEN), or listen on 127.0.0.1.",
                field="host",
            )

    @property
    def library_location(self) -> str:
        """Where the sample library is. All engines of a data folder share it, unlike assets."""
        return self.library or str(self.data_folder / "library")


def is_loopback(host: str) -> bool:
    """Returns whether `host` can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def default_folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, Path]:
    """Returns the data folder and the weights folder of this user; AUXSEND_HOME puts both in one place."""
    home = environment.get("AUXSEND_HOME")
    if home:
        return Path(home) / "data" / "engine", Path(home) / "cache" / "weights"
    return (
        Path(platformdirs.user_data_dir("auxsend", appauthor=False)) / "engine",
        Path(platformdirs.user_cache_dir("auxsend", appauthor=False)) / "weights",
    )
