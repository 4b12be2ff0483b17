"""Uses as a matrix: a row for each project, a column for each sample, 1 where the project has the sample.

A sample that was only passed over in a project is not in it. Who used it does not matter: the users of a studio pool
their uses.
"""

from collections.abc import Iterable, Mapping
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

    def projects_of(self, sample_id: str) -> NDArray[np.int32]:
        """Returns the rows of the projects that have a sample."""
        column = self.columns.get(sample_id)
        if column is None:
            return np.zeros(0, np.int32)
        start, end = self._by_sample.indptr[column : column + 2]
        projects: NDArray[np.int32] = self._by_sample.indices[start:end]
        return projects

    def shared_count(self, sample_id: str, other_id: str) -> int:
        """Returns how many projects have both samples."""
        return len(np.intersect1d(self.projects_of(sample_id), self.projects_of(other_id), assume_unique=True))

    def vector(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """Returns the weights by column; samples that nobody has used are left out."""
        vector = np.zeros(len(self.sample_ids), np.float32)
        for sample_id, weight in weights.items():
            if sample_id in self.columns:
                vector[self.columns[sample_id]] = weight
        return vector


def use_matrix(uses: Iterable[Use]) -> UseMatrix:
    """Returns the matrix of the uses, projects and samples in the order of their first use."""
    pairs = dict.fromkeys((use.project_id, use.sample_id) for use in uses if use.kind.is_liking)
    projects = {project: row for row, project in enumerate(dict.fromkeys(project for project, _ in pairs))}
    samples = {sample: column for column, sample in enumerate(dict.fromkeys(sample for _, sample in pairs))}
    rows = [projects[project] for project, _ in pairs]
    columns = [samples[sample] for _, sample in pairs]
    values = np.ones(len(pairs), np.float32)
    return UseMatrix(sparse.csr_array((values, (rows, columns)), shape=(len(projects), len(samples))), tuple(samples))
