"""The arithmetic of learning: regularised least squares over sparse rows, leave-one-out in closed form, and a softmax.

Rifkin and Klautau, In Defense of One-Vs-All Classification (2004): least squares over one column a class does as well
as a support vector machine, and what it would have said of each row without having seen it comes out of the same solve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

_CHUNK = 40_000


@dataclass(frozen=True, slots=True)
class SparseRows:
    """Rows of few values each: values `values[starts[i]:starts[i + 1]]` stand in the columns of the same slice."""

    starts: Numbers
    columns: Numbers
    values: Floats
    width: int

    @classmethod
    def of(cls, rows: Sequence[tuple[Sequence[int], Floats]], width: int) -> SparseRows:
        """From the columns and values of each row."""
        starts = np.cumsum([0] + [len(columns) for columns, _ in rows]).astype(np.int64)
        columns = np.concatenate([np.asarray(columns, np.int64) for columns, _ in rows])
        return cls(starts, columns, np.concatenate([values for _, values in rows]), width)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def by_column(self) -> SparseRows:
        """The same numbers, turned round."""
        order = np.argsort(self.columns, kind="stable")
        rows = np.repeat(np.arange(len(self)), np.diff(self.starts))
        starts = np.searchsorted(self.columns[order], np.arange(self.width + 1)).astype(np.int64)
        return SparseRows(starts, rows[order], self.values[order], len(self))

    def gram(self) -> Floats:
        """Products of all pairs of rows, (n, n)."""
        turned = self.by_column()
        products = np.zeros((len(self), len(self)), np.float32)
        for row in range(len(self)):
            own = slice(self.starts[row], self.starts[row + 1])
            spans = [slice(turned.starts[at], turned.starts[at + 1]) for at in self.columns[own]]
            others = np.concatenate([turned.columns[span] for span in spans]) if spans else np.zeros(0, np.int64)
            weights = [value * turned.values[span] for value, span in zip(self.values[own], spans, strict=True)]
            joined = np.concatenate(weights) if weights else np.zeros(0, np.float32)
            products[row] = np.bincount(others, weights=joined, minlength=len(self))
        return products

    def transposed_times(self, factors: Floats) -> Floats:
        """The transpose times `factors` (n, k): (width, k), a slice of the columns at a time."""
        turned = self.by_column()
        result = np.zeros((self.width, factors.shape[1]), np.float32)
        first = 0
        while first < self.width:
            limit = turned.starts[first] + _CHUNK
            last = max(first + 1, int(np.searchsorted(turned.starts, limit, side="right")) - 1)
            span = slice(turned.starts[first], turned.starts[last])
            products = turned.values[span, None] * factors[turned.columns[span]]
            filled = np.flatnonzero(np.diff(turned.starts[first : last + 1]))
            if len(filled):
                result[first + filled] = np.add.reduceat(products, turned.starts[first + filled] - span.start, axis=0)
            first = last
        return result


@dataclass(frozen=True, slots=True)
class Solution:
    """`weights` (width, k) and `offset` (k,); `left_out` (n, k) is what each row is given by the others alone."""

    weights: Floats
    offset: Floats
    left_out: Floats


def least_squares(rows: SparseRows, targets: Floats, penalty: float, offset_share: float) -> Solution:
    """Weights that give `targets` (n, k). `offset_share` is the square of the column of ones beside the rows."""
    gram = rows.gram() + np.float32(offset_share)
    gram[np.diag_indices_from(gram)] += np.float32(penalty)
    inverse = np.linalg.inv(gram)
    duals = inverse @ targets
    left_out = targets - duals / np.diagonal(inverse)[:, None]
    return Solution(rows.transposed_times(duals), offset_share * duals.sum(axis=0), left_out)


def fit_softmax(features: Floats, targets: Numbers, steps: int = 40) -> NDArray[np.float64]:
    """Factors (d,) of `features` (n, k, d) that make the softmax over k likeliest to give `targets` (n,).

    Newton's steps, halved until the likelihood grows; a small penalty keeps factors finite where classes lie apart.
    """
    own = features[np.arange(len(targets)), targets].astype(np.float64)
    factors = np.zeros(features.shape[2])
    loss = _loss(features, own, factors)
    for _ in range(steps):
        chances = softmax(features @ factors)
        means = np.einsum("nk,nkd->nd", chances, features)
        slope = (means - own).sum(axis=0) + _KEEP * factors
        spread = np.einsum("nk,nkd,nke->de", chances, features, features, optimize=True) - means.T @ means
        step = np.linalg.solve(spread + _KEEP * np.eye(len(factors)), slope)
        while _loss(features, own, factors - step) > loss and np.abs(step).max() > _STILL:
            step /= 2
        factors, before = factors - step, loss
        loss = _loss(features, own, factors)
        if before - loss < _STILL:
            break
    return factors


_KEEP = 1e-2
_STILL = 1e-6


def _loss(features: Floats, own: NDArray[np.float64], factors: NDArray[np.float64]) -> float:
    scores = features @ factors
    top = scores.max(axis=1)
    totals = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    return float((totals - own @ factors).sum() + _KEEP / 2 * factors @ factors)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
