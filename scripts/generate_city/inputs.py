"""The committed inputs in the pack's `source` folder, as frozen rows."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

Degrees = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TownPoint:
    """A point that belongs to a town, degrees; the first of a town is its centre."""

    code9: str
    at: Degrees
    is_centre: bool
    source: str


@dataclass(frozen=True, slots=True)
class Community:
    """A community-level code. `is_place` is false for zones and other codes that are not places."""

    code12: str
    name: str
    short_name: str
    type: str

    @property
    def code9(self) -> str:
        """The town's nine digits."""
        return self.code12[:9]

    @property
    def is_place(self) -> bool:
        """Zones and 其他 carry a code and no ground of their own."""
        return self.type != "其他"


@dataclass(frozen=True, slots=True)
class MainRoad:
    """A road of the list: course in degrees, highest door number, door numbers known from public addresses."""

    name: str
    aliases: str
    highest_number: int
    known_numbers: tuple[str, ...]
    course: tuple[Degrees, ...]
    source: str


@dataclass(frozen=True, slots=True)
class KnownLandmark:
    """A landmark of the list; `area` is a code prefix, `road` the road it stands on, or empty."""

    name: str
    kind: str
    area: str
    road: str
    source: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the generator knows before it invents."""

    outline: BaseGeometry
    towns: list[dict[str, str]]
    communities: list[Community]
    town_points: list[TownPoint]
    community_points: dict[str, tuple[Degrees, str]]
    main_roads: list[MainRoad]
    landmarks: list[KnownLandmark]
    street_words: list[str]


def read_inputs(folder: Path) -> Inputs:
    """Raises OSError, KeyError or ValueError when a file of `folder` is missing or not as expected."""
    collection = json.loads((folder / "outline.geojson").read_text(encoding="utf-8"))
    return Inputs(
        outline=shape(collection["features"][0]["geometry"]),
        towns=_rows(folder / "towns.csv"),
        communities=[
            Community(row["code12"], row["name"], row["short_name"], row["type"])
            for row in _rows(folder / "communities.csv")
        ],
        town_points=[
            TownPoint(row["code9"], _degrees(row), row["centre"] == "yes", row["source"])
            for row in _rows(folder / "town_points.csv")
        ],
        community_points={
            row["code12"]: (_degrees(row), row["source"]) for row in _rows(folder / "community_points.csv")
        },
        main_roads=[_main_road(row) for row in _rows(folder / "main_roads.csv")],
        landmarks=[KnownLandmark(**row) for row in _rows(folder / "known_landmarks.csv")],
        street_words=(folder / "street_words.txt").read_text(encoding="utf-8").split(),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _degrees(row: dict[str, str]) -> Degrees:
    return float(row["lon"]), float(row["lat"])


def _main_road(row: dict[str, str]) -> MainRoad:
    course = tuple((float(lon), float(lat)) for lon, lat in (pair.split() for pair in row["course"].split(";")))
    known = tuple(number for number in row["known_numbers"].split("|") if number)
    return MainRoad(row["name"], row["aliases"], int(row["highest_number"]), known, course, row["source"])
