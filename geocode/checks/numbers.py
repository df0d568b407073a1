"""Door numbers of roads: off their road, out of order along it, on the wrong side of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geocode.checks.ground import Ground, geometries
from geocode.pack import Door
from geocode.projection import Metres
from intake.pack import Faults

FILE = "doors.csv"
# Neighbouring houses may be numbered crosswise; only what lies this far from where its number belongs is told.
OUT_OF_ORDER_METRES = 100.0
_SIDE_METRES = 5.0
_CLEAR_SHARE = 0.8
_LEAST_DOORS = 8


@dataclass(frozen=True, slots=True)
class _Row:
    """The doors of one road, in the order of the table: their points, how far along it each lies, and on which side
    (metres to the left of it, negative to the right)."""

    doors: Sequence[Door]
    along: NDArray[np.float64]
    left: NDArray[np.float64]


def check_numbers(ground: Ground, faults: Faults) -> None:
    """A number farther from its road than the city allows is a fault; order and sides are warnings."""
    indices: dict[str, list[int]] = defaultdict(list)
    for index, door in enumerate(ground.tables.doors):
        if door.road_id in ground.roads:
            indices[door.road_id].append(index)
    limit = ground.tables.city.checks.door_road_metres
    for road_id, members in indices.items():
        doors = [ground.tables.doors[index] for index in members]
        points = ground.doors[members]
        line = ground.roads[road_id]
        away = shapely.distance(geometries([line])[0], shapely.points(points))
        for door, metres in zip(doors, away.tolist(), strict=True):
            if metres > limit:
                faults.add(FILE, door.line, f"number {_words(door)} lies {metres:.0f} m from its road {road_id}")
        near = np.flatnonzero(away <= limit)
        if line.geom_type == "LineString" and len(near) >= _LEAST_DOORS:
            row = _row([doors[index] for index in near], points[near], line)
            _check_order(row, road_id, faults)
            _check_sides(row, road_id, faults)


def _row(doors: Sequence[Door], points: Metres, line: BaseGeometry) -> _Row:
    along = shapely.line_locate_point(line, shapely.points(points))
    before = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(along - 1.0, 0.0)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(line, along + 1.0))
    course, towards = after - before, points - before
    length = np.maximum(np.hypot(course[:, 0], course[:, 1]), 1e-9)
    left = (course[:, 0] * towards[:, 1] - course[:, 1] * towards[:, 0]) / length
    return _Row(doors, along, left)


def _check_order(row: _Row, road_id: str, faults: Faults) -> None:
    """Each side by itself: numbers grow along the road, or against it. What breaks the longest run that does is out of
    order, where it also lies far from its place between its neighbours."""
    for parity in (0, 1):
        side = [index for index, door in enumerate(row.doors) if door.number % 2 == parity]
        side.sort(key=lambda index: (row.doors[index].number, row.doors[index].suffix))
        along = [float(row.along[index]) for index in side]
        backwards = [-metres for metres in along]
        kept = max(longest_run(along), longest_run(backwards), key=len)
        if len(kept) < _LEAST_DOORS:
            continue
        numbers = [row.doors[side[place]].number for place in kept]
        expected = np.interp([row.doors[index].number for index in side], numbers, [along[place] for place in kept])
        for place in sorted(set(range(len(side))) - set(kept)):
            metres = abs(along[place] - float(expected[place]))
            if metres > OUT_OF_ORDER_METRES:
                door = row.doors[side[place]]
                words = f"number {_words(door)} of road {road_id} lies {metres:.0f} m from its place in the order"
                faults.warn(FILE, door.line, words)


def longest_run(values: Sequence[float]) -> list[int]:
    """Places of a longest run of values that do not fall, in order."""
    tails: list[float] = []
    at: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        length = bisect_right(tails, value)
        before.append(at[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        at[length : length + 1] = [place]
    run: list[int] = []
    place = at[-1] if at else -1
    while place >= 0:
        run.append(place)
        place = before[place]
    return run[::-1]


def _check_sides(row: _Row, road_id: str, faults: Faults) -> None:
    """Where odd and even numbers face each other, one that stands among the others is told."""
    is_odd = np.array([door.number % 2 == 1 for door in row.doors])
    is_left, is_right = row.left > _SIDE_METRES, row.left < -_SIDE_METRES
    odd_is_left = _clear_side(is_left[is_odd], is_right[is_odd])
    even_is_left = _clear_side(is_left[~is_odd], is_right[~is_odd])
    if odd_is_left is None or even_is_left is None or odd_is_left == even_is_left:
        return
    wrong = np.where(is_odd == odd_is_left, is_right, is_left)
    for index in np.flatnonzero(wrong):
        door = row.doors[int(index)]
        faults.warn(FILE, door.line, f"number {_words(door)} stands on the wrong side of road {road_id}")


def _clear_side(left: NDArray[np.bool_], right: NDArray[np.bool_]) -> bool | None:
    """True for left, False for right, None where the numbers stand on both sides or are few."""
    count = int(left.sum() + right.sum())
    if count < _LEAST_DOORS:
        return None
    share = float(left.sum()) / count
    if share >= _CLEAR_SHARE:
        return True
    return False if share <= 1.0 - _CLEAR_SHARE else None


def _words(door: Door) -> str:
    return f"{door.number}-{door.suffix}" if door.suffix else str(door.number)
