"""The words behind an answer, on the text as it is shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from case_api.spans import apart, as_told, moved, place_spans
from case_api.views import SpanView
from intake.spelling import clean_text
from tests.fakes.api_site import QINGXIN
from tests.fakes.geocoder import InMemoryGeocoder

_LETTERS = st.text(st.sampled_from("灯路坏 \t\n　，ＡaB１2Ⅳ㎡é\u0301¨👋🏽ﾊﾞ"), max_size=30) | st.text(max_size=30)


def _span(start: int, end: int, role: str = "road", words: str = "") -> SpanView:
    return SpanView(start=start, end=end, role=role, words=words or f"{start}-{end}")


def _told(text: str, spans: list[SpanView]) -> list[tuple[str, str, str]]:
    return [(text[one.start : one.end], one.role, one.words) for one in spans]


def test_the_longer_of_two_names_keeps_the_letters_that_both_want() -> None:
    text = "青新社区路口"
    spans = [_span(0, 2, "town", "青新"), _span(0, 4, "community", "青新社区"), _span(3, 6, "crossing", "区路口")]
    assert _told(text, apart(text, spans)) == [("青新社区", "community", "青新社区"), ("路口", "crossing", "区路口")]


def test_a_place_keeps_its_letters_from_the_category_however_long_that_is() -> None:
    text = "村口路灯坏了很久"
    category = [_span(1, 8, "category", "路灯")]
    found = apart(text, category, over=[_span(0, 2, "community", "村口"), _span(4, 5, "number", "坏")])
    assert _told(text, found) == [
        ("村口", "community", "村口"),
        ("路灯", "category", "路灯"),
        ("坏", "number", "坏"),
        ("了很久", "category", "路灯"),
    ]


def test_touching_parts_that_say_the_same_are_one() -> None:
    text = "路灯不亮了"
    found = apart(text, [_span(0, 2, "category", "路灯"), _span(1, 4, "category", "路灯")])
    assert _told(text, found) == [("路灯不亮", "category", "路灯")]


def test_what_does_not_lie_in_the_text_is_left_out() -> None:
    text = "路灯"
    bad = [_span(-1, 1), _span(1, 3), _span(1, 1), _span(2, 1)]
    assert apart(text, [*bad, _span(1, 2, words="灯")]) == [_span(1, 2, words="灯")]
    assert apart("", bad) == []


@given(
    st.text(max_size=20), st.lists(st.tuples(st.integers(-3, 25), st.integers(-3, 25)), max_size=8), st.integers(0, 8)
)
def test_spans_never_lie_over_one_another_and_stay_in_the_text(
    text: str, pairs: list[tuple[int, int]], split: int
) -> None:
    spans = [_span(start, end) for start, end in pairs]
    found = apart(text, spans[:split], over=spans[split:])
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    covered = {at for one in spans if 0 <= one.start < one.end <= len(text) for at in range(one.start, one.end)}
    assert {at for one in found for at in range(one.start, one.end)} == covered


def test_spans_of_the_cleaned_text_are_found_again_in_what_was_told() -> None:
    told = "你好，\n　１２号 路灯  坏了㎡灯"
    cleaned = clean_text(told)
    assert cleaned == "你好, 12号 路灯 坏了m2灯"
    spans = [(4, 7), (8, 13), (13, 15), (15, 16)]
    assert [told[start:end] for start, end in as_told(told, cleaned, spans)] == ["１２号", "路灯  坏了", "㎡", "灯"]


def test_a_text_that_was_put_right_has_no_spans_in_what_was_told() -> None:
    assert as_told("灯怀了", "灯坏了", [(0, 3)]) == []
    assert as_told("灯坏了", "灯坏了", [(0, 3), (2, 4), (-1, 1)]) == [(0, 3)]


@given(_LETTERS)
def test_every_span_of_a_cleaned_text_is_that_of_what_it_came_from_or_none(told: str) -> None:
    cleaned = clean_text(told)
    found = as_told(told, cleaned, [(at, at + 1) for at in range(len(cleaned))])
    assert len(found) in {0, len(cleaned)}
    for at, (start, end) in enumerate(found):
        part = clean_text(told[start:end])
        assert cleaned[at] in (part or " ")


def test_the_place_is_marked_in_the_words_told_for_it_and_in_the_text() -> None:
    geocoder = InMemoryGeocoder([QINGXIN])
    text, words = "我在青新社区，灯坏了", "梅岭青新社区"
    spans, told = place_spans(geocoder, text, words)
    assert _told(text, spans) == [("青新社区", "community", "青新社区")]
    assert _told(words, told) == [("青新社区", "community", "青新社区")]
    assert place_spans(geocoder, text, "") == (spans, [])


def test_of_a_very_long_text_the_beginning_is_read() -> None:
    text = f"青新社区{'路灯不亮' * 200}青新社区"
    assert place_spans(InMemoryGeocoder([QINGXIN]), text, "") == ([_span(0, 4, "community", "青新社区")], [])
    late = f"{'路灯不亮' * 200}青新社区"
    assert place_spans(InMemoryGeocoder([QINGXIN]), late, "") == ([], [])


def test_a_geocoder_that_explains_nothing_marks_nothing() -> None:
    assert place_spans(object(), "青新社区", "青新社区") == ([], [])


def test_spans_move_with_their_text() -> None:
    assert moved([_span(2, 4)], -2) == [_span(0, 2, words="2-4")]
