"""A real Ardour 7, without a screen or a sound card: started for a test, driven through a folder, and ended.

Xvfb stands in for the screen and Ardour's own dummy backend for the sound card. A hook that looks into a folder ten
times a second runs what a test puts there, in Ardour's own thread. Scripts are registered as Ardour itself keeps them
when its user has added them in the script manager, and run as its menu runs them.
"""

import base64
import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
NEEDED = ("ardour", "ardour7-lua", "Xvfb")
START_SEC = 90.0
REPLY_SEC = 30.0
STOP_SEC = 20.0
SESSION_NAME = "take one"
TIMER_BIT = 47
"""Place of LuaTimerDS among the signals of Ardour 7.3, which it stores as a row of bits."""

CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<Ardour>
  <Config>
    <Option name="try-autostart-engine" value="1"/>
    <Option name="hide-dummy-backend" value="0"/>
    <Option name="discover-plugins-on-start" value="0"/>
  </Config>
  <Metadata/>
  <Extra><AudioMIDISetup><EngineStates>
    <State backend="None (Dummy)" driver="Normal Speed" device="Silence" input-device="" output-device=""
      sample-rate="{rate}" buffer-size="1024" n-periods="0" input-latency="0" output-latency="0"
      lm-input="" lm-output="" active="1" use-buffered-io="0" midi-option="1 in, 1 out, Silence" lru="1">
      <MIDIDevices/></State>
  </EngineStates></AudioMIDISetup></Extra>
  <ControlProtocols/>
</Ardour>
"""


class HostFailed(Exception):
    """Ardour did not do what the test asked; the message is Ardour's."""


@dataclass(frozen=True)
class Script:
    """A script as a user adds it: to an action slot, or as a hook when the slot is 0."""

    path: Path
    slot: int = 0
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the script calls itself, which Ardour's dialog proposes."""
        found = re.search(r'name = "([^"]+)"', self.path.read_text(encoding="utf-8"))
        assert found, self.path
        return found[1]


def missing_programs() -> list[str]:
    """Returns what must be installed before any of this works."""
    return [name for name in NEEDED if shutil.which(name) is None]


def lua_text(value: object) -> str:
    """Returns a value as Lua source: text, numbers, truth values, and dicts and lists of them."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"[{lua_text(key)}]={lua_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "{" + ",".join(map(lua_text, value)) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03d}" for byte in value.encode()) + '"'
    return repr(value)


def run_lua(home: Path, script: Path, **variables: str) -> str:
    """Runs a script in Ardour's own Lua, in a process without a window, and returns what it printed."""
    done = subprocess.run(
        ["ardour7-lua", str(script)],
        env=os.environ | {"HOME": str(home)} | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    if done.returncode != 0:
        raise HostFailed(f"{script.name}: {done.stdout} {done.stderr}")
    return done.stdout


class Ardour:
    """A running Ardour with one session open."""

    def __init__(self, folder: Path, sample_rate_hz: int = 44_100) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.session_folder = folder / "session"
        self.config_folder = self.home / ".config/ardour7"
        self.log_file = folder / "ardour.log"
        self.environment: dict[str, str] = {}
        self.scripts: list[Script] = []
        """What its user has added in the script manager; may be changed until it starts."""
        self._sample_rate_hz = sample_rate_hz
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Writes what a user's home and an empty session look like."""
        self.config_folder.mkdir(parents=True, exist_ok=True)
        (self.config_folder / ".a7").touch()  # the newcomer's questions are answered
        (self.config_folder / "config").write_text(CONFIG.format(rate=self._sample_rate_hz))
        maker = self.folder / "make-session.lua"
        maker.write_text(
            'AudioEngine:set_backend("None (Dummy)", "Unit-Test", "")\n'
            f"local session = create_session({lua_text(str(self.session_folder))}, {lua_text(SESSION_NAME)},"
            f" {self._sample_rate_hz})\n"
            'session:save_state("", false, false, false, false, false)\nclose_session()\n'
        )
        run_lua(self.home, maker)

    def start(self, display: str) -> None:
        """Starts Ardour on a display and returns when its session answers."""
        self._register()
        environment = os.environ | {"HOME": str(self.home), "DISPLAY": display, "LC_ALL": "C.UTF-8"} | self.environment
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                ["ardour", "-n", "-a", "-d", str(self.session_folder / f"{SESSION_NAME}.ardour")],
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.run("report(Session:name())", timeout_sec=START_SEC)

    def stop(self) -> None:
        """Ends this Ardour, as a crash would: nothing is saved."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait(STOP_SEC)
        self._process = None

    def run(self, lua: str, timeout_sec: float = REPLY_SEC) -> list[list[str]]:
        """Runs Lua in Ardour's thread and returns the values that it gave to `report`, line by line."""
        reply = self.folder / "reply.txt"
        reply.unlink(missing_ok=True)
        draft = self.folder / "command.tmp"
        draft.write_text(lua, encoding="utf-8")
        draft.rename(self.folder / "command.lua")
        deadline = time.monotonic() + timeout_sec
        while not reply.exists():
            self._check(deadline)
            time.sleep(0.02)
        verdict, *lines = reply.read_text(encoding="utf-8").split("\n")
        if verdict != "done":
            raise HostFailed(verdict)
        return [line.split("\t") for line in lines]

    def choose(self, slot: int) -> None:
        """Runs the action in a slot, as the menu or a shortcut does."""
        self.run(f'Editor:access_action("LuaAction", "script-{slot}")')

    def save(self) -> None:
        """Saves the session."""
        self.run('Session:save_state("", false, false, false, false, false)')

    def _check(self, deadline: float) -> None:
        assert self._process is not None
        if self._process.poll() is not None:
            raise HostFailed(f"Ardour has ended with {self._process.returncode}; its log is {self.log_file}")
        if time.monotonic() > deadline:
            raise HostFailed(f"Ardour does not answer; its log is {self.log_file}")

    def _register(self) -> None:
        """Writes `ui_scripts`: the scripts in their slots, and the hooks."""
        out = self.folder / "registered"
        out.mkdir(exist_ok=True)
        scripts = [Script(HERE / "mailbox.lua", params={"folder": str(self.folder)}), *self.scripts]
        order = {
            "out": str(out),
            "scripts": [
                {"slot": script.slot, "name": script.name, "path": str(script.path), "params": script.params}
                for script in scripts
            ],
        }
        order_file = self.folder / "register-order.lua"
        order_file.write_text("return " + lua_text(order))
        run_lua(self.home, HERE / "register.lua", AUXSEND_REGISTER=str(order_file))
        hooks = "".join(
            f'<LuaCallback lua="Lua 5.3" id="{4242 + i}" name="{script.name}" '
            f'signals="1{"0" * TIMER_BIT}">{_base64(out / f"hook-{i}")}</LuaCallback>'
            for i, script in enumerate(scripts, 1)
            if script.slot == 0
        )
        (self.config_folder / "ui_scripts").write_text(
            '<?xml version="1.0" encoding="UTF-8"?>\n<UIScripts>'
            f'<ActionScript lua="Lua 5.3">{_base64(out / "actions")}</ActionScript>'
            f"<ActionHooks>{hooks}</ActionHooks></UIScripts>\n"
        )


@contextlib.contextmanager
def virtual_display(log_file: Path) -> Iterator[str]:
    """Yields the name of a screen that nobody sees; Xvfb itself chooses a free number."""
    read_end, write_end = os.pipe()
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
            pass_fds=(write_end,), stdout=log, stderr=log,
        )  # fmt: skip
    os.close(write_end)
    try:
        with os.fdopen(read_end) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise HostFailed(f"Xvfb did not start; its log is {log_file}")
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(STOP_SEC)


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode("ascii")
