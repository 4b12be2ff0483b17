"""Taste on studios whose structure is known: what belongs together is suggested together."""

from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from engine.library.item_neighbours import PENALTY, fit_item_neighbours
from engine.library.latent_factors import CONFIDENCE, LatentFactors
from engine.library.latent_factors import PENALTY as LATENT_PENALTY
from engine.library.taste import TasteModel, fit_taste, levelled
from engine.library.use_matrix import use_matrix
from engine.library.uses import Use, UseKind


def uses_of(projects: Mapping[str, Iterable[str]], kind: UseKind = UseKind.INSERTED) -> list[Use]:
    return [Use(sample, project, "", kind, 0.0) for project, samples in projects.items() for sample in samples]


def two_styles(project_count: int = 40) -> list[Use]:
    """Projects of two styles with ten samples each, of which each project lacks one."""
    projects: dict[str, list[str]] = {}
    for number in range(project_count):
        style = "ab"[number % 2]
        projects[f"project {number}"] = [f"{style}{n}" for n in range(10) if n != number // 2 % 10]
    return uses_of(projects)


@pytest.fixture(scope="module")
def model() -> TasteModel:
    fitted = fit_taste(use_matrix(two_styles()), version=7)
    assert fitted is not None
    return fitted


def best(model: TasteModel, known: dict[str, float], count: int) -> list[str]:
    scores = model.scores(known)
    assert scores is not None
    order = [model.uses.sample_ids[column] for column in np.argsort(-scores)]
    return [sample for sample in order if sample not in known][:count]


@pytest.mark.parametrize("known", [["a0"], ["a0", "a1"], [f"a{n}" for n in range(5)]])
def test_what_is_used_with_the_known_samples_comes_first(model: TasteModel, known: list[str]) -> None:
    others = {f"a{n}" for n in range(10)} - set(known)
    assert set(best(model, dict.fromkeys(known, 1.0), len(others))) == others


def test_the_missing_sample_of_a_new_project_is_found(model: TasteModel) -> None:
    assert best(model, {f"b{n}": 1.0 for n in range(9)}, 1) == ["b9"]


def test_what_was_passed_over_leans_away(model: TasteModel) -> None:
    columns = [model.uses.columns[f"b{n}"] for n in range(1, 10)]
    scores = model.neighbours.scores(model.uses.vector({"a0": 1.0}))
    leaning = model.neighbours.scores(model.uses.vector({"a0": 1.0, "b0": -1.0}))
    assert (leaning[columns] < scores[columns]).all()


def test_what_has_nothing_to_do_with_the_known_samples_has_a_score_near_0(model: TasteModel) -> None:
    scores = model.scores({"a3": 1.0})
    assert scores is not None
    together = scores[[model.uses.columns[f"a{n}"] for n in range(10) if n != 3]]
    apart = scores[[model.uses.columns[f"b{n}"] for n in range(10)]]
    assert np.abs(apart).max() < 0.2 * together.min()


def test_unknown_samples_say_nothing(model: TasteModel) -> None:
    assert model.scores({"never used": 1.0}) is None
    assert model.scores({"a0": -1.0}) is None
    assert model.scores({}) is None


def test_the_same_uses_give_the_same_model(model: TasteModel) -> None:
    again = fit_taste(use_matrix(two_styles()))
    assert again is not None
    np.testing.assert_array_equal(again.latent.factors, model.latent.factors)


def test_there_is_no_model_without_uses() -> None:
    assert fit_taste(use_matrix([])) is None


def test_one_use_is_enough_for_a_model() -> None:
    fitted = fit_taste(use_matrix(uses_of({"song": ["kick"]})))
    assert fitted is not None
    scores = fitted.scores({"kick": 1.0})
    assert scores is not None
    assert scores.shape == (1,)


def test_the_training_can_be_stopped() -> None:
    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        fit_taste(use_matrix(two_styles()), report=stop)


def test_the_matrix_counts_a_sample_once_in_a_project_whoever_used_it() -> None:
    uses = [
        Use("kick", "song", "ann", UseKind.INSERTED, 0.0),
        Use("kick", "song", "bob", UseKind.KEPT, 1.0),
        Use("kick", "other", "bob", UseKind.KEPT, 1.0),
        Use("hat", "song", "bob", UseKind.SKIPPED, 2.0),
        Use("bass", "other", "bob", UseKind.INSERTED, 3.0),
    ]
    matrix = use_matrix(uses)
    assert matrix.sample_ids == ("kick", "bass")
    np.testing.assert_array_equal(matrix.rows.toarray(), [[1, 0], [1, 1]])
    assert matrix.project_counts.tolist() == [2, 1]
    assert [matrix.project_count(name) for name in ("kick", "bass", "hat")] == [2, 1, 0]
    shared = matrix.shared_counts(["hat", "kick"], ["bass", "kick", "never used"])
    assert shared.tolist() == [[0, 0, 0], [1, 2, 0]]


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(2, 12))
def test_item_neighbours_are_the_ridge_regression(seed: int, project_count: int, sample_count: int) -> None:
    random = np.random.default_rng(seed)
    dense = (random.random((project_count, sample_count)) < 0.5).astype(np.float32)
    dense[0] = 1
    fitted = fit_item_neighbours(sparse.csr_array(dense))
    weighted = dense * dense.sum(axis=0) ** -0.25
    weighted /= np.maximum(np.linalg.norm(weighted, axis=1, keepdims=True), 1e-9)
    weights = np.linalg.solve(weighted.T @ weighted + PENALTY * np.eye(sample_count), weighted.T @ weighted)
    known = dense[0] * dense.sum(axis=0) ** -0.25
    expected = known / np.linalg.norm(known) @ weights * dense.sum(axis=0) ** 0.25
    np.testing.assert_allclose(fitted.scores(dense[0]), expected, rtol=1e-3, atol=1e-5)


def test_the_factors_of_a_project_solve_its_least_squares() -> None:
    """The gradient of the weighted squares, which the paper minimises, is 0 at the solution."""
    factors = np.random.default_rng(0).standard_normal((50, 4))
    known = np.zeros(50, np.float32)
    known[[3, 8]] = 1, 0.5
    inverse = np.linalg.inv(factors.T @ factors + LATENT_PENALTY * np.eye(4))
    scores = LatentFactors(factors.astype(np.float32), inverse).scores(known)
    project = np.linalg.lstsq(factors, scores.astype(np.float64), rcond=None)[0]
    confidence = np.where(known > 0, CONFIDENCE * known, 1.0)
    gradient = factors.T @ (confidence * ((known > 0) - factors @ project)) - LATENT_PENALTY * project
    np.testing.assert_allclose(gradient, 0, atol=1e-4)


def test_levelled_scores_have_a_root_mean_square_of_1_and_zeros_stay() -> None:
    np.testing.assert_allclose(levelled(np.array([3.0, -3.0, 0.0, 0.0], np.float32)), np.array([2, -2, 0, 0]) / 2**0.5)
    np.testing.assert_array_equal(levelled(np.zeros(3, np.float32)), np.zeros(3))
