"""Puts the scripts of a DAW into place and takes them away again.

What was put there is written down in a manifest beside it, with digests. So an update replaces what was installed, and
neither installing nor uninstalling touches a file that is not ours or that the user has changed since.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import OutputExists, OutputUnwritable, RequestRefused

SCRIPTS = Path(__file__).parents[1] / "daw_scripts"
LOCATION_NAME = "auxsend_location"
MANIFEST_NAME = "auxsend_manifest.json"


@dataclass(frozen=True)
class Host:
    """A DAW, and where its scripts go."""

    title: str
    script_folder: str
    """Below the folder in which the DAW keeps its settings: where everything goes."""
    module_folder: str
    """Below `script_folder`: where the scripts look for what all hosts share, and for their bridge."""
    next_step: str
    source: str
    """Below SCRIPTS: what is copied."""
    language: str = "lua"
    """The ending of its scripts. Those in Lua share modules; those in Python need none of them."""


HOSTS = {
    "reaper": Host(
        "REAPER",
        "Scripts/AuxSend",
        "",
        "In REAPER: Actions > Show action list > New action > Load ReaScript, choose “AuxSend install.lua” in\n"
        "{folder}, and run it once. The actions are then in the list and, where possible, in the menu of items.",
        "reaper",
    ),
    "ardour": Host(
        "Ardour",
        "scripts",
        "auxsend",
        "In Ardour: Edit > Lua Scripts > Script Manager; add the action “AuxSend: split to stems” (and the others)\n"
        "to shortcuts, and the hook “AuxSend: listener”. They lie in {folder}.",
        "ardour",
    ),
    "live": Host(
        "Live",
        "Remote Scripts/AuxSend",
        "",
        "In Live: restart it, open Settings > Link, Tempo & MIDI, and choose “AuxSend” in an empty row of “Control\n"
        "Surface”. Nothing else has to be set; an input is for notes that begin actions. It lies in {folder}.",
        "ableton/AuxSend",
        "py",
    ),
}


def settings_folder(host: str, environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Returns where a DAW keeps its settings, for Ardour those of its newest version; for Live, the User Library."""
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or Path.home())
    if host == "live":
        return user_library(home, environment, platform)
    bases = {
        "win32": Path(environment.get("APPDATA" if host == "reaper" else "LOCALAPPDATA") or home),
        "darwin": home / "Library" / ("Application Support" if host == "reaper" else "Preferences"),
    }
    base = bases.get(platform) or Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    if host == "reaper":
        return base / "REAPER"
    versions = [path for path in base.glob("[Aa]rdour[0-9]*") if path.name[6:].isdigit()]
    return max(versions, key=lambda path: int(path.name[6:]), default=base / "ardour")


def user_library(home: Path, environment: Mapping[str, str], platform: str) -> Path:
    """Returns Live's User Library where Live puts it by itself, also where Windows keeps documents in OneDrive."""
    if platform != "win32":
        return home / "Music" / "Ableton" / "User Library"
    documents = [Path(environment[name]) / "Documents" for name in ("OneDrive",) if environment.get(name)]
    places = [folder / "Ableton" / "User Library" for folder in [*documents, home / "Documents"]]
    return next((place for place in places if place.is_dir()), places[-1])


def install(name: str, folder: Path, spool: Path, *, is_forced: bool = False) -> Path:
    """Installs a DAW's scripts below its settings folder and returns the folder that holds them.

    Raises:
        RequestRefused: the DAW has no such folder.
        OutputExists: a file is in the way that is not ours, or that the user has changed.
        OutputUnwritable: the folder cannot be written.
    """
    host = HOSTS[name]
    if not folder.is_dir():
        kept = "has no User Library" if name == "live" else "keeps no settings"
        raise RequestRefused(
            f"{host.title} {kept} in “{folder}”; start {host.title} once, or name its folder with --path."
        )
    target = folder / host.script_folder
    content = _content(name, host, spool)
    installed = _read_manifest(target, host)
    if not is_forced:
        for file in content:
            _check_ours(target, file, installed, content[file])
    try:
        for file, data in content.items():
            (target / file).parent.mkdir(parents=True, exist_ok=True)
            (target / file).write_bytes(data)
        _remove_files(target, {file: digest for file, digest in installed.items() if file not in content})
        manifest = json.dumps({file: _digest(data) for file, data in content.items()}, indent=1, ensure_ascii=False)
        _manifest_path(target, host).write_text(manifest, encoding="utf-8")
    except OSError as error:
        raise OutputUnwritable(f"“{target}” cannot be written: {error.strerror}; check its permissions.") from error
    return target


def uninstall(name: str, folder: Path) -> list[Path]:
    """Removes what `install` put there, and returns what of it is left because the user has changed it.

    Raises:
        RequestRefused: nothing is installed there.
    """
    host = HOSTS[name]
    target = folder / host.script_folder
    installed = _read_manifest(target, host)
    if not installed:
        raise RequestRefused(f"No scripts of AuxSend are installed in “{target}”; name another folder with --path.")
    kept = _remove_files(target, installed)
    _manifest_path(target, host).unlink()
    ours = {(target / file).parent for file in installed} | {target / host.module_folder}
    for path in sorted(ours, key=lambda path: len(path.parts), reverse=True):
        if path != target or not host.module_folder:  # Ardour's own script folder is not ours
            with contextlib.suppress(OSError):  # not empty
                path.rmdir()
    return kept


def _content(name: str, host: Host, spool: Path) -> dict[str, bytes]:
    """Returns every file to install, by its path below the script folder."""
    source = SCRIPTS / host.source
    content = {path.relative_to(source).as_posix(): path.read_bytes() for path in source.rglob(f"*.{host.language}")}
    if host.language == "py":
        content[f"{LOCATION_NAME}.json"] = _location_json(spool).encode()
        return content
    for path in (SCRIPTS / "shared").rglob("*.lua"):
        content[_join(host.module_folder, f"shared/{path.relative_to(SCRIPTS / 'shared').as_posix()}")] = (
            path.read_bytes()
        )
    content[_join(host.module_folder, f"{LOCATION_NAME}.lua")] = _location(spool).encode()
    return content


def _location_json(spool: Path) -> str:
    """Returns the JSON that tells a script with sockets where the bridge is: beside its spool are port and token."""
    place = {"state": str(spool.parent), "command": _command(), "version": 1}
    return json.dumps({name: value for name, value in place.items() if value}, ensure_ascii=False)


def _location(spool: Path) -> str:
    """Returns the Lua that tells the scripts where the bridge is."""
    command = _command()
    lines = [f"spool = {_lua_text(str(spool))}"]
    lines += [f"command = {_lua_text(command)}"] if command else []
    return "return { " + ", ".join([*lines, "version = 1"]) + " }\n"


def _command() -> str | None:
    """Returns the command `auxsend` of this installation."""
    beside = Path(sys.executable).with_name("auxsend.exe" if sys.platform == "win32" else "auxsend")
    return str(beside) if beside.exists() else shutil.which("auxsend")


def _lua_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _manifest_path(target: Path, host: Host) -> Path:
    return target / host.module_folder / MANIFEST_NAME


def _read_manifest(target: Path, host: Host) -> dict[str, str]:
    """Returns the digests of what is installed, by path; a path that leads elsewhere is none of ours."""
    try:
        found = json.loads(_manifest_path(target, host).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        file: str(digest)
        for file, digest in found.items()
        if not Path(file).is_absolute() and ".." not in Path(file).parts
    }


def _check_ours(target: Path, file: str, installed: dict[str, str], data: bytes) -> None:
    path = target / file
    if path.exists() and _digest(path.read_bytes()) not in (installed.get(file), _digest(data)):
        raise OutputExists(f"“{path}” is not what AuxSend installed there; move it away, or replace it with --force.")


def _remove_files(target: Path, files: dict[str, str]) -> list[Path]:
    """Removes files that are as they were installed, and returns the others."""
    kept = []
    for file, digest in files.items():
        path = target / file
        if path.is_file() and _digest(path.read_bytes()) != digest:
            kept.append(path)
        else:
            path.unlink(missing_ok=True)
    return kept


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
