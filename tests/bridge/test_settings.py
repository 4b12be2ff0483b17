"""Flags before environment before file before defaults."""

from pathlib import Path

import pytest

from bridge.errors import SettingsInvalid
from bridge.settings import Settings, load_settings, user_folders


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "config").mkdir()
    return {"AUXSEND_HOME": str(tmp_path)}


def _write(environment: dict[str, str], text: str) -> None:
    user_folders(environment).config_file.write_text(text)


def test_nothing_said_means_defaults(environment: dict[str, str]) -> None:
    assert load_settings({}, environment) == Settings()


def test_the_nearer_word_counts(environment: dict[str, str]) -> None:
    _write(environment, "engine = 'file:1'\ntoken = 'file'\ndevice = 'cuda:0'\nmax_audio_sec = 60")
    environment |= {"AUXSEND_ENGINE": "environment:2", "AUXSEND_TOKEN": ""}
    settings = load_settings({"device": "cpu", "engine": None}, environment)
    assert settings == Settings(engine="environment:2", token="file", device="cpu", max_audio_sec=60)


@pytest.mark.parametrize(
    ("text", "message"),
    [("engine = ", "cannot be read"), ("engin = 'a'", "it may hold engine"), ("offline = 'yes'", "must be a bool")],
)
def test_what_cannot_be_meant_is_named(environment: dict[str, str], text: str, message: str) -> None:
    _write(environment, text)
    with pytest.raises(SettingsInvalid, match=message):
        load_settings({}, environment)
