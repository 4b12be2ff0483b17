"""Uses as a matrix: a row for each project, a column for each sample, 1 where the project has the sample.

A sample that was only passed over in a project is not in it. Who used it does not matter: the users of a studio pool
their uses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.library.uses import Use


@dataclass(frozen=True, eq=False)
class UseMatrix:
    """Which projects have which samples."""

    rows: sparse.csr_array
    """Shape (projects, samples), float32, 1 where there is a use."""
    sample_ids: tuple[str, ...]
    """By column, each used in a project at least."""

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Place of each sample among the columns."""
        return {sample_id: column for column, sample_id in enumerate(self.sample_ids)}

    @cached_property
    def _by_sample(self) -> sparse.csc_array:
        return self.rows.tocsc()

    @cached_property
    def project_counts(self) -> NDArray[np.int64]:
        """In how many projects each sample is."""
        counts: NDArray[np.int64] = np.diff(self._by_sample.indptr).astype(np.int64)
        return counts

    def project_count(self, sample_id: str) -> int:
        """Returns in how many projects a sample is."""
        return int(self.project_counts[self.columns[sample_id]]) if sample_id in self.columns else 0

    def shared_counts(self, sample_ids: Sequence[str], other_ids: Sequence[str]) -> NDArray[np.int64]:
        """Returns how many projects have both, for each of the samples and each of the others."""
        counts = np.zeros((len(sample_ids), len(other_ids)), np.int64)
        rows, first = self._used(sample_ids)
        columns, second = self._used(other_ids)
        counts[np.ix_(rows, columns)] = (first.T @ second).toarray()
        return counts

    def vector(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """Returns the weights by column; samples that nobody has used are left out."""
        vector = np.zeros(len(self.sample_ids), np.float32)
        for sample_id, weight in weights.items():
            if sample_id in self.columns:
                vector[self.columns[sample_id]] = weight
        return vector

    def _used(self, sample_ids: Sequence[str]) -> tuple[list[int], sparse.csc_array]:
        """Returns the places of those samples that have been used, and their columns."""
        places = [place for place, sample_id in enumerate(sample_ids) if sample_id in self.columns]
        return places, self._by_sample[:, [self.columns[sample_ids[place]] for place in places]]


def use_matrix(uses: Iterable[Use]) -> UseMatrix:
    """Returns the matrix of the uses, projects and samples in the order of their first use."""
    pairs = dict.fromkeys((use.project_id, use.sample_id) for use in uses if use.kind.is_liking)
    projects = {project: row for row, project in enumerate(dict.fromkeys(project for project, _ in pairs))}
    samples = {sample: column for column, sample in enumerate(dict.fromkeys(sample for _, sample in pairs))}
    rows = [projects[project] for project, _ in pairs]
    columns = [samples[sample] for _, sample in pairs]
    values = np.ones(len(pairs), np.float32)
    return UseMatrix(sparse.csr_array((values, (rows, columns)), shape=(len(projects), len(samples))), tuple(samples))
