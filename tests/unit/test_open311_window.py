"""The 90 days of a list."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.open311.window import SPAN, read_moment, window
from intake.errors import Invalid
from tests.fakes.clock import CHINA, START


def at(words: str) -> datetime:
    return datetime.fromisoformat(words)


def test_the_last_ninety_days_are_meant_unless_told_otherwise() -> None:
    assert window(None, "", START) == (START - SPAN, START)


def test_one_end_brings_the_other() -> None:
    assert window("2026-11-01T00:00:00Z", None, START) == (at("2026-11-01T00:00:00+00:00"), START)
    start = at("2026-01-01T00:00:00+00:00")
    assert window("2026-01-01T00:00:00Z", None, START) == (start, start + SPAN)
    end = at("2026-05-01T00:00:00.999+00:00")
    assert window(None, "2026-05-01T00:00:00Z", START) == (end - SPAN, end)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2026", "2026-01-01T00:00:00+08:00", "2026-12-31T23:59:59.999+08:00"),
        ("2026-02", "2026-02-01T00:00:00+08:00", "2026-02-28T23:59:59.999+08:00"),
        ("2026-12", "2026-12-01T00:00:00+08:00", "2026-12-31T23:59:59.999+08:00"),
        ("2026-11-24", "2026-11-24T00:00:00+08:00", "2026-11-24T23:59:59.999+08:00"),
        ("2026-11-24T08:30+08:00", "2026-11-24T08:30:00+08:00", "2026-11-24T08:30:00.999+08:00"),
        ("2026-11-24T00:30:00Z", "2026-11-24T08:30:00+08:00", "2026-11-24T08:30:00.999+08:00"),
        ("2026-11-24T08:30:00.5+08:00", "2026-11-24T08:30:00.5+08:00", "2026-11-24T08:30:00.5+08:00"),
        ("2026-11-24T08:30:00 08:00", "2026-11-24T08:30:00+08:00", "2026-11-24T08:30:00.999+08:00"),
        ("2026-11-24T08:30:00", "2026-11-24T08:30:00+08:00", "2026-11-24T08:30:00.999+08:00"),
    ],
)
def test_w3c_times_are_read_to_their_first_and_last_moment(words: str, first: str, last: str) -> None:
    assert (read_moment("x", words), read_moment("x", words, last=True)) == (at(first), at(last))


def test_ninety_days_from_day_to_day_are_taken() -> None:
    since, until = window("2026-01-01", "2026-04-01", START)
    assert (since, until) == (at("2026-01-01T00:00:00+08:00"), at("2026-04-01T23:59:59.999+08:00"))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-01", "2026-04-02"),
        ("2026-01-01T00:00:00Z", "2026-04-01T00:00:01Z"),
        ("2026-02-02", "2026-02-01"),
        ("tomorrow", None),
        (None, "2026-13-01"),
        ("0000-00-00", None),
        ("9999-12-31", None),
        (None, "0001-01-01"),
        (None, "9999"),
    ],
)
def test_what_cannot_be_a_range_is_refused(start: str | None, end: str | None) -> None:
    with pytest.raises(Invalid):
        window(start, end, START)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_words_are_a_range_of_ninety_days_or_refused(start: str, end: str) -> None:
    try:
        since, until = window(start, end, START)
    except Invalid:
        return
    assert since <= until <= since + SPAN + timedelta(days=366)


@given(st.datetimes(timezones=st.just(CHINA)))
def test_a_moment_is_read_as_it_is_written(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    try:
        assert read_moment("x", whole.isoformat()) == whole
    except Invalid:
        assert whole.year in (1, 9999)
