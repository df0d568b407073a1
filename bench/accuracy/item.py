"""One question of a made set and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SpotKind(StrEnum):
    """What a truth is, which says how an answer is held against it."""

    TOWN = "town"
    COMMUNITY = "community"
    ROAD = "road"
    LANDMARK = "landmark"
    POINT = "point"


class Wanted(StrEnum):
    """What a right answer to an item is."""

    FIRST = "first"  # one of the truths comes first
    FIRST_OR_ASKED = "first or asked"  # or one is among the candidates and a question is asked
    ALL_AND_ASKED = "all and asked"  # every truth is among the candidates and a question is asked
    NOTHING_SURE = "nothing sure"  # no candidate is sure enough to be filed without asking


@dataclass(frozen=True, slots=True)
class Spot:
    """A true place. `name` is the bare name of a road or landmark, `code12` that of a town or community; degrees
    CGCS2000; a point may be `within_metres` of it (of a road: of its course, `road_id`)."""

    kind: SpotKind
    name: str
    code12: str
    lon: float
    lat: float
    within_metres: float = 0.0
    road_id: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A text, what a right answer is, and the true places; `typed` tells texts that were written from heard ones."""

    text: str
    spots: tuple[Spot, ...]
    wanted: Wanted = Wanted.FIRST
    typed: bool = True
    note: str = ""
