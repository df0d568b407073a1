"""Files of other systems taken into a pack: what is good is in, what is doubtful is named and left out."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from geocode.check import check_geography
from geocode.datum import convert
from geocode.geocoder import CityGeocoder
from geocode.loading import LoadRequest, LoadResult, load_file, make_raster
from geocode.projection import Projection
from intake.errors import Invalid, Temporary
from intake.model import Datum
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
PLANE = Projection("EPSG:4549")
QINGXIN = "350582001004"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    return folder


def degrees(east: float, north: float) -> tuple[float, float]:
    return PLANE.degrees(353_000 + east, 2_744_000 + north)


def square(east: float, north: float, side: float = 100.0) -> shapely.Geometry:
    corners = ((east, north), (east + side, north), (east + side, north + side), (east, north + side))
    return shapely.Polygon([degrees(x, y) for x, y in corners])


def draw(file: Path, shapes: Sequence[shapely.Geometry], columns: Mapping[str, Sequence[object]], **how: Any) -> Path:
    """Written by the library that reads it, in any format it knows."""
    kind = shapes[0].geom_type
    fields = [np.asarray(values, dtype=object) for values in columns.values()]
    wkb = shapely.to_wkb(np.asarray(shapes, dtype=object))
    crs = how.pop("crs", "EPSG:4490")
    pyogrio.raw.write(file, wkb, fields, list(columns), geometry_type=kind, crs=crs or None, **how)
    return file


def write(file: Path, text: str, encoding: str = "utf-8") -> Path:
    file.write_text(text, encoding=encoding)
    return file


def load(file: Path, pack: Path, table: str, **how: Any) -> LoadResult:
    return load_file(LoadRequest(file=file, pack=pack, table=table, **how), lambda _: None)


def rows(pack: Path, name: str) -> list[dict[str, str]]:
    with (pack / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults_of(pack: Path) -> list[str]:
    faults = Faults()
    check_geography(pack, faults)
    return [str(fault) for fault in faults.found]


def test_places_of_a_csv_get_their_community_and_an_id_and_are_found(pack: Path, tmp_path: Path) -> None:
    lon, lat = degrees(120, 130)
    file = write(tmp_path / "poi.csv", f"名称,类型,经度,纬度\n金凤花鸟市场,市场,{lon},{lat}\n")
    result = load(file, pack, "places", crs="cgcs2000")
    assert (result.rows, result.taken, result.doubts, result.files) == (1, 1, (), ("places.csv",))
    added = rows(pack, "places.csv")[-1]
    assert (added["name"], added["kind"], added["code12"]) == ("金凤花鸟市场", "market", QINGXIN)
    assert (float(added["lon"]), float(added["lat"])) == pytest.approx((lon, lat), abs=1e-7)
    assert rows(pack, "places.csv")[:-1] == rows(TINY, "places.csv")
    assert (pack / "places.csv.bak").read_bytes() == (TINY / "places.csv").read_bytes()
    found = CityGeocoder.from_pack(pack, Faults()).locate("金凤花鸟市场门口")
    assert found.candidates[0].code12 == QINGXIN


def test_the_same_file_again_changes_nothing_more(pack: Path, tmp_path: Path) -> None:
    lon, lat = degrees(120, 130)
    file = write(tmp_path / "poi.csv", f"name,lon,lat\n金凤花鸟市场,{lon},{lat}\n")
    load(file, pack, "places", crs="wgs84")
    once = (pack / "places.csv").read_bytes()
    load(file, pack, "places", crs="wgs84")
    assert (pack / "places.csv").read_bytes() == once


@pytest.mark.parametrize("datum", list(Datum))
def test_every_datum_is_turned_to_cgcs2000(pack: Path, tmp_path: Path, datum: Datum) -> None:
    lon, lat = convert(*degrees(120, 130), Datum.CGCS2000, datum)
    file = write(tmp_path / "poi.csv", f"name,lon,lat\n金凤花鸟市场,{lon!r},{lat!r}\n")
    load(file, pack, "places", crs=datum.value)
    added = rows(pack, "places.csv")[-1]
    assert (float(added["lon"]), float(added["lat"])) == pytest.approx(degrees(120, 130), abs=2e-7)


def test_the_citys_own_plane_is_a_system_too(pack: Path, tmp_path: Path) -> None:
    settings = (pack / "city.toml").read_text(encoding="utf-8")
    local = '"+proj=tmerc +lat_0=0 +lon_0=118.5 +k=1 +x_0=40000 +y_0=-2700000 +ellps=GRS80 +units=m +no_defs"'
    write(pack / "city.toml", settings.replace('datum = "cgcs2000"', f'datum = "cgcs2000"\nlocal = {local}'))
    east, north = Projection(local.strip('"')).metres(*degrees(120, 130))
    file = write(tmp_path / "poi.csv", f"name,x,y\n金凤花鸟市场,{east},{north}\n")
    load(file, pack, "places", crs="local")
    added = rows(pack, "places.csv")[-1]
    assert (float(added["lon"]), float(added["lat"])) == pytest.approx(degrees(120, 130), abs=2e-7)


def test_doubtful_rows_are_named_and_left_out(pack: Path, tmp_path: Path) -> None:
    lon, lat = degrees(120, 130)
    bad = [
        (f",school,{lon},{lat},", "name: is empty"),
        (f"小店,shop,{lon},{lat},", "kind: 'shop' is none of road landmark estate school market factory park"),
        (f"远处学校,school,{lon + 1},{lat},", f"lies outside the county outline, at {lon + 1:.6f}, {lat:.6f}"),
        (f"无处学校,school,,{lat},", "has no usable geometry or coordinates"),
        (f"无界学校,school,{lon},{lat},350582999999", "unknown community 350582999999"),
        (f"锟斤拷学校,school,{lon},{lat},", "name: '锟斤拷学校' was read in a wrong encoding"),
        (f"好学校,school,{lon},{lat},", "row 2"),
        ("短行,school", "the row has more or fewer values than the header"),
    ]
    text = "\n".join(["name,kind,lon,lat,code12", f"好学校,school,{lon},{lat},", *(row for row, _ in bad)])
    result = load(write(tmp_path / "poi.csv", text), pack, "places", crs="cgcs2000")
    told = {doubt.line: doubt.reason for doubt in result.doubts}
    assert (result.rows, result.taken, {doubt.file for doubt in result.doubts}) == (9, 1, {"poi.csv"})
    assert sorted(told) == list(range(3, 11))
    assert [reason for line, (_, reason) in enumerate(bad, start=3) if reason not in told[line]] == []
    assert [row["name"] for row in rows(pack, "places.csv")][-1] == "好学校"
    assert len(rows(pack, "places.csv")) == len(rows(TINY, "places.csv")) + 1


@pytest.mark.parametrize(
    ("text", "how", "words"),
    [
        ("name,lon,lat\n市场,118.5483,24.7957\n", {}, "--crs"),
        ("name,lon,lat\n市场,118.5483,24.7957\n", {"crs": "EPSG:99999999"}, "99999999"),
        ("name\n市场\n", {"crs": "wgs84"}, "--column"),
        ("name,lon,lat\n市场,118.5483,24.7957\n", {"crs": "wgs84", "columns": {"name": "MC"}}, "'MC'"),
        ("name,lon,lat\n市场,118.5483,24.7957\n", {"crs": "wgs84", "columns": {"colour": "name"}}, "'colour'"),
        ("name,lon,lat\n市场,24.7957,88.5483\n", {"crs": "wgs84"}, "No row"),
        ("name,lon,lat\n" + "市场,24.7957,88.5\n" * 10, {"crs": "wgs84"}, "order of"),
        ("name,name\n市场,市场\n", {"crs": "wgs84"}, "header"),
    ],
)
def test_a_file_that_cannot_be_taken_changes_nothing(
    pack: Path, tmp_path: Path, text: str, how: dict[str, object], words: str
) -> None:
    before = {path.name: path.read_bytes() for path in pack.iterdir()}
    with pytest.raises(Invalid, match=words):
        load(write(tmp_path / "poi.csv", text), pack, "places", **how)
    assert {path.name: path.read_bytes() for path in pack.iterdir()} == before


def test_two_commands_do_not_change_a_pack_at_once(pack: Path, tmp_path: Path) -> None:
    lon, lat = degrees(120, 130)
    file = write(tmp_path / "poi.csv", f"name,lon,lat\n市场,{lon},{lat}\n")
    inner: list[type[Exception]] = []

    def meanwhile(_: str) -> None:
        try:
            load(file, pack, "places", crs="wgs84")
        except Temporary as error:
            inner.append(type(error))

    request = LoadRequest(file=file, pack=pack, table="places", crs="wgs84")
    assert load_file(request, meanwhile).taken == 1
    assert set(inner) == {Temporary}


@pytest.mark.parametrize("encoding", ["gbk", ""])
def test_a_csv_in_gbk_is_read_with_and_without_being_told(pack: Path, tmp_path: Path, encoding: str) -> None:
    lon, lat = degrees(120, 130)
    file = write(tmp_path / "poi.csv", f"名称,经度,纬度\n金凤花鸟市场,{lon},{lat}\n", "gbk")
    load(file, pack, "places", crs="wgs84", encoding=encoding)
    assert rows(pack, "places.csv")[-1]["name"] == "金凤花鸟市场"


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "shp"])
def test_places_of_every_format_are_the_same(pack: Path, tmp_path: Path, ending: str) -> None:
    points = [shapely.Point(degrees(120, 130)), shapely.Point(degrees(130, 130))]
    file = draw(tmp_path / f"poi.{ending}", points, {"MC": ["金凤花鸟市场", "青新小学"], "LB": ["市场", "学校"]})
    result = load(file, pack, "places", columns={"name": "MC", "kind": "LB"})
    assert (result.taken, result.doubts) == (2, ())
    assert [(row["name"], row["kind"]) for row in rows(pack, "places.csv")][-2:] == [
        ("金凤花鸟市场", "market"),
        ("青新小学", "school"),
    ]


@pytest.mark.parametrize("encoding", ["gbk", ""])
def test_a_shapefile_in_gbk_without_a_code_page_is_read(pack: Path, tmp_path: Path, encoding: str) -> None:
    file = draw(tmp_path / "poi.shp", [shapely.Point(degrees(120, 130))], {"NAME": ["金凤花鸟市场"]}, encoding="GBK")
    file.with_suffix(".cpg").unlink()
    load(file, pack, "places", encoding=encoding)
    assert rows(pack, "places.csv")[-1]["name"] == "金凤花鸟市场"


def test_a_shapefile_in_metres_is_reprojected_by_what_it_says(pack: Path, tmp_path: Path) -> None:
    file = draw(tmp_path / "poi.shp", [shapely.Point(353_120, 2_744_130)], {"NAME": ["市场"]}, crs="EPSG:4549")
    load(file, pack, "places")
    added = rows(pack, "places.csv")[-1]
    assert (float(added["lon"]), float(added["lat"])) == pytest.approx(degrees(120, 130), abs=2e-7)


def test_a_layer_must_be_named_where_there_are_several(pack: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.gpkg"
    draw(file, [shapely.Point(degrees(120, 130))], {"name": ["市场"]}, layer="poi")
    draw(file, [shapely.Point(degrees(140, 130))], {"name": ["学校"]}, layer="schools", append=True)
    with pytest.raises(Invalid, match="poi"):
        load(file, pack, "places")
    load(file, pack, "places", layer="schools")
    assert rows(pack, "places.csv")[-1]["name"] == "学校"


def test_pieces_of_a_road_become_one_and_replace_takes_the_old_ones_away(pack: Path, tmp_path: Path) -> None:
    def line(*points: tuple[float, float]) -> shapely.Geometry:
        return shapely.LineString([degrees(*point) for point in points])

    pieces = [line((20, 60), (200, 60)), line((200, 60), (380, 60)), line((1700, 300), (1900, 300))]
    file = draw(tmp_path / "roads.gpkg", pieces, {"name": ["新华路", "新华路", "新华路"]})
    result = load(file, pack, "roads", merge=False)
    assert (result.taken, result.doubts) == (3, ())
    drawn = json.loads((pack / "roads.geojson").read_text(encoding="utf-8"))["features"]
    assert [one["properties"]["name"] for one in drawn] == ["新华路", "新华路"]
    assert sorted(len(one["geometry"]["coordinates"]) for one in drawn) == [2, 3]
    others = [row for row in rows(TINY, "places.csv") if row["kind"] != "road"]
    assert rows(pack, "places.csv") == others
    kept = CityGeocoder.from_pack(pack, Faults()).locate("文竹路")
    assert [one.name for one in kept.candidates if "文竹路" in one.name] == []


def test_doors_find_their_road_by_its_name(pack: Path, tmp_path: Path) -> None:
    lon, lat = degrees(300, 152)
    said = ("文竹路,91号", "文竹路,93-2号", "没有路,1号", "文竹路,甲号")
    text = "道路,门牌号,经度,纬度\n" + "".join(f"{words},{lon},{lat}\n" for words in said)
    result = load(write(tmp_path / "doors.csv", text), pack, "doors", crs="cgcs2000")
    assert [(one.line, one.reason) for one in result.doubts] == [
        (4, "road: the pack has no road 没有路"),
        (5, "number: '甲号' is no door number"),
    ]
    added = [(row["road_id"], row["number"], row["suffix"], row["code12"]) for row in rows(pack, "doors.csv")[-2:]]
    assert added == [("r001", "91", "", QINGXIN), ("r001", "93", "2", QINGXIN)]


def test_drawn_cells_and_grids_serve_once_loaded(pack: Path, tmp_path: Path) -> None:
    squares = [square(east, north) for north in (300, 200, 100, 0) for east in (0, 100, 200, 300)]
    codes = [f"{QINGXIN}{place:03}" for place in range(101, 117)]
    file = draw(tmp_path / "cells.gpkg", squares, {"BGCODE": codes})
    write(pack / "grids.csv", f"cell,grid\n{QINGXIN}001,old\n")
    result = load(file, pack, "cells")
    assert (result.taken, result.files) == (16, ("cells.geojson", "cells.csv"))
    assert result.notes[0].startswith("grids.csv 有 1 个网格已不存在")
    text = "cell,grid\n" + "".join(f"{code},{QINGXIN}01\n" for code in codes)
    assert load(write(tmp_path / "grids.csv", text), pack, "grids", merge=False).taken == 16
    assert (pack / "cells.csv").read_text(encoding="utf-8") == _without(TINY / "cells.csv", QINGXIN)
    assert faults_of(pack) == []
    cells = CityGeocoder.from_pack(pack, Faults())
    found = cells.reverse(PLANE.given(353_250, 2_744_150))
    assert found is not None
    assert (found.cell, found.grid) == (f"{QINGXIN}111", f"{QINGXIN}01")


def _without(path: Path, code12: str) -> str:
    return "".join(line for line in path.read_text(encoding="utf-8").splitlines(True) if f",{code12}," not in line)


def test_a_raster_fills_communities_without_cells_row_by_row_from_the_north_west(pack: Path) -> None:
    before = rows(pack, "cells.csv")
    write(pack / "cells.csv", _without(pack / "cells.csv", QINGXIN))
    result = make_raster(pack)
    assert (result.rows, result.taken) == (1, 16)
    others = [row for row in before if row["code12"] != QINGXIN]
    corners = [(353_000 + x, 2_744_000 + y) for y in (300, 200, 100, 0) for x in (0, 100, 200, 300)]
    made = [(f"{QINGXIN}{place:03}", str(x), str(y)) for place, (x, y) in enumerate(corners, start=1)]
    assert rows(pack, "cells.csv")[: len(others)] == others
    assert [(row["cell"], row["min_x"], row["min_y"]) for row in rows(pack, "cells.csv")[len(others) :]] == made
    assert faults_of(pack) == []
    with pytest.raises(Invalid, match="as it was"):
        make_raster(pack)


def test_a_hundred_thousand_rows_are_taken_whole(pack: Path, tmp_path: Path) -> None:
    spots = [degrees(10 + place % 380, 10 + place // 380 % 380) for place in range(100_000)]
    text = "id,name,lon,lat\n" + "".join(f"n{at},地点{at},{lon},{lat}\n" for at, (lon, lat) in enumerate(spots))
    result = load(write(tmp_path / "many.csv", text), pack, "places", crs="cgcs2000", merge=False)
    assert (result.rows, result.taken, result.doubts) == (100_000, 100_000, ())
    assert len(rows(pack, "places.csv")) == 100_000


def test_a_whole_new_city_is_loaded_table_by_table(tmp_path: Path) -> None:
    pack = tmp_path / "new"
    pack.mkdir()
    shutil.copy(TINY / "city.toml", pack)
    old = json.loads((TINY / "communities.geojson").read_text(encoding="utf-8"))["features"]
    steps: list[tuple[str, Path, dict[str, object]]] = [
        ("county", TINY / "county.geojson", {}),
        ("divisions", TINY / "divisions.csv", {"crs": "cgcs2000"}),
        ("communities", TINY / "communities.geojson", {}),
        ("roads", TINY / "roads.geojson", {}),
        ("places", TINY / "places.csv", {"crs": "cgcs2000"}),
        ("doors", TINY / "doors.csv", {"crs": "cgcs2000"}),
        ("cells", TINY / "cells.csv", {}),
    ]
    for table, file, how in steps:
        result = load(file, pack, table, **how)
        assert (table, result.doubts) == (table, ())
    drawn = json.loads((pack / "communities.geojson").read_text(encoding="utf-8"))["features"]
    assert [one["properties"]["code12"] for one in drawn] == [one["properties"]["code12"] for one in old]
    assert faults_of(pack) == []
    located = CityGeocoder.from_pack(pack, Faults()).locate("文竹路11号")
    assert (
        located.candidates[0].code12 == CityGeocoder.from_pack(TINY, Faults()).locate("文竹路11号").candidates[0].code12
    )


def test_a_shapefile_in_a_zip_is_read(pack: Path, tmp_path: Path) -> None:
    folder = tmp_path / "packed"
    folder.mkdir()
    draw(folder / "poi.shp", [shapely.Point(degrees(120, 130))], {"NAME": ["金凤花鸟市场"]}, encoding="UTF-8")
    file = Path(shutil.make_archive(str(tmp_path / "poi"), "zip", folder))
    assert load(file, pack, "places").taken == 1
    assert rows(pack, "places.csv")[-1]["name"] == "金凤花鸟市场"


def test_a_broken_shape_is_doubted_with_what_is_wrong_with_it(pack: Path, tmp_path: Path) -> None:
    bow = shapely.Polygon([degrees(*corner) for corner in ((0, 0), (100, 100), (100, 0), (0, 100))])
    file = draw(tmp_path / "cells.gpkg", [bow, square(100, 0)], {"code": [f"{QINGXIN}101", f"{QINGXIN}102"]})
    result = load(file, pack, "cells")
    assert (result.taken, [one.line for one in result.doubts]) == (1, [1])
    assert result.doubts[0].reason.startswith("the geometry is not valid: Self-intersection")
