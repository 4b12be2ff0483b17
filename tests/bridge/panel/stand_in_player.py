"""What stands in for FluidSynth where its sound does not matter: a program that plays a second of a tone."""

import os
from pathlib import Path

_PROGRAM = """#!/usr/bin/env python3
import pathlib, sys, wave
pathlib.Path({log!r}).open("a").write("played ")
with wave.open(sys.argv[sys.argv.index("-F") + 1], "wb") as file:
    file.setparams((2, 2, 44100, 0, "NONE", ""))
    file.writeframes(bytes([0, 32]) * 88200)
"""


def install_player(folder: Path) -> dict[str, str]:
    """Makes the program and a soundfont, and returns the environment variables with which they are found."""
    program, soundfont = folder / "bin/fluidsynth", folder / "some.sf2"
    program.parent.mkdir(parents=True)
    program.write_text(_PROGRAM.format(log=str(folder / "played.log")))
    program.chmod(0o755)
    soundfont.write_bytes(b"RIFF    sfbk")
    return {"PATH": f"{program.parent}:{os.environ['PATH']}", "SOUNDFONT": str(soundfont)}


def played_count(folder: Path) -> int:
    """Returns how often it has played."""
    log = folder / "played.log"
    return len(log.read_text().split()) if log.exists() else 0
