"""Installing the scripts of a DAW: what is put there, what is left alone, what goes again."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bridge.errors import OutputExists, OutputUnwritable, RequestRefused
from bridge.installation import HOSTS, SCRIPTS, install, settings_folder, uninstall
from tests.bridge.conftest import Auxsend, files_below

SPOOL = Path('/home/zoë/state of "art"/spool')


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    folder = tmp_path / "Réglages 7"
    (folder / "Scripts").mkdir(parents=True)
    (folder / "scripts").mkdir(exist_ok=True)
    (folder / "Remote Scripts").mkdir()
    return folder


@pytest.mark.parametrize("host", HOSTS)
def test_all_that_was_put_there_goes_again_and_nothing_else(host: str, settings: Path) -> None:
    (settings / "scripts/mine.lua").write_text("mine")
    before = files_below(settings)
    target = install(host, settings, SPOOL)
    installed = files_below(settings) - before
    language, shared = HOSTS[host].language, ["shared"] if HOSTS[host].language == "lua" else []
    scripts = [path for name in [HOSTS[host].source, *shared] for path in (SCRIPTS / name).rglob(f"*.{language}")]
    assert len([name for name in installed if name.endswith((".lua", ".py", "location.json"))]) == 1 + len(scripts)
    assert target == settings / HOSTS[host].script_folder
    assert uninstall(host, settings) == []
    assert files_below(settings) == before


@pytest.mark.parametrize("lua", ["lua5.3", "lua5.4"])
@pytest.mark.parametrize("host", ["reaper", "ardour"])
def test_the_scripts_find_their_spool_and_how_to_start_the_bridge(host: str, lua: str, settings: Path) -> None:
    if shutil.which(lua) is None:
        pytest.skip(f"{lua} is not installed")
    modules = install(host, settings, SPOOL) / HOSTS[host].module_folder
    code = (
        'local shared = dofile(arg[1] .. "shared/load.lua")(arg[1] .. "shared/") '
        "local place = shared.location.find(arg[1], shared.files) print(place.spool) print(place.command)"
    )
    code_file = settings / "ask.lua"
    code_file.write_text(code)
    done = subprocess.run([lua, code_file, f"{modules}/"], capture_output=True, encoding="utf-8", check=True)
    spool, command = done.stdout.splitlines()
    assert spool == str(SPOOL)
    assert Path(command).name == "auxsend"


def test_lives_script_finds_the_state_folder_and_how_to_start_the_bridge(settings: Path) -> None:
    target = install("live", settings, SPOOL)
    assert target == settings / "Remote Scripts/AuxSend"
    place = json.loads((target / "auxsend_location.json").read_text(encoding="utf-8"))
    assert (place["state"], Path(place["command"]).name, place["version"]) == (str(SPOOL.parent), "auxsend", 1)
    assert (target / "__init__.py").read_bytes() == (SCRIPTS / "ableton/AuxSend/__init__.py").read_bytes()


def test_an_update_replaces_what_was_installed_and_drops_what_is_gone(settings: Path) -> None:
    target = install("reaper", settings, Path("/old/spool"))
    manifest = target / "auxsend_manifest.json"
    old = target / "old.lua"
    old.write_text("")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    manifest.write_text(manifest.read_text().replace("{", '{"old.lua": "' + empty + '", "../../../x": "1",', 1))
    install("reaper", settings, SPOOL)
    assert not old.exists()
    assert "state of" in (target / "auxsend_location.lua").read_text()


def test_a_changed_file_is_neither_replaced_nor_removed(settings: Path) -> None:
    target = install("reaper", settings, SPOOL)
    (target / "settings.lua").write_text("-- mine")
    with pytest.raises(OutputExists, match=r"settings.lua” is not what AuxSend installed"):
        install("reaper", settings, SPOOL)
    assert uninstall("reaper", settings) == [target / "settings.lua"]
    assert files_below(target) == {"settings.lua"}
    install("reaper", settings, SPOOL, is_forced=True)
    assert (target / "settings.lua").read_text() != "-- mine"


def test_a_file_that_was_there_before_is_not_replaced(settings: Path) -> None:
    (settings / "scripts/auxsend_split.lua").write_text("mine")
    with pytest.raises(OutputExists):
        install("ardour", settings, SPOOL)
    assert files_below(settings / "scripts") == {"auxsend_split.lua"}


def test_what_cannot_be_is_said(settings: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match=r"start REAPER once"):
        install("reaper", tmp_path / "nowhere", SPOOL)
    with pytest.raises(RequestRefused, match=r"Live has no User Library in"):
        install("live", tmp_path / "nowhere", SPOOL)
    with pytest.raises(RequestRefused, match=r"No scripts of AuxSend"):
        uninstall("reaper", settings)
    (settings / "Scripts/AuxSend").write_text("a file")
    with pytest.raises(OutputUnwritable):
        install("reaper", settings, SPOOL)


@pytest.mark.parametrize(
    ("host", "platform", "environment", "folder"),
    [
        ("reaper", "linux", {"HOME": "/home/zoë"}, "/home/zoë/.config/REAPER"),
        ("reaper", "linux", {"HOME": "/home/zoë", "XDG_CONFIG_HOME": "/c"}, "/c/REAPER"),
        ("reaper", "darwin", {"HOME": "/Users/zoë"}, "/Users/zoë/Library/Application Support/REAPER"),
        ("reaper", "win32", {"USERPROFILE": "/u", "APPDATA": "/u/Roaming"}, "/u/Roaming/REAPER"),
        ("live", "darwin", {"HOME": "/Users/zoë"}, "/Users/zoë/Music/Ableton/User Library"),
        ("live", "win32", {"USERPROFILE": "/u"}, "/u/Documents/Ableton/User Library"),
        ("ardour", "darwin", {"HOME": "/Users/zoë"}, "/Users/zoë/Library/Preferences/ardour"),
    ],
)
def test_where_daws_keep_their_settings(host: str, platform: str, environment: dict[str, str], folder: str) -> None:
    assert settings_folder(host, environment, platform) == Path(folder)


def test_documents_that_windows_keeps_in_onedrive_are_found(tmp_path: Path) -> None:
    library = tmp_path / "OneDrive/Documents/Ableton/User Library"
    environment = {"USERPROFILE": str(tmp_path), "OneDrive": str(tmp_path / "OneDrive")}
    assert settings_folder("live", environment, "win32") == tmp_path / "Documents/Ableton/User Library"
    library.mkdir(parents=True)
    assert settings_folder("live", environment, "win32") == library


def test_of_several_ardours_it_is_the_newest(tmp_path: Path) -> None:
    for name in ("ardour6", "ardour8", "ardour10", "ardour-old"):
        (tmp_path / name).mkdir()
    assert settings_folder("ardour", {"XDG_CONFIG_HOME": str(tmp_path)}, "linux") == tmp_path / "ardour10"


def test_the_commands_say_what_to_do_next(auxsend: Auxsend, settings: Path) -> None:
    done = auxsend("install", "reaper", "--path", settings)
    assert done.code == 0
    assert "AuxSend install.lua" in done.out
    assert auxsend("uninstall", "reaper", "--path", settings).code == 0
    done = auxsend("install", "live", "--folder", settings)
    assert "choose “AuxSend” in an empty row" in done.out
    refused = auxsend("uninstall", "reaper", "--path", settings)
    assert (refused.code, refused.err.startswith("auxsend: No scripts")) == (2, True)


def test_the_configuration_is_changed_value_by_value(auxsend: Auxsend, home: Path) -> None:
    path = home / "config/auxsend.toml"
    path.parent.mkdir(parents=True)
    path.write_text('# mine\nengine = "old:1"\n')
    assert auxsend("config", "set", "engine", "studio.local:50551").code == 0
    assert auxsend("config", "set", "token", 'a "secret"').code == 0
    assert auxsend("config", "set", "offline", "true").code == 0
    assert path.read_text() == ('# mine\nengine = "studio.local:50551"\ntoken = "a \\"secret\\""\noffline = true\n')
    assert path.stat().st_mode & 0o777 == 0o600
    assert auxsend("config", "set", "folders", "/music:/João é").code == 0
    assert path.read_text().endswith('folders = ["/music", "/João é"]\n')
    shown = auxsend("config", "show", AUXSEND_ENGINE="", AUXSEND_TOKEN="").out
    assert "studio.local:50551" in shown
    assert "secret" not in shown
    assert auxsend("config", "unset", "engine").code == 0
    assert "engine" not in path.read_text()


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [("speed", "1", "no “speed”"), ("offline", "maybe", "true or false"), ("max_audio_sec", "long", "a number")],
)
def test_values_that_cannot_be_meant_change_nothing(
    auxsend: Auxsend, home: Path, key: str, value: str, sentence: str
) -> None:
    done = auxsend("config", "set", key, value)
    assert done.code == 2
    assert sentence in done.err
    assert not (home / "config/auxsend.toml").exists()
