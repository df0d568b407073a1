"""A city pack of 100,000 names that nobody lives in: for speed, memory and loading only. The same for the same seed."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from pyproj import Transformer

_CODE, _PROJECTION = "350999", "EPSG:4549"
_EAST, _NORTH = 340_000, 2_720_000
_COLUMNS, _ROWS, _SIDE_METRES, _CELL_METRES = 25, 40, 1000, 100
_TOWNS = 40
_ROADS_ACROSS, _SHARED_NAMES = 6, 15
_VILLAGE_SECTIONS = ("", "东区", "西区", "南区", "北区")
_VILLAGE_NUMBERS, _ROAD_NUMBERS = 20, 8

_STEMS = (
    "安北碧滨昌长朝池赤翠大丹德东端敦法芳飞凤福富高古光桂国海涵和恒红后湖花华怀环黄惠吉家嘉江金锦井景靖九开康科坑岚朗乐丽莲良林"
    "灵龙隆庐鹿罗茂梅美闽明南宁磐平浦千前青清庆秋泉仁瑞三山上尚深胜石书双水顺松苏塔泰桃天亭万望文吴五溪下仙祥向象新兴杏秀旭雪岩"
    "阳仪怡英永玉园源月云泽樟正芝中竹紫"
)
_ROAD_ENDINGS = ("路", "街", "巷", "大道")
_LANDMARKS = {
    **dict.fromkeys(("小学", "中学", "幼儿园"), "school"),
    **dict.fromkeys(("公园", "广场"), "park"),
    **dict.fromkeys(("市场", "超市"), "market"),
    **dict.fromkeys(("花园", "小区", "豪庭", "新村"), "estate"),
    **dict.fromkeys(("工业区", "机械厂"), "factory"),
    **dict.fromkeys(("卫生所", "公交站", "加油站", "祠堂", "老人活动中心", "派出所", "酒店", "大厦"), "landmark"),
}


@dataclass(slots=True)
class _Tables:
    divisions: list[Sequence[object]] = field(default_factory=list)
    places: list[Sequence[object]] = field(default_factory=list)
    doors: list[Sequence[object]] = field(default_factory=list)
    cells: list[Sequence[object]] = field(default_factory=list)
    roads: list[dict[str, Any]] = field(default_factory=list)
    communities: list[dict[str, Any]] = field(default_factory=list)


class MadeCity:
    """Writes the pack. Squares of a kilometre are communities, a grid of roads crosses each."""

    def __init__(self, names: int, seed: int) -> None:
        self._names = names
        self._rng = random.Random(seed)
        self._to_degrees = Transformer.from_crs(_PROJECTION, "EPSG:4490", always_xy=True).transform
        self._tables = _Tables()
        stems = ["".join(pair) for pair in product(_STEMS, repeat=2)]
        self._rng.shuffle(stems)
        self._stems = stems

    def write(self, folder: Path) -> Path:
        """The folder, which holds the pack afterwards."""
        folder.mkdir(parents=True, exist_ok=True)
        squares = [
            (f"{_CODE}{index % _TOWNS + 1:03}{index // _TOWNS + 1:03}", column, row)
            for index, (column, row) in enumerate(product(range(_COLUMNS), range(_ROWS)))
        ]
        self._add_towns()
        villages = self._stems[_TOWNS : _TOWNS + len(squares)]
        villages[-_SHARED_NAMES:] = villages[:_SHARED_NAMES]
        roads = self._unique(_ROAD_ENDINGS)
        for (code12, column, row), village in zip(squares, villages, strict=True):
            self._add_community(code12, village, column, row)
            self._add_roads(code12, column, row, roads)
        self._add_landmarks(squares)
        self._write_all(folder)
        return folder

    def _unique(self, endings: Iterable[str]) -> Iterator[str]:
        known = list(endings)
        names = [stem + ending for stem, ending in product(self._stems, known)]
        self._rng.shuffle(names)
        return iter(names)

    def _point(self, east: float, north: float) -> tuple[float, float]:
        lon, lat = self._to_degrees(_EAST + east, _NORTH + north)
        return round(lon, 6), round(lat, 6)

    def _add_towns(self) -> None:
        for number, stem in enumerate(self._stems[:_TOWNS], start=1):
            grade = "街道" if number <= _TOWNS // 4 else "镇"
            code12 = f"{_CODE}{number:03}000"
            point = self._point(500.0 * number, 500.0 * number)
            self._tables.divisions.append((code12, stem + grade, "", "town", grade, f"{_CODE}000000", "yes", *point))

    def _add_community(self, code12: str, stem: str, column: int, row: int) -> None:
        west, south = column * _SIDE_METRES, row * _SIDE_METRES
        grade, committee = ("社区", "社区居委会") if code12[6:9] <= f"{_TOWNS // 4:03}" else ("村", "村委会")
        middle = self._point(west + _SIDE_METRES / 2, south + _SIDE_METRES / 2)
        town = f"{code12[:9]}000"
        self._tables.divisions.append((code12, stem + committee, stem, "community", grade, town, "yes", *middle))
        corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
        ring = [self._point(west + x * _SIDE_METRES, south + y * _SIDE_METRES) for x, y in corners]
        self._tables.communities.append(_feature({"code12": code12}, "Polygon", [ring]))
        steps = range(0, _SIDE_METRES, _CELL_METRES)
        for number, (y, x) in enumerate(product(reversed(steps), steps), start=1):
            self._tables.cells.append((f"{code12}{number:03}", code12, _EAST + west + x, _NORTH + south + y))
        for section, number in product(_VILLAGE_SECTIONS, range(1, _VILLAGE_NUMBERS + 1)):
            point = self._point(west + self._rng.uniform(50, 950), south + self._rng.uniform(50, 950))
            self._tables.doors.append(("", section, number * 3, "", *point, code12))

    def _add_roads(self, code12: str, column: int, row: int, names: Iterator[str]) -> None:
        west, south = column * _SIDE_METRES, row * _SIDE_METRES
        for number in range(2 * _ROADS_ACROSS):
            aside = 80.0 + 160.0 * (number // 2) + self._rng.uniform(-40, 40)
            ends = [(aside, 30.0), (aside, 970.0)] if number % 2 else [(30.0, aside), (970.0, aside)]
            start, stop = (self._point(west + x, south + y) for x, y in ends)
            road_id, name = f"R{len(self._tables.roads) + 1:06}", next(names)
            self._tables.roads.append(
                _feature({"id": road_id, "name": name, "aliases": ""}, "LineString", [start, stop])
            )
            middle = round((start[0] + stop[0]) / 2, 6), round((start[1] + stop[1]) / 2, 6)
            self._tables.places.append((road_id, "road", name, "", code12, *middle))
            for door in range(1, _ROAD_NUMBERS + 1):
                share = door / (_ROAD_NUMBERS + 1)
                point = [round(one + (other - one) * share, 6) for one, other in zip(start, stop, strict=True)]
                self._tables.doors.append((road_id, "", door * 5, "", *point, code12))

    def _add_landmarks(self, squares: Sequence[tuple[str, int, int]]) -> None:
        names = self._unique(_LANDMARKS)
        wanted = self._names - len(self._tables.divisions) - len(self._tables.places)
        for number in range(wanted):
            code12, column, row = self._rng.choice(squares)
            name = next(names)
            kind = next(kind for ending, kind in _LANDMARKS.items() if name.endswith(ending))
            east, north = column * _SIDE_METRES, row * _SIDE_METRES
            point = self._point(east + self._rng.uniform(20, 980), north + self._rng.uniform(20, 980))
            self._tables.places.append((f"L{number + 1:06}", kind, name, "", code12, *point))

    def _write_all(self, folder: Path) -> None:
        tables = self._tables
        settings = {"code": _CODE, "name": "试算市", "datum": "cgcs2000", "projection": _PROJECTION}
        (folder / "city.toml").write_text("".join(f'{key} = "{value}"\n' for key, value in settings.items()))
        corners = [(0, 0), (_COLUMNS, 0), (_COLUMNS, _ROWS), (0, _ROWS), (0, 0)]
        ring = [self._point(x * _SIDE_METRES, y * _SIDE_METRES) for x, y in corners]
        _write_shapes(folder / "county.geojson", [_feature({"name": settings["name"]}, "Polygon", [ring])])
        _write_shapes(folder / "communities.geojson", tables.communities)
        _write_shapes(folder / "roads.geojson", tables.roads)
        divisions = [(*row, "") for row in tables.divisions]
        head = "code12,name,short_name,level,type,parent_code12,place,lon,lat,aliases"
        _write_table(folder / "divisions.csv", head, divisions)
        _write_table(folder / "places.csv", "id,kind,name,aliases,code12,lon,lat", tables.places)
        _write_table(folder / "doors.csv", "road_id,section,number,suffix,lon,lat,code12", tables.doors)
        _write_table(folder / "cells.csv", "cell,code12,min_x,min_y", tables.cells)
        _write_table(folder / "ordinary_words.csv", "word,note", [])


def _feature(properties: dict[str, str], kind: str, coordinates: object) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _write_shapes(path: Path, features: list[dict[str, Any]]) -> None:
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding="utf-8"
    )


def _write_table(path: Path, head: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head.split(","))
        writer.writerows(rows)
