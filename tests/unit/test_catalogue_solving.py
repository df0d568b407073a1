"""The arithmetic of learning against the plain way of doing it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from case_api.catalogue.solving import SparseRows, fit_softmax, least_squares, rising_curve, softmax

SEED = 7


def _rows() -> tuple[SparseRows, NDArray[np.float32]]:
    """Forty rows over thirty columns, two of the columns and one of the rows empty."""
    rng = np.random.default_rng(SEED)
    dense = np.where(rng.random((40, 30)) < 0.2, rng.random((40, 30)), 0).astype(np.float32)
    dense[:, [3, 29]] = 0
    dense[7] = 0
    rows = [(np.flatnonzero(row).tolist(), row[np.flatnonzero(row)]) for row in dense]
    return SparseRows.of(rows, 30), dense


def test_products_of_sparse_rows_are_those_of_full_ones() -> None:
    rows, dense = _rows()
    factors = np.arange(80, dtype=np.float32).reshape(40, 2)
    np.testing.assert_allclose(rows.products(rows), dense @ dense.T, atol=1e-5)
    np.testing.assert_allclose(rows.transposed_times(factors), dense.T @ factors, rtol=1e-5)


def test_what_is_said_of_a_row_left_out_is_what_learning_without_it_says() -> None:
    rows, dense = _rows()
    targets = (np.random.default_rng(SEED + 1).random((40, 3)) < 0.3).astype(np.float32)
    solved = least_squares(rows, targets, 0.5, 0.1)
    asked = solved.left_out(rows, np.arange(40))
    for left_out in (0, 7, 39):
        kept = [at for at in range(40) if at != left_out]
        wide = np.hstack([dense, np.full((40, 1), np.sqrt(0.1))])
        normal = wide[kept].T @ wide[kept] + 0.5 * np.eye(31)
        weights = np.linalg.solve(normal, wide[kept].T @ targets[kept])
        np.testing.assert_allclose(asked[left_out], wide[left_out] @ weights, atol=1e-4)


def test_weights_and_offset_are_those_of_the_normal_equations() -> None:
    rows, dense = _rows()
    targets = np.random.default_rng(SEED + 2).random((40, 2)).astype(np.float32)
    solved = least_squares(rows, targets, 0.5, 0.1)
    wide = np.hstack([dense, np.full((40, 1), np.sqrt(0.1))])
    weights = np.linalg.solve(wide.T @ wide + 0.5 * np.eye(31), wide.T @ targets)
    np.testing.assert_allclose(solved.weights, weights[:30], atol=1e-4)
    np.testing.assert_allclose(solved.offset, weights[30] * np.sqrt(0.1), atol=1e-4)


def test_the_softmax_finds_the_factors_its_targets_were_drawn_with() -> None:
    rng = np.random.default_rng(SEED)
    features = rng.normal(size=(4000, 5, 2)).astype(np.float32)
    chances = softmax(features @ np.array([2.0, -1.0]))
    targets = np.array([rng.choice(5, p=row) for row in chances])
    np.testing.assert_allclose(fit_softmax(features, targets), [2.0, -1.0], atol=0.15)


def test_classes_that_lie_apart_give_finite_factors() -> None:
    features = np.tile(np.eye(2, dtype=np.float32)[None, :, :1], (30, 1, 1))
    factors = fit_softmax(features, np.zeros(30, np.int64))
    assert 0 < factors[0] < 50


def test_a_curve_of_confidence_never_falls_and_is_true_to_the_answers() -> None:
    rng = np.random.default_rng(SEED)
    raw = rng.random(4000)
    right = rng.random(4000) < raw**2
    curve = rising_curve(raw, right, np.ones(4000), 50)
    assert (np.diff(curve, axis=0) >= 0).all()
    np.testing.assert_allclose(np.interp([0.3, 0.6, 0.9], curve[:, 0], curve[:, 1]), [0.09, 0.36, 0.81], atol=0.07)


def test_a_row_counted_thrice_is_as_three_rows() -> None:
    rng = np.random.default_rng(SEED)
    features, targets = rng.normal(size=(300, 4, 2)).astype(np.float32), rng.integers(0, 4, 300)
    counts = rng.integers(1, 4, 300)
    thrice = fit_softmax(np.repeat(features, counts, axis=0), np.repeat(targets, counts))
    np.testing.assert_allclose(fit_softmax(features, targets, counts.astype(np.float64)), thrice, atol=1e-4)
