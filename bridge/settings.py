"""How this bridge is set up: flags before environment variables before the configuration file before defaults.

The configuration file is `auxsend.toml` in the user's configuration folder (`auxsend doctor` says where), for example:

    engine = "studio.local:50551"     # address of an engine; leave it out to start one on this machine when needed
    token = "..."                     # what that engine expects
    tls_ca = "/home/me/studio-ca.pem" # certificate authority of that engine; needed when it is not a public one
    device = "cuda:0"                 # for an engine that is started here: auto, cpu, cuda:N or mps
    offline = false                   # for an engine that is started here: never fetch weights
    max_audio_sec = 14400             # for an engine that is started here: longest song that it accepts
    user = "ana"                      # whose taste suggestions learn, on an engine that several people use
    folders = ["/home/me/Music"]      # where clips and results of DAW scripts may lie; leave it out for anywhere
    live_extension = "/home/me/data"  # the folder that Live's extension may read; the bridge says there where it is
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

import platformdirs

from bridge.errors import SettingsInvalid

ENVIRONMENT = {"engine": "AUXSEND_ENGINE", "token": "AUXSEND_TOKEN", "tls_ca": "AUXSEND_TLS_CA"}


@dataclass(frozen=True)
class Settings:
    """Which engine to use, and how to start one."""

    engine: str = ""
    """Address `host:port`; empty means a local engine, started when needed."""
    token: str = ""
    tls_ca: str = ""
    device: str = "auto"
    offline: bool = False
    max_audio_sec: float = 0.0
    """0 leaves the limit to the engine."""
    user: str = ""
    """Whose uses of samples are recorded; empty on an engine with one user."""
    folders: tuple[str, ...] = ()
    """Where clips and results of the bridge's requests may lie; empty means anywhere."""
    live_extension: str = ""
    """Folder in which the bridge also says where it is, for an extension that may read no other; empty for none."""


@dataclass(frozen=True)
class Folders:
    """Where the bridge keeps what is not the user's own."""

    config: Path
    state: Path
    data: Path

    @property
    def library_file(self) -> Path:
        """Where the sample library's files are remembered."""
        return self.data / "library.sqlite"

    @property
    def samples(self) -> Path:
        """Where samples lie that were fetched from the engine."""
        return self.data / "samples"

    @property
    def config_file(self) -> Path:
        """The configuration file, which need not exist."""
        return self.config / "auxsend.toml"


def user_folders(environment: Mapping[str, str] = os.environ) -> Folders:
    """Returns this user's folders; AUXSEND_HOME puts them all in one place."""
    home = environment.get("AUXSEND_HOME")
    if home:
        return Folders(Path(home) / "config", Path(home) / "state", Path(home) / "data" / "bridge")
    return Folders(
        config=platformdirs.user_config_path("auxsend", appauthor=False),
        state=platformdirs.user_state_path("auxsend", appauthor=False),
        data=platformdirs.user_data_path("auxsend", appauthor=False) / "bridge",
    )


def load_settings(
    flags: Mapping[str, str | bool | float | None] | None = None, environment: Mapping[str, str] = os.environ
) -> Settings:
    """Returns the settings.

    Args:
        flags: values from the command line by field name; None means that the flag was not given.
        environment: environment variables.

    Raises:
        SettingsInvalid: the file is not TOML, or has a key or value that cannot be meant.
    """
    settings = _read_file(user_folders(environment).config_file)
    from_environment = {name: environment[key] for name, key in ENVIRONMENT.items() if environment.get(key)}
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    return replace(settings, **(from_environment | given))  # type: ignore[arg-type]


def _read_file(path: Path) -> Settings:
    """Returns what the configuration file says, and defaults where it says nothing."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid(f"The configuration file {path} cannot be read: {error}.") from error
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for name, value in values.items():
        if name not in kinds:
            raise SettingsInvalid(f"The configuration file {path} has “{name}”; it may hold {', '.join(kinds)}.")
        if kinds[name] is tuple:
            values[name] = _texts(value, name, path)
            continue
        accepted = (int, float) if kinds[name] is float else (kinds[name],)
        if type(value) not in accepted:
            raise SettingsInvalid(f"In the configuration file {path}, “{name}” must be a {kinds[name].__name__}.")
    return Settings(**values)


def _texts(value: object, name: str, path: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise SettingsInvalid(f"In the configuration file {path}, “{name}” must be a list of texts.")
    return tuple(value)
