"""Suggestions from a small library whose right answers are known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InvalidArgument, LibraryEmpty
from engine.library.filters import SampleFilter, fits_tempo
from engine.library.mix import Mode
from engine.library.sample import EMBEDDING_SIZE, LibrarySample
from engine.library.suggest import Suggester
from engine.library.suggestion import Suggestion, SuggestionQuery
from engine.library.table import SampleTable
from engine.library.taste_trainer import TasteTrainer
from engine.library.uses import Use, UseKind, UseStore
from engine.library.word_search import WordSearch
from engine.musical_time import Key
from engine.weights.store import WeightStore
from tests.engine.library.samples import sample

STYLES = 4


def embedding(style: int, number: int) -> Any:
    """Returns a vector near its style's axis, a little different for each number."""
    vector = np.zeros(EMBEDDING_SIZE, np.float32)
    vector[style], vector[10 + number] = 1.0, 0.3
    return vector / np.linalg.norm(vector)


def loop(style: int, number: int, name: str = "") -> LibrarySample:
    return sample(
        name or f"style {style} loop {number}.wav",
        kind="loop",
        quarter_bpm=80.0 + 10 * style,
        key=Key(2 * style, "minor", 1.0),
        embedding=embedding(style, number),
        brightness=0.1 * number,
    )


@dataclass(frozen=True)
class Studio:
    suggester: Suggester
    table: SampleTable
    uses: UseStore
    trainer: TasteTrainer
    loops: list[list[LibrarySample]]

    def names(self, count: int = 5, **query: Any) -> list[str]:
        return [found.sample.name for found in self.suggest(count, **query)]

    def suggest(self, count: int = 5, **query: Any) -> Sequence[Suggestion]:
        return self.suggester.suggest(SuggestionQuery(**query), count)

    def learn(
        self, project: str, samples: Sequence[LibrarySample], kind: UseKind = UseKind.INSERTED, user: str = ""
    ) -> None:
        self.uses.record([Use(s.id, project, user, kind, 0.0) for s in samples])

    def train(self) -> None:
        self.trainer.refresh()
        self.trainer.wait()


def studio_in(folder: Path) -> Studio:
    table, uses = SampleTable(str(folder / "library")), UseStore(folder / "uses.sqlite")
    words = WordSearch(str(folder / "library"), WeightStore(folder / "weights", is_offline=True))
    trainer = TasteTrainer(uses)
    loops = [[loop(style, number) for number in range(8)] for style in range(STYLES)]
    return Studio(Suggester(table, words, uses, trainer), table, uses, trainer, loops)


def close(studio: Studio) -> None:
    studio.trainer.close()
    studio.uses.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Studio]:
    studio = studio_in(tmp_path)
    yield studio
    close(studio)


@pytest.fixture
def studio(empty: Studio) -> Studio:
    """Has four styles; its projects use the first four loops of style 0 with those of style 1."""
    empty.table.put([one for style in empty.loops for one in style])
    for number in range(8):
        used = [one for style in empty.loops[:2] for one in style[:4]]
        empty.learn(f"project {number}", [one for place, one in enumerate(used) if place != number])
    empty.train()
    return empty


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    studio = studio_in(tmp_path_factory.mktemp("studio"))
    studio.table.put([one for style in studio.loops for one in style])
    studio.learn("project", [style[0] for style in studio.loops])
    studio.train()
    yield studio
    close(studio)


def test_similar_gives_what_sounds_like_the_clip(studio: Studio) -> None:
    found = studio.suggest(7, clips=(studio.loops[2][0],), mode=Mode.SIMILAR)
    assert {one.sample.name for one in found} == {one.name for one in studio.loops[2][1:]}
    assert all("sounds like it (0.92)" in one.reasons for one in found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_complement_gives_what_fits_and_not_what_sounds_alike(studio: Studio) -> None:
    clip = studio.loops[2][0]
    bass = loop(3, 0, "bass Am.wav")
    fitting = sample("bass line.wav", kind="loop", quarter_bpm=clip.quarter_bpm, key=clip.key, embedding=bass.embedding,
                     brightness=0.6)  # fmt: skip
    studio.table.put([fitting])
    first = studio.suggest(1, clips=(clip,), mode=Mode.COMPLEMENT)[0]
    assert first.sample.name == "bass line.wav"
    assert first.reasons[:2] == ("same key (E minor)", "100 BPM")
    assert "has the bass that the clip lacks" in first.reasons


def test_taste_gives_what_was_used_with_the_clip(studio: Studio) -> None:
    found = studio.suggest(7, clips=(studio.loops[0][0],), mode=Mode.TASTE)
    used = {one.name for style in studio.loops[:2] for one in style[:4]} - {studio.loops[0][0].name}
    assert {one.sample.name for one in found} == used
    assert all(any("used with this loop in 6 projects" in reason for reason in one.reasons) for one in found)


def test_taste_goes_on_with_unused_samples_that_sound_like_what_it_prefers(studio: Studio) -> None:
    names = studio.names(16, clips=(studio.loops[0][0],), mode=Mode.TASTE)
    assert {"style 0", "style 1"} == {name[:7] for name in names[7:14]}


def test_a_mix_leaves_nothing_out(studio: Studio) -> None:
    names = studio.names(40, clips=(studio.loops[0][0],), mode=Mode.MIX)
    assert len(names) == len(set(names)) == STYLES * 8 - 1


def test_every_suggestion_has_a_reason(studio: Studio) -> None:
    for mode in Mode:
        assert all(one.reasons for one in studio.suggest(40, clips=(studio.loops[0][0],), mode=mode))


def test_what_is_in_the_project_or_was_passed_over_is_not_suggested_again(studio: Studio) -> None:
    first, second = studio.loops[2][:2]
    studio.learn("mine", [first])
    studio.learn("mine", [second], UseKind.SKIPPED)
    names = studio.names(40, clips=(studio.loops[2][2],), project_id="mine", mode=Mode.SIMILAR)
    assert not {first.name, second.name, studio.loops[2][2].name} & set(names)
    assert len(names) == STYLES * 8 - 3


def test_without_a_clip_the_project_itself_is_the_clip(studio: Studio) -> None:
    studio.learn("mine", studio.loops[3][:2])
    names = studio.names(6, project_id="mine", mode=Mode.SIMILAR)
    assert set(names) == {one.name for one in studio.loops[3][2:]}


def test_likes_pull_and_dislikes_push(studio: Studio) -> None:
    clip, liked = studio.loops[0][0], studio.loops[3][0]
    assert studio.names(1, liked_ids=(liked.id,), mode=Mode.SIMILAR)[0].startswith("style 3")
    pulled = studio.suggest(40, clips=(clip,), liked_ids=(liked.id,), mode=Mode.SIMILAR)
    pushed = studio.suggest(40, clips=(clip,), disliked_ids=(liked.id,), mode=Mode.SIMILAR)
    ranks = [[one.sample.name[:7] for one in found].index("style 3") for found in (pulled, pushed)]
    assert ranks[0] < ranks[1]
    assert liked.name not in {one.sample.name for one in (*pulled, *pushed)}


def test_a_user_s_own_history_counts(studio: Studio) -> None:
    for number in range(4):
        studio.learn(f"theirs {number}", studio.loops[3], user="ann")
    studio.train()
    assert studio.names(8, user_id="ann", mode=Mode.TASTE)[0].startswith("style 3")


def test_words_choose_and_sounds_order(studio: Studio) -> None:
    names = studio.names(8, text="loop 5", clips=(studio.loops[1][0],))
    assert set(names) == {f"style {style} loop 5.wav" for style in range(STYLES)}
    assert studio.suggest(1, text="style 2 loop 5")[0].reasons == ("fits “style 2 loop 5”",)


def test_taste_that_knows_nothing_falls_back_on_sound(empty: Studio) -> None:
    empty.table.put([one for style in empty.loops for one in style])
    names = empty.names(7, clips=(empty.loops[1][0],), mode=Mode.TASTE)
    assert len(names) == 7
    assert names[0].startswith("style 1")


def test_an_empty_library_says_what_to_do(empty: Studio) -> None:
    with pytest.raises(LibraryEmpty, match="auxsend library add"):
        empty.suggest(clips=(loop(0, 0),))


def test_a_query_needs_something_to_go_by(studio: Studio) -> None:
    with pytest.raises(InvalidArgument, match="nothing to go by"):
        studio.suggest()


@pytest.mark.parametrize("variety", [-0.1, 1.1, float("nan")])
def test_variety_goes_from_0_to_1(studio: Studio, variety: float) -> None:
    with pytest.raises(InvalidArgument, match="variety"):
        studio.suggest(clips=(studio.loops[0][0],), variety=variety)


def test_a_library_that_changes_is_seen_at_once(studio: Studio) -> None:
    clip = studio.loops[2][0]
    twin = sample("twin.wav", embedding=clip.embedding)
    studio.table.put([twin])
    assert studio.names(1, clips=(clip,), mode=Mode.SIMILAR) == ["twin.wav"]
    studio.table.remove([twin.id])
    assert "twin.wav" not in studio.names(40, clips=(clip,), mode=Mode.SIMILAR)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    mode=st.sampled_from(Mode),
    bpm=st.sampled_from([0.0, 80.0, 95.0, 200.0]),
    excluded=st.sets(st.tuples(st.integers(0, STYLES - 1), st.integers(0, 7)), max_size=10),
    variety=st.floats(0, 1),
    count=st.integers(1, 40),
)
def test_limits_hold_and_nothing_comes_twice(
    shared: Studio, mode: Mode, bpm: float, excluded: set[tuple[int, int]], variety: float, count: int
) -> None:
    excluded_ids = frozenset(shared.loops[style][number].id for style, number in excluded)
    wanted = SampleFilter(quarter_bpm=bpm, excluded_ids=excluded_ids)
    found = shared.suggest(count, clips=(shared.loops[0][0],), mode=mode, wanted=wanted, variety=variety)
    ids = [one.sample.id for one in found]
    assert len(ids) == len(set(ids)) <= count
    assert not excluded_ids & set(ids)
    assert all(fits_tempo(one.sample.quarter_bpm, bpm) for one in found if bpm)
    assert all(0 <= one.score <= 1 for one in found)
