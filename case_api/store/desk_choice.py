"""What the desk chose, as a place and a reading a case can be opened from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from case_api.catalogue.catalogue import Catalogue
from case_api.services import Resolution
from intake.errors import FieldFault, Invalid
from intake.model import CategoryGuess, GivenPoint, Location, Precision
from intake.ports import Geocoder

_POINT_ACCURACY_METRES = 20.0


def chosen_location(resolution: Resolution, places: Sequence[Mapping[str, Any]], geocoder: Geocoder) -> Location:
    """One of the offered places, or a point of the map. Raises Invalid."""
    if resolution.lon is not None and resolution.lat is not None and resolution.datum is not None:
        return _at_point(GivenPoint(resolution.lon, resolution.lat, resolution.datum), geocoder)
    if resolution.place is not None and resolution.place < len(places):
        place = places[resolution.place]
        return Location(
            lon=place["lon"],
            lat=place["lat"],
            accuracy_metres=place["accuracy_metres"],
            precision=Precision(place["precision"]),
            address=place["name"],
            code12=place["code12"],
            cell=place["cell"],
            confidence=1.0,
            found_by="desk",
        )
    fault = FieldFault("/place", "请选择一个地点，或在地图上点出位置。", "Choose a place, or a point with its datum.")
    raise Invalid("还没有确定地点。", "The place is not decided yet.", (fault,))


def _at_point(point: GivenPoint, geocoder: Geocoder) -> Location:
    found = geocoder.reverse(point)
    if found is None:
        fault = FieldFault("/lon", "这个位置不在本市范围内。", "This point is outside the county.")
        raise Invalid("位置不在本市范围内。", "The point is outside the county.", (fault,))
    return Location(
        lon=found.lon,
        lat=found.lat,
        accuracy_metres=_POINT_ACCURACY_METRES,
        precision=Precision.POINT,
        address=found.name,
        code12=found.code12,
        cell=found.cell,
        confidence=1.0,
        found_by="desk",
    )


def chosen_guess(resolution: Resolution, readings: Sequence[Mapping[str, Any]], catalogue: Catalogue) -> CategoryGuess:
    """The chosen category with its condition; the first reading when none was named. Raises Invalid."""
    key = resolution.category_key or (readings[0]["category_key"] if readings else None)
    if key is None or catalogue.find(key) is None:
        fault = FieldFault("/category_key", "请选择目录中的类别。", "Choose a category of the catalogue.")
        raise Invalid("还没有确定类别。", "The category is not decided yet.", (fault,))
    number = (
        resolution.condition_number or _read_condition(key, readings) or catalogue.entry(key).rules[0].condition.number
    )
    return CategoryGuess(catalogue.entry(key).category, catalogue.condition(key, number), 1.0)


def _read_condition(key: str, readings: Sequence[Mapping[str, Any]]) -> int | None:
    return next((int(one["condition_number"]) for one in readings if one["category_key"] == key), None)
