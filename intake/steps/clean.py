"""Step 1: what was told, with the desk's corrections applied. `intake.spelling` brings it to one spelling."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from intake.errors import Invalid
from intake.model import Correction, Datum, GivenPoint, Report


def corrected(report: Report, corrections: Sequence[Correction]) -> Report:
    """The report as it counts now: of several corrections of one field the last holds. Raises Invalid."""
    for correction in {one.field: one for one in corrections}.values():
        match correction.field:
            case "text":
                report = dataclasses.replace(report, text=correction.value)
            case "place_words":
                report = dataclasses.replace(report, place_words=correction.value)
            case "category":
                report = dataclasses.replace(report, answers={**report.answers, "category": correction.value})
            case "point":
                report = dataclasses.replace(report, point=parse_point(correction.value))
            case other:
                raise Invalid(f"不能更正字段 {other}。", f"The field {other} cannot be corrected.")
    return report


def parse_point(words: str) -> GivenPoint:
    """`118.57,24.81,wgs84` as a point. Raises Invalid."""
    try:
        lon, lat, datum = words.split(",")
        point = GivenPoint(float(lon), float(lat), Datum(datum.strip()))
    except ValueError as error:
        raise Invalid("位置应写成“经度,纬度,坐标系”。", "A point is written lon,lat,datum.") from error
    if not (-180 <= point.lon <= 180 and -90 <= point.lat <= 90):
        raise Invalid("更正的经纬度不可能存在。", "The corrected longitude or latitude is impossible.")
    return point
