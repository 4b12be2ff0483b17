"""The panel's server in a real bridge: not there until it is wanted, then there for whoever was let in."""

import http.client
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest

from tests.bridge.panel.stage import Stage, lonely_bridge, open_session

FRAMEWORKS = ("fastapi", "nicegui", "starlette", "uvicorn")


def get(url: str, cookie: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
    """Returns status, headers and text."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.request("GET", parts._replace(scheme="", netloc="").geturl(), headers={"cookie": cookie} | headers)
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


@pytest.mark.parametrize("module", ["bridge.cli", "bridge.daemon"])
def test_a_bridge_whose_panel_is_closed_loads_no_web_framework(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({set(FRAMEWORKS)!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


def test_a_bridge_whose_panel_was_never_opened_has_no_port_for_it(tmp_path: Path) -> None:
    with lonely_bridge(tmp_path) as bridge:
        assert not (bridge.state / "panel.json").exists()


def test_a_link_opens_the_page_once(stage: Stage) -> None:
    url = stage.link()
    cookie = open_session(url)
    origin = url.partition("/enter")[0]
    status, headers, text = get(f"{origin}/", cookie)
    assert status == 200
    assert "auxsend_shell" in text
    assert "default-src 'self'" in headers["content-security-policy"]
    assert get(url)[0] == 403


@pytest.mark.parametrize("path", ["/", "/assets/panel.css", "/media/samples/x", "/clips", "/_nicegui_ws/socket.io/"])
def test_without_a_session_nothing_is_given(stage: Stage, path: str) -> None:
    origin = stage.link().partition("/enter")[0]
    status, _, text = get(origin + path)
    assert status == 401
    assert "auxsend panel" in text


def test_samples_are_given_by_their_id_and_in_parts(stage: Stage) -> None:
    url = stage.link()
    cookie, origin = open_session(url), url.partition("/enter")[0]
    sample_id, path = next(iter(stage.sounds.items()))
    status, headers, _ = get(f"{origin}/media/samples/{sample_id}", cookie, range="bytes=0-3")
    assert (status, headers["content-length"]) == (206, "4")
    assert headers["content-range"] == f"bytes 0-3/{path.stat().st_size}"


@pytest.mark.parametrize("name", ["0" * 64, "x", "%2e%2e", "..%2f..%2fbridge.token", "../bridge.token"])
def test_no_other_file_is_given(stage: Stage, name: str) -> None:
    url = stage.link()
    cookie, origin = open_session(url), url.partition("/enter")[0]
    status, _, text = get(f"{origin}/media/samples/{name}", cookie)
    assert status == 404
    assert stage.bridge.token not in text
