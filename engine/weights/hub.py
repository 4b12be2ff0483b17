"""Weights on the Hugging Face hub, through its own client, with the mirror, proxy and token that the user has set."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.backends.base import Report
from engine.errors import WeightsUnavailable
from engine.weights.child import download_watch, run_child, time_limit
from engine.weights.digest import verify_sha256
from engine.weights.progress import report_bytes
from engine.weights.sources import PROBE_SEC

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
_SHA256_DIGITS = 64


@dataclass(frozen=True)
class HubFile:
    """One file of a repository. The hub states the sha256 of large files, and the download is held to it."""

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
        sha256, size_bytes, revision = self._probe(work, report)
        watch = download_watch(work, lambda count: report_bytes(report, self.label, count, size_bytes))
        self._run(_DOWNLOAD, work, watch, revision)
        path = work / self.file_name
        verify_sha256(path, sha256, self.label)
        return path

    def _probe(self, work: Path, report: Report) -> tuple[str, int, str]:
        """Returns sha256, size and revision of the file, as the hub states them."""
        watch = time_limit(PROBE_SEC, lambda: report(0.0, f"Asking the {self.label}"))
        words = self._run(_PROBE, work, watch).split()
        if len(words) != 3 or len(words[0]) != _SHA256_DIGITS:
            raise WeightsUnavailable("states no sha256 for the file, so it cannot be verified.")
        return words[0], int(words[1]), words[2]

    def _run(self, script: str, work: Path, watch: Callable[[], None], *arguments: str) -> str:
        command = [sys.executable, "-c", script, self.repository, self.file_name, *arguments]
        return run_child(command, work, _ENVIRONMENT, watch)
