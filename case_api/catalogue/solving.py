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
Floats64 = NDArray[np.float64]
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
    def of(cls, rows: Sequence[tuple[Sequence[int] | Numbers, Floats]], width: int) -> SparseRows:
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

    def products(self, others: SparseRows) -> Floats:
        """Products of each row with each of the `others`, (n, m)."""
        turned = others.by_column()
        products = np.zeros((len(self), len(others)), np.float32)
        for row in range(len(self)):
            own = slice(self.starts[row], self.starts[row + 1])
            spans = [slice(turned.starts[at], turned.starts[at + 1]) for at in self.columns[own]]
            met = np.concatenate([turned.columns[span] for span in spans]) if spans else np.zeros(0, np.int64)
            weights = [value * turned.values[span] for value, span in zip(self.values[own], spans, strict=True)]
            joined = np.concatenate(weights) if weights else np.zeros(0, np.float32)
            products[row] = np.bincount(met, weights=joined, minlength=len(others))
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
    """`weights` (width, k) and `offset` (k,) that rows of a width are given; the rest is for what was left out."""

    weights: Floats
    offset: Floats
    rows: SparseRows
    inverse: Floats
    duals: Floats
    offset_share: float

    def left_out(self, asked: SparseRows, own: Numbers) -> Floats:
        """Scores (m, k) of each row asked, by all rows but one: `own` (m,) numbers the row it must not know."""
        met = asked.products(self.rows) + np.float32(self.offset_share)
        known = np.einsum("mn,mn->m", met, self.inverse[own]) / np.diagonal(self.inverse)[own]
        return np.asarray(met @ self.duals - known[:, None] * self.duals[own], np.float32)


def least_squares(rows: SparseRows, targets: Floats, penalty: float, offset_share: float) -> Solution:
    """Weights that give `targets` (n, k). `offset_share` is the square of the column of ones beside the rows."""
    gram = rows.products(rows) + np.float32(offset_share)
    gram[np.diag_indices_from(gram)] += np.float32(penalty)
    inverse = np.linalg.inv(gram)
    duals = inverse @ targets
    offset = offset_share * duals.sum(axis=0)
    return Solution(rows.transposed_times(duals), offset, rows, inverse, duals, offset_share)


def fit_softmax(features: Floats, targets: Numbers, counts: Floats64 | None = None, steps: int = 40) -> Floats64:
    """Factors (d,) of `features` (n, k, d) that make the softmax over k likeliest to give `targets` (n,), each row
    counted once or `counts` (n,) times.

    Newton's steps, halved until the likelihood grows; a small penalty keeps factors finite where classes lie apart.
    """
    times = np.ones(len(targets)) if counts is None else counts
    own = features[np.arange(len(targets)), targets].astype(np.float64)

    def loss_of(factors: Floats64) -> float:
        scores = features @ factors
        top = scores.max(axis=1)
        totals = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
        return float(times @ (totals - own @ factors) + _KEEP / 2 * factors @ factors)

    factors = np.zeros(features.shape[2])
    loss = loss_of(factors)
    for _ in range(steps):
        chances = softmax(features @ factors)
        means = np.einsum("nk,nkd->nd", chances, features)
        slope = times @ (means - own) + _KEEP * factors
        spread = np.einsum("n,nk,nkd,nke->de", times, chances, features, features, optimize=True)
        spread -= (means * times[:, None]).T @ means
        step = np.linalg.solve(spread + _KEEP * np.eye(len(factors)), slope)
        while loss_of(factors - step) > loss and np.abs(step).max() > _STILL:
            step /= 2
        factors, before = factors - step, loss
        loss = loss_of(factors)
        if before - loss < _STILL:
            break
    return factors


_KEEP = 1e-2
_STILL = 1e-6


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def rising_curve(raw: Floats64, right: NDArray[np.bool_], counts: Floats64, fewest: int) -> Floats64:
    """Points (p, 2) of raw confidence and share right, both never falling: the shares of neighbours that fall are put
    together, and each point stands for at least `fewest` answers, each counted `counts` times."""
    order = np.argsort(raw, kind="stable")
    pools: list[list[float]] = []
    for start in range(0, len(order) // fewest * fewest, fewest):
        chosen = order[start:] if start + 2 * fewest > len(order) else order[start : start + fewest]
        times = counts[chosen]
        pools.append([float(raw[chosen] @ times), float(right[chosen] @ times), float(times.sum())])
        while len(pools) > 1 and pools[-2][1] * pools[-1][2] >= pools[-1][1] * pools[-2][2]:
            last = pools.pop()
            pools[-1] = [before + more for before, more in zip(pools[-1], last, strict=True)]
    points = [(said / count, hits / count) for said, hits, count in pools]
    return np.array([(0.0, 0.0), *points, (1.0, 1.0)])
