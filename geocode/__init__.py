"""Place words to points, divisions and grid cells, and back: a library in itself."""

from __future__ import annotations

from geocode.check import check_geography
from geocode.divisions import Division, Divisions
from geocode.explain import Explanation
from geocode.geocoder import CityGeocoder
from geocode.serving import FaultyPack, LoadedCity, ServingGeocoder, load_city
from geocode.shapes import AnswerShape, CandidateShape, answer_shape, candidate_shape, explanation_shape

__all__ = [
    "AnswerShape",
    "CandidateShape",
    "CityGeocoder",
    "Division",
    "Divisions",
    "Explanation",
    "FaultyPack",
    "LoadedCity",
    "ServingGeocoder",
    "answer_shape",
    "candidate_shape",
    "check_geography",
    "explanation_shape",
    "load_city",
]
