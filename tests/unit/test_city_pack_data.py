"""The demo pack holds what its README promises, and its generator writes it again."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
import shapely
from shapely.geometry import shape

from scripts.generate_city.inputs import read_inputs
from scripts.generate_city.tables import invent, write_city

PACK = Path(__file__).resolve().parents[2] / "cities" / "jinjiang"
GENERATED = (
    "divisions.csv",
    "communities.geojson",
    "county.geojson",
    "roads.geojson",
    "places.csv",
    "doors.csv",
    "cells.csv",
    "grids.csv",
)
ROADS_PEOPLE_NAME = (
    "世纪大道",
    "泉安中路",
    "双龙路",
    "梅岭路",
    "洪山路",
    "湖光西路",
    "文竹路",
    "陈泉路",
    "塘岸街",
    "阳光路",
)
SENTENCES = {
    "塔头孙村路面塌了一个坑": "路面塌陷",
    "西安村门口井盖不见了，很危险": "上水井盖",
    "玉山村西区54号有人乱搭棚子": "私搭乱建",
    "罗裳社区对面下水道堵了污水冒出来": "下水道堵塞或破损",
    "坑尾村旁边行道树倒了": "行道树",
    "华泰社区门口垃圾堆了好几天没人清": "暴露垃圾",
    "金井社区对面工地半夜还在施工吵得睡不着": "施工扰民",
    "福林村128号对面有人占道经营摆摊": "无照经营游商",
    "东山村206号对面墙上贴满小广告": "非法小广告",
    "污水井盖丢了": "污水井盖",
    "公交站旁边井盖丢了": "上水井盖",
    "井盖旁边的路灯不亮": "路灯",
    "烧烤摊占了人行道": "露天烧烤",
    "绿化带里都是垃圾": "暴露垃圾",
}


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (PACK / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def keys() -> dict[str, str]:
    return {row["kind"] + row["class_code"] + row["sub_code"]: row["name"] for row in rows("categories.csv")}


@cache
def polygons() -> dict[str, shapely.Geometry]:
    features = json.loads((PACK / "communities.geojson").read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["code12"]: shape(feature["geometry"]) for feature in features}


def places() -> set[str]:
    return {row["code12"] for row in rows("divisions.csv") if row["level"] == "community" and row["place"] == "yes"}


def test_the_divisions_are_22_towns_and_405_communities() -> None:
    levels = Counter(row["level"] for row in rows("divisions.csv"))
    assert levels == {"town": 22, "community": 405}
    assert len({row["code12"] for row in rows("divisions.csv")}) == 427


def test_every_community_that_is_a_place_and_no_other_has_a_polygon_and_cells() -> None:
    assert len(places()) == 399
    assert set(polygons()) == places()
    assert {row["code12"] for row in rows("cells.csv")} == places()


def test_cell_codes_are_fifteen_digits_once_each_numbered_north_to_south_and_west_to_east() -> None:
    cells = rows("cells.csv")
    assert len({row["cell"] for row in cells}) == len(cells)
    by_code: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in cells:
        by_code[row["code12"]].append(row)
    for code12, members in by_code.items():
        assert [row["cell"] for row in members] == [f"{code12}{place:03}" for place in range(1, len(members) + 1)]
        corners = [(-int(row["min_y"]), int(row["min_x"])) for row in members]
        assert corners == sorted(corners)


def test_every_cell_has_one_responsibility_grid_of_its_community_of_twenty_to_forty_cells() -> None:
    grids = {row["cell"]: row["grid"] for row in rows("grids.csv")}
    cells = {row["cell"]: row["code12"] for row in rows("cells.csv")}
    sizes, of_community = Counter(grids.values()), Counter(cells.values())
    assert (len(rows("grids.csv")), grids.keys()) == (len(cells), cells.keys())
    assert {(grid[:12], len(grid)) for grid in grids.values()} == {(code12, 14) for code12 in cells.values()}
    assert all(grids[cell][:12] == code12 for cell, code12 in cells.items())
    assert max(sizes.values()) == 40
    assert min(size for grid, size in sizes.items() if of_community[grid[:12]] > 40) == 20


def test_the_communities_cover_the_outline_without_overlap() -> None:
    outline = shape(json.loads((PACK / "county.geojson").read_text(encoding="utf-8"))["features"][0]["geometry"])
    whole = shapely.union_all(list(polygons().values()))
    assert outline.difference(whole).area < outline.area / 10_000
    assert sum(polygon.area for polygon in polygons().values()) == pytest.approx(outline.area, rel=1e-4)


def test_every_centre_and_every_village_door_lies_in_its_own_community() -> None:
    centres = [row for row in rows("divisions.csv") if row["code12"] in polygons()]
    doors = [row for row in rows("doors.csv") if not row["road_id"]]
    astray = [
        row["code12"]
        for row in (*centres, *doors)
        if not shapely.contains_xy(polygons()[row["code12"]], float(row["lon"]), float(row["lat"]))
    ]
    assert astray == []


def test_the_catalogue_holds_every_category_of_the_standard_once() -> None:
    names = [(row["kind"], row["sub_code"]) for row in rows("categories.csv")]
    assert len(keys()) == len(names)
    assert sum(kind == "部件" for kind, _ in names) == 85
    assert sum(kind == "事件" and sub_code != "99" for kind, sub_code in names) == 50
    assert sum(sub_code == "99" for _, sub_code in names) == 4


def test_every_category_can_be_filed_and_found_by_words() -> None:
    conditions = rows("conditions.csv")
    assert {row["category_key"] for row in conditions} == set(keys())
    assert {row["category_key"] for row in rows("words.csv")} == set(keys())
    several = Counter(row["category_key"] for row in conditions)
    assert sum(count > 1 for count in several.values()) >= 60
    units = {"紧急工作时", "工作时", "工作日", "紧急工作日", "自然日"}
    assert {row["limit_unit"] for row in conditions} <= units


def test_every_category_has_a_unit_in_every_town() -> None:
    units = {row["code"] for row in rows("units.csv")}
    rules = rows("responsibility.csv")
    assert {row["unit_code"] for row in rules} <= units
    assert {row["parent_code"] for row in rows("units.csv")} <= units | {""}
    towns = [row["code12"] for row in rows("divisions.csv") if row["level"] == "town"]
    for key in keys():
        areas = {row["area"].rstrip("*") for row in rules if key.startswith(row["category_key"].rstrip("*"))}
        assert [town for town in towns if not any(town.startswith(area) for area in areas)] == []


def test_the_roads_that_people_name_exist_with_doors() -> None:
    roads = {row["name"]: row["id"] for row in rows("places.csv") if row["kind"] == "road"}
    with_doors = {row["road_id"] for row in rows("doors.csv")}
    assert [name for name in ROADS_PEOPLE_NAME if roads.get(name) not in with_doors] == []


def test_names_shared_by_several_towns_stay_shared() -> None:
    communities = [row for row in rows("divisions.csv") if row["level"] == "community" and row["place"] == "yes"]
    towns: defaultdict[str, set[str]] = defaultdict(set)
    for row in communities:
        towns[row["short_name"]].add(row["parent_code12"])
    assert len(towns["东山"]) == 3
    assert sum(len(codes) > 1 for codes in towns.values()) == 13


@pytest.mark.parametrize(("sentence", "name"), SENTENCES.items())
def test_the_longest_words_of_a_sentence_add_up_to_its_category(sentence: str, name: str) -> None:
    weights: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in rows("words.csv"):
        weights[row["word"]].append((row["category_key"], float(row["weight"])))
    scores: Counter[str] = Counter()
    start = 0
    while start < len(sentence):
        word = next(
            (sentence[start:end] for end in range(len(sentence), start, -1) if sentence[start:end] in weights), ""
        )
        for key, weight in weights.get(word, []):
            scores[key] += int(weight)
        start += max(1, len(word))
    assert keys()[scores.most_common(1)[0][0]] == name


def test_the_generator_writes_the_committed_files_again(tmp_path: Path) -> None:
    write_city(invent(read_inputs(PACK / "source"), "EPSG:4549", 350582), tmp_path)
    again = {name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in GENERATED}
    committed = {name: hashlib.sha256((PACK / name).read_bytes()).hexdigest() for name in GENERATED}
    assert again == committed
