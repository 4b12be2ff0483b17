"""Where the drum sounds come from: every kit, its licence, and whether it trains, validates or tests.

All are Debian packages; `share` is /usr/share, or a folder into which they were unpacked. Kits under share-alike terms
train nothing, and none is non-commercial. A test kit, its drummer and its soundfont are heard nowhere in training.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Part = Literal["train", "validate", "test"]

HYDROGEN = "hydrogen/data/drumkits"
SONIC_PI = "sonic-pi/samples"


@dataclass(frozen=True)
class KitSource:
    """A kit of one-shot samples in a folder."""

    folder: str
    """Below `share`."""
    licence: str
    author: str
    package: str
    part: Part


@dataclass(frozen=True)
class SoundfontSource:
    """Drum kits of a General MIDI soundfont."""

    file: str
    """Below `share`."""
    programs: tuple[int, ...]
    licence: str
    author: str
    package: str
    part: Part
    bank: int = 128


def _hydrogen(folder: str, licence: str, author: str, part: Part, package: str = "hydrogen-drumkits") -> KitSource:
    return KitSource(f"{HYDROGEN}/{folder}", licence, author, package, part)


KITS = (
    _hydrogen("Audiophob", "CC0-1.0", "audiophobdubstep", "train"),
    _hydrogen("ElectricEmpireKit", "GPL-2.0-or-later", "Artemiy Pavlov", "train"),
    _hydrogen("Millo-Drums_v.1", "GPL-2.0-only", "Emiliano Grilli", "train"),
    _hydrogen("Millo_MultiLayered2", "GPL-2.0-only", "Emiliano Grilli", "train"),
    _hydrogen("Millo_MultiLayered3", "GPL-2.0-only", "Emiliano Grilli", "train"),
    _hydrogen("The Black Pearl 1.0", "GPL-2.0-only", "Glen MacArthur", "train"),
    _hydrogen("Gimme A Hand 1.0", "GPL-2.0-only", "Glen MacArthur", "train"),
    _hydrogen("rumpf_kit_z01_h2", "CC-BY-3.0", "Emanuel Rumpf", "train"),
    _hydrogen("GMRockKit", "GPL-2.0-or-later", "Glen MacArthur", "train", "hydrogen-data"),
    _hydrogen("TR808EmulationKit", "GPL-2.0-or-later", "Artemiy Pavlov", "train", "hydrogen-data"),
    KitSource(SONIC_PI, "CC0-1.0", "contributors of Freesound", "sonic-pi-samples", "train"),
    _hydrogen("ColomboAcousticDrumkit", "GPL-2.0-or-later", "Marcos Guglielmetti", "validate"),
    _hydrogen("VariBreaks", "GPL-2.0-or-later", "Artemiy Pavlov", "validate"),
    _hydrogen("BJA_Pacific", "CC-BY-SA-3.0", "Luc Tanguay, Bransin James Anderson", "test"),
    _hydrogen("ForzeeStereo", "GPL-2.0-only", "Vladimir Sadovnikov, Alexander Belokurov", "test"),
    _hydrogen("HardElectro1", "GPL-2.0-or-later", "Artemiy Pavlov", "test"),
)

SOUNDFONTS = (
    SoundfontSource(
        "sounds/sf2/FluidR3_GM.sf2", (0, 1, 8, 16, 24, 25, 32, 40), "MIT", "Frank Wen",
        "fluid-soundfont-gm", "train",
    ),
    SoundfontSource(
        "sounds/sf2/OPL-3_FM_128M.sf2", (0,), "CC-BY-SA-4.0", "Zandro Reveille", "opl3-soundfont", "validate",
    ),
    SoundfontSource(
        "sounds/sf2/Red_Zeppelin_4_LV2.sf2", (0,), "CC-BY-SA-3.0", "Glen MacArthur", "avldrums.lv2-soundfont",
        "validate", bank=0,
    ),
    SoundfontSource(
        "sounds/sf2/TimGM6mb.sf2", (0, 16, 25, 32), "GPL-2.0-only", "Tim Brechbill", "timgm6mb-soundfont",
        "test",
    ),
)  # fmt: skip


def existing(share: Path, below: str) -> Path:
    """Returns the path, in `share` or else in /usr/share.

    Raises:
        FileNotFoundError: its package is not there.
    """
    for folder in (share, Path("/usr/share")):
        if (folder / below).exists():
            return folder / below
    raise FileNotFoundError(f"{below} is neither in {share} nor in /usr/share: install the package that it is from.")
