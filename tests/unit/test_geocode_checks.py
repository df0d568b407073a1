"""Faults between the rows of a pack: each is planted in the tiny pack, and named where it stands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode.check import check_geography
from geocode.checks.numbers import longest_run
from geocode.projection import Projection
from intake.pack import Fault, Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
PLANE = Projection("EPSG:4549")
QINGXIN, YAOQIONG = "350582001004", "350582102212"
Corner = tuple[float, float]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    return folder


def told_of(folder: Path) -> Faults:
    faults = Faults()
    check_geography(folder, faults)
    return faults


def append(folder: Path, name: str, row: str) -> int:
    path = folder / name
    text = path.read_text(encoding="utf-8") + row + "\n"
    path.write_text(text, encoding="utf-8")
    return text.count("\n")


def at(east: float, north: float) -> str:
    lon, lat = PLANE.degrees(353_000 + east, 2_744_000 + north)
    return f"{lon:.7f},{lat:.7f}"


def line_of(folder: Path, name: str, words: str) -> int:
    """The line that holds the words."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(place for place, line in enumerate(lines, start=1) if words in line)


def draw(folder: Path, name: str, shapes: Sequence[tuple[dict[str, str], Sequence[Corner]]], kind: str) -> None:
    features = []
    for properties, corners in shapes:
        points = [list(PLANE.degrees(353_000 + x, 2_744_000 + y)) for x, y in corners]
        coordinates: object = [[*points, points[0]]] if kind == "Polygon" else points
        geometry = {"type": kind, "coordinates": coordinates}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    content = {"type": "FeatureCollection", "features": features}
    (folder / name).write_text(json.dumps(content), encoding="utf-8")


def test_one_place_that_stands_twice_is_a_fault_and_a_namesake_farther_off_a_warning(pack: Path) -> None:
    near = append(pack, "places.csv", f"p900,school,双沟小学,,{QINGXIN},{at(120, 130)},x")
    twice = append(pack, "places.csv", f"p901,school,双沟小学,,{QINGXIN},{at(150, 170)},x")
    far = append(pack, "places.csv", f"p902,school,双沟小学,,{QINGXIN},{at(350, 350)},x")
    append(pack, "places.csv", f"p903,market,双沟小学,,{QINGXIN},{at(150, 170)},x")
    append(pack, "places.csv", f"p904,school,双沟小学,,{YAOQIONG},{at(900, 170)},x")
    told = told_of(pack)
    words = f"school 双沟小学 stands already on line {near}, in the same town and 50 m from it: one place twice"
    assert told.found == [Fault("places.csv", twice, words)]
    words = f"school 双沟小学 stands already on line {twice}, in the same town"
    assert told.warnings == [Fault("places.csv", far, words)]


def test_an_alias_that_names_another_place_too_is_a_warning(pack: Path) -> None:
    first = append(pack, "places.csv", f"p900,school,双沟小学,双沟学校|青新社区,{QINGXIN},{at(120, 130)},x")
    second = append(pack, "places.csv", f"p901,school,第二小学,双沟学校,{YAOQIONG},{at(900, 130)},x")
    told = told_of(pack)
    assert told.found == []
    assert told.warnings == [
        Fault("places.csv", first, "alias 双沟学校 names 1 other places too: p901"),
        Fault("places.csv", second, "alias 双沟学校 names 1 other places too: p900"),
    ]


def test_a_number_off_its_road_is_a_fault_and_the_city_says_how_far(pack: Path) -> None:
    line = append(pack, "doors.csv", f"r001,,2001,,{at(300, 305)},{QINGXIN}")
    assert told_of(pack).found == [Fault("doors.csv", line, "number 2001 lies 155 m from its road r001")]
    append(pack, "city.toml", "[checks]\ndoor_road_metres = 160")
    assert told_of(pack).found == []


def _street(pack: Path, odd: Callable[[int], Corner], even: Callable[[int], Corner]) -> dict[int, int]:
    """A road of its own with forty numbers; the line of each."""
    features = json.loads((pack / "roads.geojson").read_text(encoding="utf-8"))
    course = [list(PLANE.degrees(353_000 + x, 2_744_020)) for x in (10, 790)]
    features["features"].append(
        {
            "type": "Feature",
            "properties": {"id": "r900", "name": "新开路"},
            "geometry": {"type": "LineString", "coordinates": course},
        }
    )
    (pack / "roads.geojson").write_text(json.dumps(features), encoding="utf-8")
    lines: dict[int, int] = {}
    for number in range(1, 41):
        x, y = (odd if number % 2 else even)(number)
        code12 = QINGXIN if x < 400 else "350582001015"
        lines[number] = append(pack, "doors.csv", f"r900,,{number},,{at(x, y)},{code12}")
    return lines


def test_numbers_in_order_on_their_sides_are_not_told(pack: Path) -> None:
    _street(pack, lambda number: (20.0 + 15 * number, 30.0), lambda number: (20.0 + 15 * number, 10.0))
    told = told_of(pack)
    assert (told.found, told.warnings) == ([], [])


def test_a_number_out_of_order_is_a_warning(pack: Path) -> None:
    lines = _street(
        pack,
        lambda number: (650.0 if number == 7 else 20.0 + 15 * number, 30.0),
        lambda number: (20.0 + 15 * number, 10.0),
    )
    told = told_of(pack)
    words = "number 7 of road r900 lies 525 m from its place in the order"
    assert (told.found, told.warnings) == ([], [Fault("doors.csv", lines[7], words)])


def test_a_number_on_the_wrong_side_is_a_warning(pack: Path) -> None:
    lines = _street(
        pack,
        lambda number: (20.0 + 15 * number, 10.0 if number == 9 else 30.0),
        lambda number: (20.0 + 15 * number, 10.0),
    )
    words = "number 9 stands on the wrong side of road r900"
    assert told_of(pack).warnings == [Fault("doors.csv", lines[9], words)]


@given(st.lists(st.integers(0, 30), max_size=12))
def test_the_longest_run_rises_and_no_other_is_longer(values: list[int]) -> None:
    run = longest_run([float(value) for value in values])
    assert run == sorted(set(run))
    assert all(values[one] <= values[other] for one, other in pairwise(run))
    best = [1] * len(values)
    for place, value in enumerate(values):
        best[place] = 1 + max((best[before] for before in range(place) if values[before] <= value), default=0)
    assert len(run) == max(best, default=0)


def test_a_road_that_meets_nothing_and_has_no_number_is_a_warning(pack: Path) -> None:
    roads = json.loads((pack / "roads.geojson").read_text(encoding="utf-8"))["features"]
    for x, name in ((1700, "孤路"), (1800, "短路")):
        points = [list(PLANE.degrees(353_000 + x, 2_744_000 + y)) for y in (50, 150)]
        geometry = {"type": "LineString", "coordinates": points}
        roads.append({"type": "Feature", "properties": {"id": f"r{x}", "name": name}, "geometry": geometry})
    (pack / "roads.geojson").write_text(json.dumps({"features": roads}), encoding="utf-8")
    append(pack, "doors.csv", f"r1800,,1,,{at(1810, 100)},350582107211")
    told = told_of(pack)
    words = "road r1700 孤路 meets no other road and has no number"
    assert (told.found, told.warnings) == ([], [Fault("roads.geojson", len(roads) - 1, words)])


def test_a_point_far_outside_its_town_is_a_fault(pack: Path) -> None:
    place = append(pack, "places.csv", f"p900,school,双沟小学,,350582107211,{at(120, 130)},x")
    door = append(pack, "doors.csv", f"r002,,901,,{at(130, 330)},350582107211")
    told = told_of(pack)
    assert [(fault.file, fault.line) for fault in told.found] == [("places.csv", place), ("doors.csv", door)]
    assert {fault.reason.split(" m ")[1] for fault in told.found} == {"outside the town of 350582107211"}


def _square(east: float, north: float, width: float = 200.0, height: float = 200.0) -> list[Corner]:
    return [(east, north), (east + width, north), (east + width, north + height), (east, north + height)]


def _drawn(pack: Path, shapes: Sequence[tuple[str, list[Corner]]]) -> None:
    """Cells of 青新 as polygons in place of its squares."""
    features = [({"code": f"{QINGXIN}{number}", "code12": QINGXIN}, corners) for number, corners in shapes]
    draw(pack, "cells.geojson", features, "Polygon")
    rows = (pack / "cells.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (pack / "cells.csv").write_text("".join(row for row in rows if f",{QINGXIN}," not in row), encoding="utf-8")


WHOLE = (("001", _square(0, 200)), ("002", _square(200, 200)), ("003", _square(0, 0)), ("004", _square(200, 0)))


def test_cells_that_fill_their_community_are_whole(pack: Path) -> None:
    _drawn(pack, WHOLE)
    told = told_of(pack)
    assert (told.found, told.warnings) == ([], [])


def test_cells_that_overlap_are_a_fault(pack: Path) -> None:
    _drawn(pack, [*WHOLE[:3], ("004", _square(190, 0, 210, 200))])
    words = f"cell {QINGXIN}004 overlaps cell {QINGXIN}003 (feature 3) by "
    (fault,) = told_of(pack).found
    assert (fault.file, fault.line, fault.reason.startswith(words)) == ("cells.geojson", 4, True)
    assert float(fault.reason.removeprefix(words).split()[0]) == pytest.approx(2000, abs=10)


def test_cells_that_leave_a_gap_are_a_fault_that_says_where(pack: Path) -> None:
    _drawn(pack, [*WHOLE[:3], ("004", _square(230, 0, 170, 200))])
    (fault,) = told_of(pack).found
    words, _, where = fault.reason.partition(" m2 of it open, at ")
    assert (fault.file, fault.line) == ("cells.geojson", 1)
    assert float(words.removeprefix(f"the cells of community {QINGXIN} leave ")) == pytest.approx(6000, abs=30)
    lon, lat = (float(word) for word in where.split(" (")[0].split(", "))
    east, north = PLANE.metres(lon, lat)
    assert 200 < east - 353_000 < 230
    assert 0 < north - 2_744_000 < 200


def test_codes_of_drawn_cells_are_looked_at_like_those_of_squares(pack: Path) -> None:
    shapes = [(f"{QINGXIN}001", QINGXIN), (f"{QINGXIN}01", QINGXIN), (f"{YAOQIONG}001", QINGXIN)]
    features = [
        ({"code": code, "code12": code12}, corners)
        for (code, code12), (_, corners) in zip([*shapes, (f"{QINGXIN}001", QINGXIN)], WHOLE, strict=True)
    ]
    draw(pack, "cells.geojson", features, "Polygon")
    told = sorted((fault.line, fault.reason) for fault in told_of(pack).found if fault.file == "cells.geojson")
    assert told == [
        (1, f"cell {QINGXIN}001 stands in cells.csv too"),
        (2, f"cell {QINGXIN}01 has not 15 digits"),
        (3, f"cell {YAOQIONG}001 does not begin with its community {QINGXIN}"),
        (3, f"cell {YAOQIONG}001 stands in cells.csv too"),
        (4, f"cell {QINGXIN}001 stands already on line 1"),
        (4, f"cell {QINGXIN}001 stands in cells.csv too"),
    ]


def test_a_square_that_is_missing_is_a_fault_of_its_community(pack: Path) -> None:
    rows = (pack / "cells.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (pack / "cells.csv").write_text("".join(row for row in rows if "350582001004006" not in row), encoding="utf-8")
    words = f"1 of 16 squares of community {QINGXIN} are missing, such as 353100, 2744200"
    assert told_of(pack).found == [Fault("cells.csv", 2, words)]
    (pack / "cells.csv").write_text("".join(row for row in rows if f",{QINGXIN}," not in row), encoding="utf-8")
    (fault,) = told_of(pack).found
    assert (fault.file, fault.line) == ("divisions.csv", line_of(pack, "divisions.csv", f"{QINGXIN},"))


def test_squares_that_overlap_are_a_fault(pack: Path) -> None:
    shared = append(pack, "cells.csv", f"{YAOQIONG}099,{YAOQIONG},353100,2744200")
    beside = append(pack, "cells.csv", f"{QINGXIN}099,{QINGXIN},353150,2744250")
    told = told_of(pack)
    words = f"cell {YAOQIONG}099 overlaps cell {QINGXIN}006 (line 7), whose community holds it"
    assert told.found == [
        Fault("cells.csv", beside, f"cell {QINGXIN}099 lies beside the raster of the others and overlaps them"),
        Fault("cells.csv", shared, words),
    ]
    words = f"cell {YAOQIONG}099 lies outside its community {YAOQIONG}"
    assert told.warnings == [Fault("cells.csv", shared, words)]


def test_grids_name_known_cells_once_and_leave_none_out(pack: Path) -> None:
    cells = [f"{QINGXIN}{place:03}" for place in range(1, 16)]
    rows = ["cell,grid", *(f"{cell},{QINGXIN}01" for cell in cells), f"{QINGXIN}099,{QINGXIN}01"]
    (pack / "grids.csv").write_text("\n".join([*rows, f"{QINGXIN}001,{QINGXIN}02", ",x"]) + "\n", encoding="utf-8")
    told = told_of(pack)
    assert [(fault.line, fault.reason) for fault in told.found if fault.line != 19] == [
        (17, f"grid {QINGXIN}01 names the unknown cell {QINGXIN}099"),
        (18, f"cell {QINGXIN}001 stands already on line 2"),
    ]
    assert [fault.file for fault in told.found if fault.line == 19] == ["grids.csv"]
    assert told.warnings[0] == Fault("grids.csv", 0, f"1 cells of community {QINGXIN} belong to no grid")
    assert len(told.warnings) == len({row["code12"] for row in _communities()})


def _communities() -> list[dict[str, str]]:
    features = json.loads((TINY / "communities.geojson").read_text(encoding="utf-8"))["features"]
    return [feature["properties"] for feature in features]


def test_a_grid_may_be_a_polygon_over_cells(pack: Path) -> None:
    draw(pack, "grids.geojson", [({"code": "A"}, _square(0, 0, 2000, 400))], "Polygon")
    told = told_of(pack)
    assert (told.found, told.warnings) == ([], [])
    draw(pack, "grids.geojson", [({"code": "A"}, _square(0, 0, 9000, 400))], "Polygon")
    assert [fault.file for fault in told_of(pack).found] == ["grids.geojson"]


def test_a_wrong_local_plane_is_a_fault(pack: Path) -> None:
    text = (pack / "city.toml").read_text(encoding="utf-8")
    (pack / "city.toml").write_text(text.replace("standard =", 'local = "EPSG:4326"\nstandard ='), encoding="utf-8")
    assert [(fault.file, fault.reason.split(":")[0]) for fault in told_of(pack).found] == [("city.toml", "local")]
