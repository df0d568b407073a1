"""Normal form of texts, and the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geocode.normalise import normalise


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("晋江巿　青新 社区", "晋江市青新社区"),
        ("Ａ栋１２号", "a栋12号"),
        ("瑶琼村西区一百七十一号", "瑶琼村西区171号"),
        ("十号", "10号"),
        ("二〇五号", "205号"),
        ("一千一百六十八号附三号", "1168号附3号"),
        ("第一社区", "第一社区"),
        ("三天没人管", "三天没人管"),
        ("十百号", "十百号"),
        ("\u200b\x00井\r\n盖", "井盖"),
    ],
)
def test_a_text_takes_its_normal_form(text: str, normal: str) -> None:
    assert normalise(text).text == normal


def test_a_span_of_a_converted_number_is_the_numeral_of_the_original() -> None:
    text = "在 瑶琼村 一百七十一号 旁"
    normalised = normalise(text)
    start = normalised.text.index("171号")
    assert text[slice(*normalised.span(start, start + 4))] == "一百七十一号"


@given(st.text() | st.text("零一二三四五六七八九十百千两号附弄栋 〇１1a"))
@example("一" * 13 + "号")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once.text).text == once.text
    assert len(once.text) == len(once.starts) == len(once.ends)


@given(st.text() | st.text("零一二三四五六七八九十百千号 "))
def test_spans_rise_and_stay_in_the_original(text: str) -> None:
    normalised = normalise(text)
    assert list(normalised.starts) == sorted(normalised.starts)
    assert list(normalised.ends) == sorted(normalised.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(normalised.starts, normalised.ends, strict=True))


@pytest.mark.parametrize("unit", ["一", "号", "青新社区", "\ud800", "İ", "1", "\x00", "附一号"])
def test_a_hundred_thousand_characters_are_normalised(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    assert normalise(normalise(text).text).text == normalise(text).text
