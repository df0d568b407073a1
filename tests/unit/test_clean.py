"""Step 1: one spelling, and the desk's corrections."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.errors import Invalid
from intake.model import Correction, Datum, GivenPoint, Report
from intake.spelling import clean_text, fingerprint
from intake.steps.clean import corrected, parse_point
from tests.fakes.clock import START
from tests.fakes.samples import TEXT, a_report


def fix(field: str, value: str) -> Correction:
    return Correction(field, value, "wang", START)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.text())
def test_clean_text_has_no_blank_but_single_ones(text: str) -> None:
    assert clean_text(text) == " ".join(clean_text(text).split())


def test_full_width_letters_and_digits_are_folded_and_lines_joined() -> None:
    assert clean_text(" ＡＢ１２\u3000号\r\n井盖 ") == "AB12 号 井盖"


@given(st.text("青新社区井盖ABab12", max_size=20), st.text("，。！？ \n、（）_-", max_size=5))
def test_fingerprints_see_neither_punctuation_nor_letter_case(text: str, noise: str) -> None:
    assert fingerprint(noise + noise.join(text.upper()) + noise) == fingerprint(text.lower())


def test_fingerprints_of_other_words_differ() -> None:
    assert fingerprint(TEXT) != fingerprint(TEXT.replace("不见", "坏"))


@given(st.text(st.characters(), max_size=30))
def test_every_text_has_a_fingerprint_of_24_digits(text: str) -> None:
    assert len(fingerprint(text)) == 24


@pytest.mark.parametrize(
    ("correction", "changes"),
    [
        (fix("text", "路灯不亮"), {"text": "路灯不亮"}),
        (fix("place_words", "青新社区"), {"place_words": "青新社区"}),
        (fix("category", "部件0102"), {"answers": {"category": "部件0102", "备注": "晚上"}}),
        (fix("point", "118.5,24.8,gcj02"), {"point": GivenPoint(118.5, 24.8, Datum.GCJ02)}),
    ],
)
def test_a_correction_counts_in_place_of_what_was_told(correction: Correction, changes: dict[str, object]) -> None:
    told = dataclasses.replace(a_report(), answers={"备注": "晚上"})
    expected: Report = dataclasses.replace(told, **changes)  # type: ignore[arg-type]
    assert corrected(told, [correction]) == expected


def test_of_several_corrections_the_last_holds_and_the_report_stays() -> None:
    told = a_report()
    assert corrected(told, [fix("text", "甲"), fix("text", "乙")]).text == "乙"
    assert told == a_report()


def test_an_unusable_correction_is_mended_by_a_later_one() -> None:
    mended = corrected(a_report(), [fix("point", "somewhere"), fix("point", "118.57,24.81,wgs84")])
    assert mended.point == GivenPoint(118.57, 24.81, Datum.WGS84)


def test_a_field_that_cannot_be_corrected_is_refused() -> None:
    with pytest.raises(Invalid, match="phone"):
        corrected(a_report(), [fix("phone", "13800000000")])


@pytest.mark.parametrize(
    "words",
    ["", "118.5,24.8", "118.5,24.8,wgs72", "a,b,wgs84", "118.5,24.8,wgs84,1", "nan,24.8,wgs84", "118.5,91,wgs84"],
)
def test_a_point_that_cannot_be_is_refused(words: str) -> None:
    with pytest.raises(Invalid):
        parse_point(words)


@given(st.floats(-180, 180), st.floats(-90, 90), st.sampled_from(Datum))
def test_a_point_is_read_as_it_was_written(lon: float, lat: float, datum: Datum) -> None:
    assert parse_point(f"{lon},{lat}, {datum}") == GivenPoint(lon, lat, datum)
