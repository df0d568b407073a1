"""Faults of a pack's geography, each named with file, line and reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geocode.check import check_geography
from geocode.geocoder import CityGeocoder, UnusablePack
from intake.pack import Fault, Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    return folder


def _faults(folder: Path) -> list[Fault]:
    faults = Faults()
    check_geography(folder, faults)
    return faults.found


def _append(folder: Path, name: str, row: str) -> int:
    path = folder / name
    text = path.read_text(encoding="utf-8") + row + "\n"
    path.write_text(text, encoding="utf-8")
    return text.count("\n")


def test_the_tiny_pack_has_no_fault_and_no_warning() -> None:
    faults = Faults()
    check_geography(TINY, faults)
    assert (faults.found, faults.warnings) == ([], [])


@pytest.mark.parametrize(
    ("name", "row", "reasons"),
    [
        (
            "divisions.csv",
            "350582001004,青新社区居委会,青新,community,社区,350582001000,yes,118.5483,24.7957,x",
            ["code12 350582001004 stands already on line 6"],
        ),
        (
            "divisions.csv",
            "350582009001,无镇村委会,无镇,community,村,350582009000,no,,,x",
            ["parent_code12 350582009000 is no town of this table"],
        ),
        (
            "divisions.csv",
            "350999102217,外县村委会,外县,community,村,350582102000,no,,,x",
            [
                "code12 350999102217 does not begin with the city's code 350582",
                "parent_code12 350582102000 is not the town of 350999102217",
            ],
        ),
        (
            "divisions.csv",
            "350582102217,无界村委会,无界,community,村,350582102000,yes,,,x",
            ["community 350582102217 is a place but has no polygon in communities.geojson"],
        ),
        ("places.csv", "p009,shop,小店,,350582001004,118.5483,24.7957,x", None),
        ("places.csv", "p009,school,小学,,350582001999,118.5483,24.7957,x", ["unknown community 350582001999"]),
        ("places.csv", "p001,school,小学,,350582001004,118.5483,24.7957,x", ["id p001 stands already on line 5"]),
        (
            "places.csv",
            "p009,school,小学,,350582001004,24.7957,88.5483,x",
            ["24.7957, 88.5483 lies outside the county outline (longitude first)"],
        ),
        ("ordinary_words.csv", "阳光,", ["word 阳光 stands already on line 2"]),
        ("ordinary_words.csv", ",x", None),
        ("doors.csv", "r999,,1,,118.5483,24.7957,350582001004", ["unknown road r999"]),
        ("doors.csv", "r001,,eleven,,118.5483,24.7957,350582001004", None),
        ("doors.csv", "r001,,1,,nan,24.7957,350582001004", None),
        (
            "doors.csv",
            "r001,,1,,118.5483,24.7957,350582001004",
            ["door ('r001', '', 1, '') stands already on line 2"],
        ),
        ("doors.csv", "r001,,1001,,118.5483,24.7957", ["the row has 6 values, the header 7"]),
        (
            "cells.csv",
            "35058200100499,350582001004,353000,2744000",
            [
                "cell 35058200100499 has 14 digits, not 15",
                "square ('350582001004', 353000.0, 2744000.0) stands already on line 5",
            ],
        ),
        (
            "cells.csv",
            "350582001015017,350582001004,353000,2744400",
            ["cell 350582001015017 does not begin with its community 350582001004"],
        ),
        (
            "cells.csv",
            "350582001004001,350582001004,353000,2744400",
            ["cell 350582001004001 stands already on line 2"],
        ),
        (
            "cells.csv",
            "350582001004099,350582001004,0,0",
            ["cell 350582001004099 lies outside the county outline"],
        ),
    ],
)
def test_a_planted_row_is_named(pack: Path, name: str, row: str, reasons: list[str] | None) -> None:
    line = _append(pack, name, row)
    found = _faults(pack)
    assert {(fault.file, fault.line) for fault in found} == {(name, line)}
    if reasons is not None:
        assert sorted(fault.reason for fault in found) == sorted(reasons)


def test_a_point_outside_its_community_is_a_warning_only(pack: Path) -> None:
    line = _append(pack, "places.csv", "p009,school,小学,,350582001015,118.5483,24.7957,x")
    faults = Faults()
    check_geography(pack, faults)
    assert faults.found == []
    assert faults.warnings == [Fault("places.csv", line, "118.5483, 24.7957 lies outside its community 350582001015")]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("roads.geojson", '{"type":"FeatureCollection","features":[{"geometry":null,"properties":{}}]}', 1),
        (
            "communities.geojson",
            '{"features":[{"geometry":{"type":"Point","coordinates":[118.5,24.8]},"properties":{}}]}',
            1,
        ),
        ("county.geojson", "{", 0),
        ("county.geojson", '{"type":"FeatureCollection","features":[]}', 0),
    ],
)
def test_a_broken_drawing_is_named(pack: Path, name: str, text: str, line: int) -> None:
    (pack / name).write_text(text, encoding="utf-8")
    found = [fault for fault in _faults(pack) if fault.file == name]
    assert [fault.line for fault in found] == [line]


@pytest.mark.parametrize(
    "name", ["divisions.csv", "places.csv", "doors.csv", "cells.csv", "roads.geojson", "communities.geojson"]
)
def test_a_missing_or_unreadable_file_is_a_fault(pack: Path, name: str) -> None:
    (pack / name).unlink()
    assert [fault.file for fault in _faults(pack) if fault.line == 0] == [name]
    (pack / name).write_bytes(b"\xff\xfe\x00")
    assert [fault.file for fault in _faults(pack) if fault.line == 0] == [name]


def test_a_wrong_projection_and_datum_are_faults(pack: Path) -> None:
    path = pack / "city.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("EPSG:4549", "EPSG:1"), encoding="utf-8")
    assert [fault.file for fault in _faults(pack)] == ["city.toml"]
    path.write_text(text.replace('"cgcs2000"', '"gcj02"'), encoding="utf-8")
    assert [fault.file for fault in _faults(pack)] == ["city.toml"]


def test_without_an_outline_no_geocoder_can_be_built(pack: Path) -> None:
    (pack / "county.geojson").unlink()
    with pytest.raises(UnusablePack):
        CityGeocoder.from_pack(pack, Faults())


def test_names_and_address_words_of_codes() -> None:
    divisions = CityGeocoder.from_pack(TINY, Faults()).divisions
    assert divisions.address("350582001004") == "青阳街道青新社区"
    assert divisions.address("350582001000") == "青阳街道"
    assert (divisions.name("350582102212"), divisions.town_name("350582102212")) == ("瑶琼村", "磁灶镇")
    assert (divisions.address("999999999999"), divisions.get("999999999999")) == ("", None)
