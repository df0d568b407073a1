"""Any text is answered: of any characters, of a hundred thousand of them, with spans inside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geocode.geocoder import CityGeocoder
from intake.model import PlaceAnswer
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
WORDS = [
    *("文竹路", "泉安中路", "世纪大道", "青新社区", "东山村", "瑶琼", "青阳街道", "晋江市", "福建省", "厦门市"),
    *(
        "石狮",
        "我住",
        "不是",
        "从",
        "到",
        "和",
        "与",
        "之间",
        "路口",
        "交叉口",
        "11号",
        "一百二十号",
        "附3号",
        "90-92号",
    ),
    *(
        "西区",
        "南段",
        "往北",
        "五十米",
        "1公里",
        "对面",
        "门口",
        "的",
        "，",
        "。",
        "（",
        "）",
        "号",
        "幢",
        "11月",
        "上午",
    ),
    *("居民", "上班", "\ud800", "İ"),
]
LONG = ["文竹路与泉安中路路口", "文竹路11号到", "不是青新社区，", "我住青新社区，", "1号", "东", "的", "之间", "\ud800"]


@pytest.fixture(scope="module")
def geocoder() -> CityGeocoder:
    return CityGeocoder.from_pack(TINY, Faults())


def _check(answer: PlaceAnswer, text: str) -> None:
    assert answer.text == text
    confidences = [candidate.confidence for candidate in answer.candidates]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= candidate.span[0] < candidate.span[1] <= len(text) for candidate in answer.candidates)
    assert (answer.question is None) == (bool(confidences) and confidences[0] >= 0.6)


@given(st.text(max_size=300) | st.lists(st.sampled_from(WORDS), max_size=25).map("".join))
@settings(deadline=None, max_examples=400)
def test_any_text_is_answered_with_spans_inside_it(geocoder: CityGeocoder, text: str) -> None:
    _check(geocoder.locate(text), text)


@pytest.mark.parametrize("word", LONG)
def test_a_hundred_thousand_characters_are_answered(geocoder: CityGeocoder, word: str) -> None:
    text = (word * 100_000)[:100_000]
    _check(geocoder.locate(text), text)
