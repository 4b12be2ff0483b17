"""The JSON of the scripts against Python's."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.daw_scripts.interpreters import LUA, evaluate

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
ROUND_TRIP = "local text = assert(shared.json.encode(shared.json.decode(given))) return text"


@LUA
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON)
def test_reads_and_writes_what_python_wrote(lua: str, value: Any) -> None:
    assert json.loads(evaluate(lua, ROUND_TRIP, json.dumps(value))) == value
    assert json.loads(evaluate(lua, ROUND_TRIP, json.dumps(value, ensure_ascii=False))) == value


BROKEN = [
    "", "{", '{"a":1', '{"a":1}}', "[1,]", '{"a":1,}', "[1 2]", "{a:1}", "01", "1.", "-", "+1", ".5", "nul", "NaN",
    '"\\x"', '"\\u12"', '"\\ud800"', '"\\udc00"', '"a\nb"', "'a'", "[" * 200 + "]" * 200, "[1]//",
    "[01]", "[1,-01]", "[1.]", "[2.5,1.]", "[1,+2]", "[1,,2]", "[1,2", "[1.5.5]", "[1e]",
]  # fmt: skip


@LUA
@pytest.mark.parametrize("text", BROKEN)
def test_refuses_what_is_not_json(lua: str, text: str) -> None:
    value, reason = evaluate(lua, "local v, why = shared.json.decode(given) return v == nil, why", text)
    assert value is True
    assert isinstance(reason, str)
    assert reason


@LUA
@pytest.mark.parametrize("text", ["[1 ,2]", "[ 1,\t2.5]", "[1,[2],3]", "[-0,0.5,1e3,2]", '[1,"a",2]', "[7]"])
def test_reads_lists_of_numbers_however_they_are_written(lua: str, text: str) -> None:
    assert evaluate(lua, "return shared.json.decode(given)", text) == json.loads(text)


@LUA
@pytest.mark.parametrize("value", ["0/0", "1/0", '"\\xff"', '"\\xed\\xa0\\x80"', "{[1.5]=1}", "print"])
def test_refuses_to_write_what_json_cannot_say(lua: str, value: str) -> None:
    assert evaluate(lua, f"local text, why = shared.json.encode({value}) return text == nil and why ~= nil") is True


@LUA
def test_an_empty_array_stays_an_array(lua: str) -> None:
    assert evaluate(lua, "return { shared.json.array(), {} , shared.json.null }") == [[], {}, None]
