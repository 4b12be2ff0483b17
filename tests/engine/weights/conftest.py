"""What the tests of the weight store share."""

from pathlib import Path

import pytest

from tests.engine.weights.stand_ins import StandIns


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIns:
    """Hides the real clients; what a test does not write does not exist, or fails at once."""
    folder = tmp_path / "stand-ins"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder / "bin"))
    monkeypatch.setenv("PYTHONPATH", str(folder / "modules"))
    stand_ins = StandIns(folder)
    stand_ins.pip("raise SystemExit('no pip here')")
    stand_ins.hub("raise SystemExit('no hub here')")
    return stand_ins


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """An empty folder for a source."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder
