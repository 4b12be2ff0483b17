"""What many tests need."""

import pytest

from engine.settings import default_folders
from engine.weights.store import WeightStore


@pytest.fixture(scope="session")
def weight_store() -> WeightStore:
    """The user's own weights, so that tests on real weights fetch them once and not at every run."""
    return WeightStore(default_folders()[1], is_offline=False)
