"""The curve from evidence to probability, and how it is fitted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.accuracy.fit_confidence import curve
from geocode.confidence import ASKING_BELOW, CURVE, calibrated, evidence


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_evidence_is_never_less_sure(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= calibrated(low) <= calibrated(high) <= 1.0


@given(st.floats(0, 1))
def test_the_line_for_asking_stays_where_the_steps_drew_it(raw: float) -> None:
    assert (calibrated(raw) >= ASKING_BELOW) == (raw >= ASKING_BELOW) or abs(raw - ASKING_BELOW) < 0.001


@given(st.floats(0, 1))
def test_evidence_comes_back_from_confidence(raw: float) -> None:
    assert calibrated(evidence(calibrated(raw))) == pytest.approx(calibrated(raw))


def test_the_curve_rises() -> None:
    assert all(low < high and at_low < at_high for (low, at_low), (high, at_high) in pairwise(CURVE))


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0])), max_size=60))
def test_any_outcomes_give_a_curve_that_rises_and_keeps_the_line(outcomes: list[tuple[float, float]]) -> None:
    points = curve(outcomes)
    assert all(low < high and at_low <= at_high for (low, at_low), (high, at_high) in pairwise(points))
    assert all((share >= ASKING_BELOW) == (raw >= ASKING_BELOW) for raw, share in points)


def test_steps_that_are_right_less_often_than_the_one_before_are_pooled() -> None:
    outcomes = [(0.7, 1.0)] * 400 + [(0.8, 0.0)] * 100 + [(0.8, 1.0)] * 300
    shares = {round(raw, 3): share for raw, share in curve(outcomes)}
    assert shares[0.8] == pytest.approx(shares[0.7], abs=0.003)
    assert shares[0.8] == pytest.approx((700 + 60 * 1.5) / (800 + 120), abs=0.001)
