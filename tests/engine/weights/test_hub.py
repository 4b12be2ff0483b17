"""The hub's client, played by stand-ins: right, wrong, silent and out of reach."""

import hashlib
import time
from pathlib import Path

import pytest

from engine.errors import WeightsCorrupt, WeightsUnavailable
from engine.weights.hub import HubFile, HubText
from engine.weights.text_file import read_text
from tests.engine.weights.stand_ins import StandIns

CONTENT = b"tensors" * 1000
CLIENT = """
from pathlib import Path
from types import SimpleNamespace

def hf_hub_url(repository, file_name):
    return f"{{repository}}/{{file_name}}"

def get_hf_file_metadata(url, timeout):
    assert url == "someone/Model/sig.safetensors"
    return SimpleNamespace(etag={sha256!r}, size=7000, commit_hash="0ff1ce")

def hf_hub_download(repository, file_name, revision, local_dir):
    assert revision == "0ff1ce"
    Path(local_dir, file_name).write_bytes({content!r})
"""
FILE = HubFile("someone/Model", "sig.safetensors")


def quiet(fraction: float, message: str) -> None:
    assert 0 <= fraction <= 1


def test_fetches_what_the_hub_states(stand_ins: StandIns, work: Path) -> None:
    stand_ins.hub(CLIENT.format(sha256=hashlib.sha256(CONTENT).hexdigest(), content=CONTENT))
    assert FILE.fetch(work, quiet).read_bytes() == CONTENT


def test_other_bytes_than_stated_are_refused(stand_ins: StandIns, work: Path) -> None:
    stand_ins.hub(CLIENT.format(sha256=hashlib.sha256(CONTENT).hexdigest(), content=b"<html>"))
    with pytest.raises(WeightsCorrupt, match="hub repository someone/Model has the sha256"):
        FILE.fetch(work, quiet)


def test_a_file_without_a_stated_sha256_is_refused(stand_ins: StandIns, work: Path) -> None:
    stand_ins.hub(CLIENT.format(sha256="d41d8cd98f", content=CONTENT))
    with pytest.raises(WeightsUnavailable, match="states no sha256"):
        FILE.fetch(work, quiet)


def test_a_text_is_held_to_its_git_id_and_becomes_safetensors(stand_ins: StandIns, work: Path) -> None:
    text = HubText("someone/Model", "sig.safetensors")
    content = "Käuzchen\n".encode()
    # As `git hash-object` says for these bytes.
    stand_ins.hub(CLIENT.format(sha256="6881f0c5795798c72aa33147626130f3651af0b8", content=content))
    assert read_text(text.fetch(work, quiet)) == "Käuzchen\n"
    stand_ins.hub(CLIENT.format(sha256="6881f0c5795798c72aa33147626130f3651af0b8", content=b"<html>"))
    with pytest.raises(WeightsCorrupt, match="git id"):
        text.fetch(work, quiet)
    stand_ins.hub(CLIENT.format(sha256=hashlib.sha256(content).hexdigest(), content=content))
    with pytest.raises(WeightsUnavailable, match="states no git id"):
        text.fetch(work, quiet)


def test_a_network_that_swallows_packets_is_given_up_within_five_seconds(stand_ins: StandIns, work: Path) -> None:
    stand_ins.hub("import time; time.sleep(60)")
    start = time.monotonic()
    with pytest.raises(WeightsUnavailable, match="did not answer within"):
        FILE.fetch(work, quiet)
    assert time.monotonic() - start < 5.0


def test_a_failing_client_is_quoted_without_its_traceback(stand_ins: StandIns, work: Path) -> None:
    stand_ins.hub("raise ConnectionError('Name or service not known\\nSee the manual')")
    with pytest.raises(WeightsUnavailable) as caught:
        FILE.fetch(work, quiet)
    assert "failed with “ConnectionError: Name or service not known”" in caught.value.message
    assert "Traceback" not in caught.value.message
