"""`hub city load`, `raster` and `reload` and the local plane, as commands on a pack of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geocode.version import pack_version
from tests.e2e.outsider import Outsider, Told

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
TINY = Path(__file__).parent.parent / "data" / "tiny_city"
POI = "名称,类型,经度,纬度\n金凤花鸟市场,市场,118.5483,24.7957\n远方市场,市场,118.9,24.7957\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    return folder


@pytest.fixture
def poi(tmp_path: Path) -> str:
    file = tmp_path / "poi.csv"
    file.write_text(POI, encoding="gbk")
    return str(file)


def hub(tmp_path: Path, pack: Path, *arguments: str) -> Told:
    return Outsider(tmp_path / "data").hub(*arguments, environment={"HUB_CITY": str(pack)})


def test_a_load_names_what_it_left_out_and_writes_nothing_else_on_stdout(tmp_path: Path, pack: Path, poi: str) -> None:
    told = hub(tmp_path, pack, "city", "load", poi, "--as", "places", "--crs", "cgcs2000", "--json")
    reason = "lies outside the county outline, at 118.900000, 24.795700"
    assert (told.code, told.json) == (
        0,
        {
            "rows": 2,
            "taken": 1,
            "left_out": 1,
            "files": ["places.csv"],
            "doubts": [{"file": "poi.csv", "line": 3, "reason": reason}],
        },
    )
    assert "gb18030" in told.err
    assert (pack / "places.csv.bak").read_bytes() == (TINY / "places.csv").read_bytes()
    found = hub(tmp_path, pack, "geocode", "locate", "金凤花鸟市场", "--json").json
    assert [one["name"] for one in found["candidates"]] == ["青阳街道金凤花鸟市场"]


def test_a_load_that_cannot_be_is_a_problem_and_wrong_usage_is_told(tmp_path: Path, pack: Path, poi: str) -> None:
    told = hub(tmp_path, pack, "city", "load", poi, "--as", "places", "--json")
    assert (told.code, told.json["code"], "--crs" in told.json["detail_en"]) == (1, "invalid", True)
    for wrong in (("--as", "shops"), (), ("--as", "places", "--column", "name")):
        assert hub(tmp_path, pack, "city", "load", poi, *wrong).code == 2


def test_a_raster_is_made_for_one_community(tmp_path: Path, pack: Path) -> None:
    told = hub(tmp_path, pack, "city", "raster", "--community", "350582001004", "--replace", "--json")
    assert (told.code, told.json["taken"], told.json["files"]) == (0, 16, ["cells.csv"])
    assert hub(tmp_path, pack, "city", "check", str(pack)).code == 0
    assert hub(tmp_path, pack, "city", "raster", "--community", "350582999999").code == 1


def test_a_reload_without_a_hub_says_so_and_one_of_a_faulty_pack_is_refused(tmp_path: Path, pack: Path) -> None:
    told = hub(tmp_path, pack, "city", "reload", "--json")
    assert (told.code, told.json) == (0, {"ok": True, "version": pack_version(pack), "processes": [], "silent": []})
    with (pack / "doors.csv").open("a", encoding="utf-8") as doors:
        doors.write("r999,,1,,118.5483,24.7957,350582001004\n")
    refused = hub(tmp_path, pack, "city", "reload", "--json")
    assert (refused.code, "unknown road r999" in refused.json["detail_en"]) == (1, True)


def test_a_point_of_the_local_plane_goes_in_and_comes_out(tmp_path: Path, pack: Path) -> None:
    told = hub(tmp_path, pack, "geocode", "reverse", "353249", "2744168", "--datum", "local", "--json").json
    assert (told["name"], told["x"], told["y"]) == ("青阳街道文竹路11-10号东北方向9.43米", 353249.0, 2744168.0)
    again = hub(
        tmp_path, pack, "geocode", "reverse", str(told["lon"]), str(told["lat"]), "--datum", "cgcs2000", "--json"
    )
    assert (again.json["x"], again.json["y"]) == pytest.approx((353249, 2744168), abs=0.02)
