"""What each span of a text was taken for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geocode.geocoder import CityGeocoder
from geocode.shapes import explanation_shape
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"


@pytest.fixture(scope="module")
def geocoder() -> CityGeocoder:
    return CityGeocoder.from_pack(TINY, Faults())


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (
            "我住阳光社区，福建省 晋江市青阳街道青新社区门口井盖没了",
            [
                ("阳光社区", "home"),
                ("福建省 晋江市", "county"),
                ("福建省 晋江市青阳街道", "town"),
                ("青新社区", "community"),
                ("门口", "relative"),
            ],
        ),
        ("瑶琼村西区一百七十一号", [("瑶琼村", "community"), ("西区一百七十一号", "number")]),
        ("171号西区瑶琼村", [("171号西区", "number"), ("瑶琼村", "community")]),
        ("瑶琼村的路塌了，西区171号", [("瑶琼村", "community"), ("西区171号", "number")]),
        ("文竹路与泉安中路路口往北五十米", [("文竹路与泉安中路路口", "crossing"), ("往北五十米", "relative")]),
        ("不是世纪大道，是文竹路11号", [("世纪大道", "denied"), ("文竹路", "road"), ("11号", "number")]),
        ("厦门市思明区阳光社区", [("厦门市思明区", "elsewhere"), ("阳光社区", "elsewhere")]),
        ("井盖不见了", []),
    ],
)
def test_every_name_number_and_relative_word_has_its_span(
    geocoder: CityGeocoder, text: str, spans: list[tuple[str, str]]
) -> None:
    explained = geocoder.explain(text)
    assert [(text[span.start : span.end], span.role) for span in explained.spans] == spans


def test_an_explanation_is_the_answer_of_locate_with_its_steps_and_spans(geocoder: CityGeocoder) -> None:
    text = "文竹路11号对面"
    shape = explanation_shape(geocoder.explain(text)).model_dump(mode="json")
    assert list(shape) == ["text", "candidates", "question", "steps", "spans"]
    assert geocoder.explain(text).answer == geocoder.locate(text)
    assert shape["spans"][0] == {"start": 0, "end": 3, "role": "road", "words": "文竹路"}


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from("我住不是在青新社区东山村文竹路与世纪大道口12号-厦门市往北米之间，"), max_size=40).map(
        "".join
    )
)
@settings(deadline=None)
def test_spans_are_spans_of_any_text(geocoder: CityGeocoder, text: str) -> None:
    explained = geocoder.explain(text)
    assert all(0 <= span.start < span.end <= len(text) for span in explained.spans)
    assert explained.answer == geocoder.locate(text)
