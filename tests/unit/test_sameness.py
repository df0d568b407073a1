"""Step 4: how likely a known case is the same problem."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.model import CaseGlimpse, Evidence, EvidenceKind, Location, Precision
from intake.sameness import MatchScore, score_all
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


def test_equal_words_out_of_reach_are_not_certain() -> None:
    found = score(a_glimpse(distance_metres=90.1))
    assert found is None or (found.certain, found.score < 0.1) == (False, True)


def test_equal_words_long_after_are_weighed_like_others() -> None:
    found = score(dataclasses.replace(a_glimpse(), opened_at=START - timedelta(days=7, minutes=1)))
    assert found is not None
    assert found.certain is False


def test_the_last_report_counts_not_the_first() -> None:
    known = dataclasses.replace(a_glimpse(text=OTHER_WORDS), opened_at=START - timedelta(days=20))
    again = score(dataclasses.replace(known, last_told_at=START - timedelta(hours=1)))
    silent = score(known)
    assert again is not None
    assert silent is not None
    assert again.score > 0.9 > silent.score


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


@given(known=st.lists(glimpses, max_size=5))
def test_known_cases_share_one_certainty(known: list[CaseGlimpse]) -> None:
    scores = score_all(understood(a_report()), a_location(), known)
    assert sum(one.score for one in scores if not one.certain) <= 1.0


def test_of_two_cases_alike_neither_is_sure() -> None:
    numbers = ("26112400001", "26112400002")
    known = [a_glimpse(number, OTHER_WORDS) for number in numbers]
    both = score_all(understood(a_report()), a_location(), known)
    (alone,) = score_all(understood(a_report()), a_location(), known[:1])
    assert alone.score > 0.9
    assert [round(one.score, 2) for one in both] == [0.5, 0.5]


def test_two_lamps_three_hundred_metres_apart_are_two() -> None:
    assert score(a_glimpse(text=OTHER_WORDS, distance_metres=300.0)) is None


def test_another_kind_of_cover_on_the_spot_is_less_likely_than_the_same_and_a_cover_of_any_kind_is_not() -> None:
    other_kind = dataclasses.replace(a_glimpse(text=OTHER_WORDS), category_key="部件0107")
    any_kind = dataclasses.replace(other_kind, other_keys={"部件0101": 0.9})
    same, other, open_kind = score(a_glimpse(text=OTHER_WORDS)), score(other_kind), score(any_kind)
    assert same is not None
    assert other is not None
    assert open_kind is not None
    assert same.score > open_kind.score > other.score


def test_an_equal_photo_speaks_louder_than_words() -> None:
    photo = Evidence(EvidenceKind.PHOTO, "file:1", "0" * 64, "image/jpeg", 1, look="00ff00ff00ff00ff")
    report = dataclasses.replace(a_report(text="别的话"), evidence=(photo,))
    village = a_location(precision=Precision.COMMUNITY, accuracy_metres=400.0)
    known = dataclasses.replace(a_glimpse(distance_metres=200.0), opened_at=START - timedelta(days=3))
    shown = dataclasses.replace(known, looks=frozenset({"00ff00ff00ff00fe"}))
    unlike = dataclasses.replace(known, looks=frozenset({"ff00ff00ff00ff00"}))
    like, other = (score_all(understood(report, village), village, [one])[0] for one in (shown, unlike))
    assert like.score > 0.9 > other.score
    assert [reason for reason in like.reasons if "照片" in reason] == ["照片几乎相同"]
    assert [reason for reason in other.reasons if "照片" in reason] == []
