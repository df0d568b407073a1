"""Which filing condition a text speaks for: conditions with the same words share what was learned of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from case_api.catalogue.catalogue import Catalogue
from case_api.catalogue.solving import fit_softmax

Floats = NDArray[np.float32]
Columns = Mapping[str, Mapping[int, int]]
"""Category key to condition number to column."""

# A place in the table that no condition of the category fills: so low that no factor makes it likely.
_NONE = -10.0


@dataclass(frozen=True, slots=True, eq=False)
class ConditionModel:
    """`weights` (runs, columns) are whole numbers times `scale`; `factors` weigh the score and the listed words."""

    columns: Columns
    weights: NDArray[np.int8]
    scale: Floats
    offset: Floats
    factors: NDArray[np.float64]

    def leanings(self, key: str, numbers: NDArray[np.int64], shares: Floats) -> dict[int, float]:
        """Score of each condition of a category, comparable within it; none where it has one condition only."""
        own = self.columns.get(key)
        if not own:
            return {}
        # Whole rows are taken: picking columns out of them costs more than it saves.
        scores = shares @ self.weights.take(numbers, axis=0)
        scale, offset, factor = self.scale, self.offset, float(self.factors[0])
        return {
            number: factor * float(scores[column] * scale[column] + offset[column]) for number, column in own.items()
        }


def condition_columns(catalogue: Catalogue) -> dict[str, dict[int, int]]:
    """A column for every list of keywords: the covers of eighteen kinds are missing, cracked and loud alike."""
    lists: dict[tuple[str, ...], int] = {}
    return {
        entry.category.key: {rule.condition.number: lists.setdefault(rule.keywords, len(lists)) for rule in entry.rules}
        for entry in catalogue.entries()
        if len(entry.rules) > 1
    }


@dataclass(frozen=True, slots=True)
class ConditionCase:
    """A lesson with a known condition: what it scored in each column when left out, and what its listed words say."""

    key: str
    number: int
    scores: Floats
    words: Mapping[int, float]


def fit_conditions(columns: Columns, cases: Sequence[ConditionCase]) -> tuple[NDArray[np.float64], float]:
    """Factors of score and words, and the share of cases that they read rightly."""
    if not cases:
        return np.ones(2), 0.0
    most = max(len(own) for own in columns.values())
    features = np.full((len(cases), most, 2), (_NONE, 0.0), np.float32)
    targets = np.zeros(len(cases), np.int64)
    for row, case in enumerate(cases):
        own = columns[case.key]
        for place, (number, column) in enumerate(own.items()):
            features[row, place] = case.scores[column], case.words.get(number, 0.0)
        targets[row] = list(own).index(case.number)
    factors = fit_softmax(features, targets)
    return factors, float(((features @ factors).argmax(axis=1) == targets).mean())
