"""The fake Live is held to the description of the real one, and refuses what the real one refuses."""

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.daw_scripts.fake_live.midi_notes import MidiNote, MidiNoteSpecification
from tests.daw_scripts.fake_live.module import PARTS
from tests.daw_scripts.fake_live.song import LimitationError, Song
from tests.daw_scripts.fake_live.track import Track
from tests.daw_scripts.fake_live.warping import Markers, WarpMarker
from tests.daw_scripts.live.stubs import (
    Arguments,
    arguments_of,
    decorators_of,
    find_class,
    functions_of,
    stub_module,
    values_of,
)
from tests.daw_scripts.playback import write_song

CLASSES = [
    pytest.param(module, member, id=f"{module}.{name}")
    for module, members in PARTS.items()
    for name, member in members.items()
    if inspect.isclass(member) and not issubclass(member, Exception)
]


def breaches(kind: type, stub: ast.ClassDef) -> Iterator[str]:
    """Yields what of a class of the fake Live does not have, or has otherwise."""
    for name, member in vars(kind).items():
        if name.startswith("_") and name != "__init__":
            continue
        found = functions_of(stub.body, name)
        if isinstance(member, property):
            marks = [mark for function in found for mark in decorators_of(function)]
            if "property" not in marks:
                yield f"{name} is no property"
            if member.fset and f"{name}.setter" not in marks:
                yield f"{name} cannot be set"
        elif inspect.isclass(member):
            yield from breaches(member, find_class(stub.body, name))
        elif inspect.isfunction(member):
            if name != "__init__" and (not found or arguments_of(found[0], is_method=True) != _of(member)):
                yield f"{name}{inspect.signature(member)}"
        elif isinstance(member, int) and values_of(stub).get(name) != member:
            yield f"{name} = {member}"


def _of(function: Any, skipped: int = 1) -> Arguments:
    parameters = list(inspect.signature(function).parameters.values())[skipped:]
    return Arguments(
        tuple(parameter.name for parameter in parameters),
        sum(parameter.default is not parameter.empty for parameter in parameters),
        sum(parameter.kind is parameter.POSITIONAL_ONLY for parameter in parameters),
    )


@pytest.mark.parametrize(("module", "kind"), CLASSES)
def test_a_class_of_the_fake_has_nothing_that_live_has_not(module: str, kind: type) -> None:
    assert list(breaches(kind, find_class(stub_module(module).body, kind.__name__))) == []


@pytest.mark.parametrize("kind", [WarpMarker, MidiNoteSpecification])
def test_what_scripts_make_themselves_is_made_as_in_live(kind: type) -> None:
    (made,) = functions_of(find_class(stub_module("Clip").body, kind.__name__).body, "__init__")
    mine, lives = _of(vars(kind)["__init__"]), arguments_of(made, is_method=True)
    assert (mine.names, mine.default_count) == (lives.names, lives.default_count)


def test_a_note_has_the_fields_of_lives() -> None:
    stub = find_class(stub_module("Clip").body, "MidiNote")
    assert all(functions_of(stub.body, name) for name in MidiNote.__annotations__)


def test_the_modules_functions_are_lives() -> None:
    for module, members in PARTS.items():
        for name, member in members.items():
            if inspect.isfunction(member):
                (found,) = functions_of(stub_module(module).body, name)
                assert _of(member, 0) == arguments_of(found, is_method=False), name


def test_a_breach_would_be_noticed() -> None:
    class Clip:
        @property
        def file_path(self) -> str:
            return ""

        @file_path.setter
        def file_path(self, value: str) -> None:
            pass

        def crop(self, much: int) -> None:
            pass

        def polish(self) -> None:
            pass

    found = list(breaches(Clip, find_class(stub_module("Clip").body, "Clip")))
    assert found == ["file_path cannot be set", "crop(self, much: int) -> None", "polish(self) -> None"]


@pytest.fixture
def track() -> Track:
    song = Song()
    song._tracks.append(Track(song, "Vox", is_midi=False))
    return song._tracks[0]


def test_what_live_refuses_is_refused(track: Track, tmp_path: Path) -> None:
    song, file = track.canonical_parent, str(write_song(tmp_path / "a.wav"))
    slot = track.clip_slots[0]
    slot.create_audio_clip(file)
    refused: dict[str, Callable[[], object]] = {
        "not empty": lambda: slot.create_audio_clip(file),
        "no valid audio": lambda: track.create_audio_clip(str(tmp_path / "none.wav"), 0.0),
        "absolute": lambda: track.create_audio_clip("a.wav", 0.0),
        "out of range": lambda: track.create_audio_clip(file, 1576801.0),
        "Only MIDI": lambda: track.clip_slots[1].create_clip(4.0),
        "Only audio": lambda: song.create_midi_track(-1).create_audio_clip(file, 0.0),
        "empty": lambda: track.clip_slots[1].delete_clip(),
    }
    for sentence, act in refused.items():
        with pytest.raises(RuntimeError, match=sentence):
            act()
    object.__setattr__(track, "_is_frozen", True)
    with pytest.raises(RuntimeError, match="frozen"):
        track.create_audio_clip(file, 0.0)
    with pytest.raises(LimitationError):
        song.create_audio_track(99)


def test_what_is_deleted_equals_none_and_raises(track: Track) -> None:
    song = track.canonical_parent
    song.delete_track(0)
    assert track == None  # noqa: E711 - as scripts ask
    with pytest.raises(RuntimeError):
        print(track.name)
    song.undo()
    assert track.name == "Vox"


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [((9.0, 9.0), "out of range"), ((1.0, 2.0), "Segment"), ((0.5, 400.0), "Segment"), ((0.5, 0.001), "Segment")],
)
def test_warp_markers_that_cannot_be_are_refused(pair: tuple[float, float], sentence: str) -> None:
    markers = Markers(((0.0, 0.0), (1.0, 2.5)), 120.0)
    with pytest.raises(RuntimeError, match=sentence):
        markers.added(WarpMarker(*pair), 3.0)
    with pytest.raises(RuntimeError, match="shadow"):
        markers.moved(markers.shown()[-1].beat_time, 1.0)
