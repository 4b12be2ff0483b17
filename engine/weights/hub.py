"""Weights on the Hugging Face hub, through its own client, with the mirror, proxy and token that the user has set.

The hub states a checksum of every file, and a download is held to it: of large files the sha256, of small ones, which
it keeps in git, the id that git gives them.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.backends.base import Report
from engine.errors import WeightsUnavailable
from engine.weights.child import download_watch, run_child, time_limit
from engine.weights.digest import verify_git_id, verify_sha256
from engine.weights.progress import report_bytes
from engine.weights.sources import PROBE_SEC
from engine.weights.text_file import write_text

_PROBE = """
import sys, huggingface_hub as hub
file = hub.get_hf_file_metadata(hub.hf_hub_url(sys.argv[1], sys.argv[2]), timeout=3)
print(file.etag, file.size, file.commit_hash)
"""
_DOWNLOAD = """
import sys, huggingface_hub as hub
hub.hf_hub_download(sys.argv[1], sys.argv[2], revision=sys.argv[3], local_dir=".")
"""
# Without Xet the client writes one file that grows, which is what progress is read from.
_ENVIRONMENT = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1"}
_SHA256_DIGITS, _GIT_ID_DIGITS = 64, 40


@dataclass(frozen=True)
class HubFile:
    """One large file of a repository."""

    repository: str
    file_name: str
    is_remote = True
    download_bytes = 0

    @property
    def label(self) -> str:
        """What a person calls it."""
        return f"hub repository {self.repository}"

    def fetch(self, work: Path, report: Report) -> Path:
        """Returns the file, verified. See `Source.fetch`."""
        path, sha256 = self.download(work, report, _SHA256_DIGITS)
        verify_sha256(path, sha256, self.label)
        return path

    def download(self, work: Path, report: Report, digits: int) -> tuple[Path, str]:
        """Returns the file and the checksum of so many hexadecimal digits that the hub states.

        Raises:
            WeightsUnavailable: it cannot be had, or the hub states no such checksum.
        """
        checksum, size_bytes, revision = self._probe(work, report, digits)
        watch = download_watch(work, lambda count: report_bytes(report, self.label, count, size_bytes))
        self._run(_DOWNLOAD, work, watch, revision)
        return work / self.file_name, checksum

    def _probe(self, work: Path, report: Report, digits: int) -> tuple[str, int, str]:
        """Returns checksum, size and revision of the file, as the hub states them."""
        watch = time_limit(PROBE_SEC, lambda: report(0.0, f"Asking the {self.label}"))
        words = self._run(_PROBE, work, watch).split()
        if len(words) != 3 or len(words[0]) != digits:
            kind = "sha256" if digits == _SHA256_DIGITS else "git id"
            raise WeightsUnavailable(f"states no {kind} for the file, so it cannot be verified.")
        return words[0], int(words[1]), words[2]

    def _run(self, script: str, work: Path, watch: Callable[[], None], *arguments: str) -> str:
        command = [sys.executable, "-c", script, self.repository, self.file_name, *arguments]
        return run_child(command, work, _ENVIRONMENT, watch)


@dataclass(frozen=True)
class HubText:
    """One small text file of a repository, which becomes a safetensors file (`engine.weights.text_file`)."""

    repository: str
    file_name: str
    is_remote = True
    download_bytes = 0

    @property
    def label(self) -> str:
        """What a person calls it."""
        return f"hub repository {self.repository}"

    def fetch(self, work: Path, report: Report) -> Path:
        """Returns the text, verified and converted. See `Source.fetch`."""
        path, git_id = HubFile(self.repository, self.file_name).download(work, report, _GIT_ID_DIGITS)
        verify_git_id(path, git_id, self.label)
        target = work / "converted.safetensors"
        write_text(target, path.read_text(encoding="utf-8"))
        return target
