"""The map: what sounds alike lies together, crowds have telling names, and new samples find their place."""

from pathlib import Path

import numpy as np
import pytest

from engine.library import map as map_module
from engine.library import map_layout
from engine.library.map import Cartographer
from engine.library.map_layout import NO_CLUSTER, lay_out
from engine.library.sample import EMBEDDING_SIZE, LibrarySample
from engine.library.table import SampleTable
from engine.library.tags import TAG_PLACES, TAGGERS
from tests.engine.library.samples import sample

CROWDS = ("piano", "techno", "flute")
EACH = 40


def crowded(crowd: int, number: int) -> LibrarySample:
    """Returns a sample that sounds like its crowd, and has its tag."""
    random = np.random.default_rng([crowd, number])
    embedding = np.zeros(EMBEDDING_SIZE, np.float32)
    embedding[crowd] = 1
    embedding += 0.03 * random.standard_normal(EMBEDDING_SIZE).astype(np.float32)
    scores = {model: 0.1 * random.random(50, dtype=np.float32) + 0.3 for model in TAGGERS}
    for model, place in TAG_PLACES[CROWDS[crowd]]:
        scores[model][place] += 0.5
    return sample(
        f"{CROWDS[crowd]} {number}.wav", embedding=embedding / np.linalg.norm(embedding), tag_scores=scores
    )  # fmt: skip


SAMPLES = [crowded(crowd, number) for crowd in range(3) for number in range(EACH)]


def test_crowds_are_found_named_and_apart(tmp_path: Path) -> None:
    table = SampleTable(str(tmp_path))
    table.put(SAMPLES)
    cartographer = Cartographer(table)
    made = cartographer.map()
    crowd_of = {each.id: CROWDS.index(each.name.split()[0]) for each in SAMPLES}
    crowds = np.array([crowd_of[sample_id] for sample_id in made.ids])
    assert made.layout.places.shape == (120, 2)
    assert made.layout.places.min() >= 0
    assert made.layout.places.max() <= 1
    assert len(made.clusters) == 3
    for cluster in made.clusters:
        members = crowds[made.layout.clusters == cluster.id]
        assert len(set(members)) == 1
        assert cluster.sample_count == len(members) > EACH / 2
        assert cluster.name.split(", ")[0] == CROWDS[members[0]]
    assert len({cluster.name for cluster in made.clusters}) == 3

    # A few new samples stand among their like, and nobody else moves.
    table.put([crowded(1, EACH + 1)])
    table.remove([SAMPLES[0].id])
    again = cartographer.map()
    before = dict(zip(made.ids, made.layout.places.tolist(), strict=True))
    after = dict(zip(again.ids, again.layout.places.tolist(), strict=True))
    assert after.keys() ^ before.keys() == {SAMPLES[0].id, crowded(1, EACH + 1).id}
    assert all(after[sample_id] == before[sample_id] for sample_id in after.keys() & before.keys())
    new = again.ids.index(crowded(1, EACH + 1).id)
    assert again.layout.clusters[new] == made.layout.clusters[made.ids.index(SAMPLES[EACH].id)]


def test_a_library_that_has_changed_much_is_laid_out_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[int] = []

    def counting(embeddings: np.ndarray) -> map_layout.Layout:
        laid_out.append(len(embeddings))
        return lay_out(embeddings)

    monkeypatch.setattr(map_module, "lay_out", counting)
    table = SampleTable(str(tmp_path))
    cartographer = Cartographer(table)
    assert cartographer.map().ids == ()
    table.put(SAMPLES[:10])
    cartographer.map()
    cartographer.map()
    table.put(SAMPLES[10:13])
    assert len(cartographer.map().ids) == 13
    assert laid_out == [0, 10, 13]


def test_of_a_large_library_a_part_is_laid_out_and_the_rest_stands_among_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_layout, "FIT_SAMPLES", 60)
    embeddings = np.stack([each.embedding for each in SAMPLES])
    layout = lay_out(embeddings)
    assert layout.places.shape == (120, 2)
    middles = np.stack([layout.places[crowd * EACH : (crowd + 1) * EACH].mean(axis=0) for crowd in range(3)])
    nearest = np.linalg.norm(layout.places[:, None] - middles, axis=2).argmin(axis=1)
    assert nearest.tolist() == [crowd for crowd in range(3) for _ in range(EACH)]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 14])
def test_a_small_library_has_places_and_no_crowds(count: int) -> None:
    layout = lay_out(np.stack([each.embedding for each in SAMPLES])[:count])
    assert layout.places.shape == (count, 2)
    assert np.all((layout.places >= 0) & (layout.places <= 1))
    assert set(layout.clusters.tolist()) <= {NO_CLUSTER}


@pytest.mark.parametrize("count", [8, 20])
def test_sounds_that_are_all_the_same_stand_together(count: int) -> None:
    layout = lay_out(np.repeat(SAMPLES[0].embedding[None], count, axis=0))
    assert np.ptp(layout.places, axis=0).tolist() == [0, 0]


def test_the_same_library_gives_the_same_map() -> None:
    embeddings = np.stack([each.embedding for each in SAMPLES[:50]])
    assert np.array_equal(lay_out(embeddings).places, lay_out(embeddings).places)
