"""`auxsend panel`: a link, from a bridge that it starts itself where none runs."""

import subprocess
from pathlib import Path

from tests.bridge.conftest import COMMAND_SEC, auxsend_command, auxsend_environment
from tests.bridge.panel.stage import open_session


def auxsend(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = auxsend_environment(home, AUXSEND_ENGINE="127.0.0.1:9")
    command = auxsend_command(*arguments)
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=COMMAND_SEC)


def test_it_starts_a_bridge_uses_it_again_and_prints_links(tmp_path: Path) -> None:
    try:
        first, second = (auxsend(tmp_path, "panel", "--no-open") for _ in range(2))
    finally:
        stopped = auxsend(tmp_path, "bridge", "--stop")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "good once" in first.stderr
    links = [done.stdout.strip() for done in (first, second)]
    assert links[0] != links[1]
    assert links[0].partition("?")[0] == links[1].partition("?")[0]
    assert "was stopped" in stopped.stdout
    assert open_refused(links[1])


def open_refused(url: str) -> bool:
    """Returns whether nobody answers behind a link."""
    try:
        open_session(url)
    except ConnectionRefusedError:
        return True
    return False
