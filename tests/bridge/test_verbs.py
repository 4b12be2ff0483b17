"""Reading of requests: what is right is understood, and whatever is wrong is said in a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.channels import ChannelMode
from bridge.clip import Section
from bridge.errors import RequestRefused, UnknownVerb, WrongVersion
from bridge.verbs import LARGEST_REQUEST_BYTES, Quality, Residual, decode, read_request

CLIP = {"file": "/music/João é/take.wav", "length_sec": 4, "start_offset_sec": 1.5}


def request(verb: str = "split", **params: Any) -> dict[str, Any]:
    if verb == "split":
        params = {"clip": CLIP, "name": "take", "folder": "/music/media"} | params
    return {"v": 1, "id": "reaper-12345", "host": "reaper", "verb": verb, "params": params}


def test_a_full_request_is_understood() -> None:
    clip = CLIP | {"section": {"offset_sec": 1, "length_sec": 2.5}, "channel_mode": "mono_mix", "is_looped": True}
    found = read_request(request(clip=clip, stems=["vocals"], quality="fast", context={"guid": ["{1-2}"]}))
    assert found.params.clip.section == Section(1.0, 2.5)
    assert found.params.clip.channel_mode is ChannelMode.MONO_MIX
    assert found.params.clip.file == Path("/music/João é/take.wav")
    assert found.params.stems == ("vocals",)
    assert found.params.quality is Quality.FAST
    assert found.params.residual is Residual.OTHER
    assert found.context == {"guid": ["{1-2}"]}


def test_null_stands_for_a_section_that_is_not_there() -> None:
    assert read_request(request(clip=CLIP | {"section": None})).params.clip.section is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"clip": None}, "“params.clip” must be an object"),
        ({"clip": {}}, "“params.clip.file” is missing"),
        ({"clip": CLIP | {"file": "take.wav"}}, "“params.clip.file” must be an absolute path"),
        ({"clip": CLIP | {"file": "/music/../etc/passwd"}}, "“params.clip.file” must be an absolute path"),
        ({"clip": CLIP | {"file": "/a\0b"}}, "“params.clip.file” must be an absolute path"),
        ({"clip": CLIP | {"file": 7}}, "“params.clip.file” must be text"),
        ({"clip": CLIP | {"playrate": 0}}, "“params.clip.playrate” must be above 0"),
        ({"clip": CLIP | {"playrate": True}}, "“params.clip.playrate” must be a number"),
        ({"clip": CLIP | {"length_sec": "4"}}, "“params.clip.length_sec” must be a number"),
        ({"clip": CLIP | {"length_sec": 10**400}}, "“params.clip.length_sec” must be a number"),
        ({"clip": CLIP | {"length_sec": 1e300}}, "“params.clip.length_sec” must be at most"),
        ({"clip": CLIP | {"is_reversed": 1}}, "“params.clip.is_reversed” must be true or false"),
        ({"clip": CLIP | {"channel_mode": "5.1"}}, "must be one of normal, reverse_stereo, mono_mix, left, right"),
        ({"clip": CLIP | {"section": {"offset_sec": -1, "length_sec": 1}}}, "offset_sec” must be at least 0"),
        ({"clip": CLIP | {"start_offset": 1}}, "“params.clip.start_offset” is not known"),
        ({"stems": "vocals"}, "“params.stems” must be a list"),
        ({"stems": ["vocals", None]}, "“params.stems[1]” must be text"),
        ({"stems": ["a"] * 65}, "at most 64"),
        ({"name": "a" * 5000}, "longer than 4096"),
        ({"quality": "superb"}, "must be one of fast, balanced, best"),
    ],
)
def test_params_that_cannot_be_meant(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RequestRefused) as refusal:
        read_request(request(**changes))
    assert sentence in refusal.value.message
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(
    ("changes", "kind", "sentence"),
    [
        ({"v": 2}, WrongVersion, "version 1"),
        ({"v": True}, WrongVersion, "version 1"),
        ({"v": None}, WrongVersion, "auxsend install"),
        ({"verb": "exec"}, UnknownVerb, "“exec”; this bridge knows split,"),
        ({"verb": ["split"]}, UnknownVerb, "this bridge knows"),
        ({"id": "short"}, RequestRefused, "8 to 64"),
        ({"id": "../../etc/x"}, RequestRefused, "8 to 64"),
        ({"id": "é" * 10}, RequestRefused, "8 to 64"),
        ({"id": "12345678\n"}, RequestRefused, "8 to 64"),
        ({"host": 3}, RequestRefused, "“host”"),
        ({"params": []}, RequestRefused, "“params” must be an object"),
        ({"code": "import os"}, RequestRefused, "“code” is not known"),
    ],
)
def test_requests_that_cannot_be_meant(changes: dict[str, Any], kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind) as refusal:
        read_request(request() | changes)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("value", [None, [], "split", 1])
def test_only_objects_are_requests(value: object) -> None:
    with pytest.raises(RequestRefused, match="must be a JSON object"):
        read_request(value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"v": 1, "id": "reap',
        b"\xff\xfe",
        b'{"v": NaN}',
        b'{"host": "\\ud800"}',
        b"[" * 100_000,
        b'"' + b"a" * LARGEST_REQUEST_BYTES + b'"',
    ],
)
def test_bytes_that_are_no_json(content: bytes) -> None:
    with pytest.raises(RequestRefused):
        decode(content)


def test_json_goes_through() -> None:
    assert decode(json.dumps(request()).encode()) == request()
