"""Step 4: how likely a known case is the same problem."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.model import CaseGlimpse, Location, Precision
from intake.sameness import MatchScore, likeness, score_all
from tests.fakes.clock import START
from tests.fakes.samples import OTHER_WORDS, TEXT, a_glimpse, a_location, a_report, understood

texts = st.text(max_size=40) | st.text("青新社区门口井盖不见了，路灯 ", max_size=20)
places = st.builds(
    a_location,
    precision=st.sampled_from(Precision),
    accuracy_metres=st.floats(0, 5000),
)
glimpses = st.builds(
    CaseGlimpse,
    number=st.just("26112400001"),
    category_key=st.just("部件0101"),
    distance_metres=st.floats(0, 10_000),
    accuracy_metres=st.floats(0, 5000),
    opened_at=st.timedeltas(timedelta(days=-60), timedelta(days=60)).map(lambda ago: START - ago),
    text=texts,
    fingerprints=st.frozensets(st.just(understood(a_report()).fingerprint), max_size=1),
)


def score(glimpse: CaseGlimpse, text: str = TEXT, place: Location | None = None) -> MatchScore | None:
    location = place or a_location()
    scores = score_all(understood(a_report(text=text), location), location, [glimpse])
    return scores[0] if scores else None


@given(glimpse=glimpses, text=texts, place=places)
def test_a_score_lies_between_nothing_and_one(glimpse: CaseGlimpse, text: str, place: Location) -> None:
    found = score(glimpse, text, place)
    assert found is None or 0.0 <= found.score <= 1.0


@given(one=texts, other=texts)
def test_likeness_is_symmetric_and_between_nothing_and_one(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0.0 <= likeness(one, other) <= 1.0


@given(text=st.text("青新社区门口井盖不见了路灯", min_size=2, max_size=30))
def test_a_text_is_wholly_like_itself_with_other_punctuation(text: str) -> None:
    assert likeness(text, "，".join(text)) == 1.0


def test_texts_without_a_common_pair_are_not_alike() -> None:
    assert likeness("井盖不见了", "路灯不亮") == 0.0


def test_texts_too_short_for_a_pair_are_not_alike() -> None:
    assert likeness("井", "井") == 0.0


@given(near=st.floats(0, 60), farther=st.floats(0, 60))
def test_farther_never_scores_higher(near: float, farther: float) -> None:
    near, farther = sorted((near, farther))
    first = score(a_glimpse(text=OTHER_WORDS, distance_metres=near))
    second = score(a_glimpse(text=OTHER_WORDS, distance_metres=farther))
    assert first is not None
    assert second is not None
    assert first.score >= second.score


@given(hours=st.floats(0, 24 * 40), later=st.floats(0, 24 * 40))
def test_longer_ago_never_scores_higher(hours: float, later: float) -> None:
    hours, later = sorted((hours, later))
    known = a_glimpse(text=OTHER_WORDS)
    scores = [score(dataclasses.replace(known, opened_at=START - timedelta(hours=ago))) for ago in (hours, later)]
    first, second = (one.score for one in scores if one is not None)
    assert first >= second


def test_equal_words_within_reach_are_certain() -> None:
    found = score(a_glimpse(distance_metres=90.0))
    assert found is not None
    assert (found.score, found.certain) == (1.0, True)


def test_equal_words_out_of_reach_are_nothing() -> None:
    assert score(a_glimpse(distance_metres=90.1)) is None


def test_a_village_is_never_called_the_spot() -> None:
    village = a_location(precision=Precision.COMMUNITY, accuracy_metres=400.0)
    found = score(a_glimpse(text=OTHER_WORDS), TEXT, village)
    on_the_spot = score(a_glimpse(text=OTHER_WORDS), TEXT)
    assert found is not None
    assert on_the_spot is not None
    assert found.score < on_the_spot.score


def test_the_likeliest_comes_first() -> None:
    numbers = ["26112400001", "26112400002", "26112400003"]
    known = [a_glimpse(n, "别的问题", distance_metres=far) for n, far in zip(numbers, (30.0, 5.0, 60.0), strict=True)]
    scores = score_all(understood(a_report()), a_location(), known)
    assert [one.glimpse.number for one in scores] == ["26112400002", "26112400001", "26112400003"]
