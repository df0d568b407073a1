"""Step 2: where it is. A given point counts before words; words name the address."""

from __future__ import annotations

import math
from dataclasses import dataclass

from intake.model import Datum, GivenPoint, Location, PlaceAnswer, PlaceCandidate, Precision, Report, TraceStep
from intake.ports import Geocoder, PlaceHints

_POINT_ACCURACY_METRES = 30.0
_DISAGREE_METRES = 1000.0
_METRES_PER_DEGREE = 111_320.0
_RUNNERS_UP = 4
_DOUBTED_CONFIDENCE = 0.5
_DATUMS = {Datum.WGS84: "WGS84", Datum.CGCS2000: "CGCS2000", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}


@dataclass(frozen=True, slots=True)
class Placed:
    """The place of a report, or the question to ask for it."""

    location: Location | None
    question: str | None
    outside_county: bool
    step: TraceStep


def locate(report: Report, text: str, geocoder: Geocoder, recent: tuple[GivenPoint, ...] = ()) -> Placed:
    """Place a report from its point, else its place words, else its text. `recent` are the sender's last places."""
    words = f"{report.place_words}，{text}" if report.place_words else text
    hints = PlaceHints(near=report.point, recent=recent, channel=str(report.origin.channel))
    answer = geocoder.locate(words, hints)
    if report.point is not None:
        return _from_point(report.point, answer, geocoder)
    return _from_words(answer)


def _from_words(answer: PlaceAnswer) -> Placed:
    if not answer.candidates:
        return Placed(None, answer.question, False, TraceStep("locate", "没有认出地点", ()))
    best = answer.candidates[0]
    location = _location(best, best.name, "words", answer.candidates[1:])
    return Placed(location, answer.question, False, TraceStep("locate", _told(location), best.reasons))


def _from_point(point: GivenPoint, answer: PlaceAnswer, geocoder: Geocoder) -> Placed:
    found = geocoder.reverse(point)
    # A name that itself is not sure says nothing against a point.
    named = answer.candidates[0] if answer.candidates and answer.question is None else None
    suspected = geocoder.suspect_datum(point, named)
    if suspected is not None:
        return _from_other_datum(point, suspected, answer, geocoder)
    if found is None:
        step = TraceStep("locate", "坐标在本市范围之外", (f"给出的坐标系是{point.datum}",))
        return Placed(None, "所给坐标不在本市范围内，请核对地点。", True, step)
    accuracy = max(point.accuracy_metres or _POINT_ACCURACY_METRES, 1.0)
    named = answer.candidates[0] if answer.candidates else None
    reasons = [*found.reasons, f"按{point.datum}坐标定位，精度{accuracy:.0f}米"]
    confidence = 0.95
    if named is not None:
        apart_metres = _distance_metres(named, found)
        agrees = apart_metres <= max(_DISAGREE_METRES, accuracy + named.accuracy_metres)
        reasons.append(f"文字中的{named.name}相距{apart_metres:.0f}米，{'相符' if agrees else '不符，以坐标为准'}")
        confidence = 0.97 if agrees else 0.7
    location = Location(
        lon=found.lon,
        lat=found.lat,
        accuracy_metres=accuracy,
        precision=Precision.POINT,
        address=found.name,
        code12=found.code12,
        cell=found.cell,
        confidence=confidence,
        found_by="point",
        runners_up=answer.candidates[:_RUNNERS_UP],
    )
    return Placed(location, None, False, TraceStep("locate", _told(location), tuple(reasons)))


def _from_other_datum(point: GivenPoint, suspected: Datum, answer: PlaceAnswer, geocoder: Geocoder) -> Placed:
    """A point whose datum is doubted is never filed by itself: the desk is asked, with the place it probably means."""
    stated, probable = _DATUMS[point.datum], _DATUMS[suspected]
    outside = geocoder.reverse(point) is None
    found = geocoder.reverse(GivenPoint(point.lon, point.lat, suspected, point.accuracy_metres))
    why = "落在本市范围之外" if outside else f"与文字中的{answer.candidates[0].name}不符"
    doubt = f"坐标可能是{probable}：按所写的{stated}{why}"
    if found is None:
        return Placed(None, f"{doubt}，请核对地点。", outside, TraceStep("locate", doubt, ()))
    location = Location(
        lon=found.lon,
        lat=found.lat,
        accuracy_metres=max(point.accuracy_metres or _POINT_ACCURACY_METRES, 1.0),
        precision=Precision.POINT,
        address=found.name,
        code12=found.code12,
        cell=found.cell,
        confidence=_DOUBTED_CONFIDENCE,
        found_by="point",
        runners_up=answer.candidates[:_RUNNERS_UP],
    )
    question = f"{doubt}，按{probable}在{found.name}，请核对地点。"
    return Placed(location, question, outside, TraceStep("locate", _told(location), (doubt, *found.reasons)))


def _location(best: PlaceCandidate, address: str, found_by: str, others: tuple[PlaceCandidate, ...]) -> Location:
    return Location(
        lon=best.lon,
        lat=best.lat,
        accuracy_metres=best.accuracy_metres,
        precision=best.precision,
        address=address,
        code12=best.code12,
        cell=best.cell,
        confidence=best.confidence,
        found_by=found_by,
        runners_up=others[:_RUNNERS_UP],
    )


def _told(location: Location) -> str:
    how = f"{location.precision.zh}，±{location.accuracy_metres:.0f}米，把握{location.confidence:.2f}"
    return f"{location.address}（{how}）"


def _distance_metres(a: PlaceCandidate, b: PlaceCandidate) -> float:
    x = (a.lon - b.lon) * math.cos(math.radians((a.lat + b.lat) / 2))
    return math.hypot(x, a.lat - b.lat) * _METRES_PER_DEGREE
