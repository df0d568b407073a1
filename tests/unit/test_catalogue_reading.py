"""The catalogue files of a pack: what is read, and what is named as a fault."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from case_api.casepack import read_case_pack
from case_api.catalogue import read_catalogue
from intake.errors import NotFound
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
STANDARD = "CJ/T 214-2007"
LIMIT = (5, "工作日")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "city"
    shutil.copytree(TINY, copy)
    return copy


def _append(path: Path, *rows: str) -> int:
    """Add rows at the end; the line of the first."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return text.count("\n") + 1


def _faults(folder: Path) -> list[str]:
    faults = Faults()
    assert read_case_pack(folder, faults) is None
    return [str(fault) for fault in faults.found]


def test_the_tiny_city_has_no_fault() -> None:
    faults = Faults()
    pack = read_case_pack(TINY, faults)
    assert pack is not None
    assert (faults.found, pack.settings.reference_latitude, pack.street_name("350582001")) == ([], 24.8, "青阳街道")


def test_categories_are_looked_up_by_standard_and_key() -> None:
    catalogue = read_catalogue(TINY, STANDARD, LIMIT, Faults())
    assert catalogue.standards == (STANDARD,)
    assert catalogue.entry("部件0101").category.name == "上水井盖"
    assert catalogue.condition("部件0101", 1).limit_unit == "紧急工作时"
    assert catalogue.kin("部件0103") == ("部件0101", "部件0102", "部件0103")
    assert (catalogue.kin("部件9999"), catalogue.find("部件9999")) == (("部件9999",), None)
    with pytest.raises(NotFound):
        catalogue.entry("部件0101", "GB/T 30428.2-2013")
    with pytest.raises(NotFound):
        catalogue.condition("部件0101", 98)


def test_two_standards_may_use_one_key_for_different_things(folder: Path) -> None:
    _append(folder / "categories.csv", "GB/T 30428.2-2013,部件,01,公用设施,18,园林井盖,,,40")
    catalogue = read_catalogue(folder, STANDARD, LIMIT, Faults())
    names = [catalogue.entry("部件0118", standard).category.name for standard in catalogue.standards]
    assert names == ["路灯", "园林井盖"]


def test_a_category_without_conditions_gets_the_general_one_and_a_warning(folder: Path) -> None:
    line = _append(folder / "categories.csv", f"{STANDARD},部件,01,公用设施,26,健身设施,,,40")
    faults = Faults()
    catalogue = read_catalogue(folder, STANDARD, LIMIT, faults)
    condition = catalogue.entry("部件0126").rules[0].condition
    assert (condition.number, condition.limit_value, condition.limit_unit) == (0, 5, "工作日")
    assert [(fault.file, fault.line) for fault in faults.warnings] == [("categories.csv", line)]


def test_every_planted_fault_of_the_catalogue_is_named_with_its_line(folder: Path) -> None:
    categories = _append(
        folder / "categories.csv",
        f"{STANDARD},部件,01,公用设施,01,上水井盖,,,40",
        f"{STANDARD},部件,1,公用设施,02,污水井盖,,,40",
    )
    conditions = _append(
        folder / "conditions.csv",
        "部件0777,1,缺失的,2,工作时,恢复,,",
        "部件0118,1,缺失的,2,工作时,恢复,,",
        "部件0118,91,缺失的,2,小时,恢复,,",
        "部件0118,92,缺失的,0,工作时,恢复,,",
        "部件0118,93,缺失的,2,工作时,恢复,,很急",
    )
    words = _append(folder / "words.csv", "部件0777,灯,1", "部件0101,井盖,1", "部件0101,盖头,nan", "部件0101, ,1")
    intents = _append(folder / "intents.csv", "complaint,投诉,1")
    expected = [("categories.csv", categories), ("categories.csv", categories + 1)]
    expected += [("conditions.csv", conditions + n) for n in range(5)]
    expected += [("words.csv", words + n) for n in range(4)]
    expected += [("intents.csv", intents)]
    found = {(file, int(line)) for file, line, _ in (fault.split(":", 2) for fault in _faults(folder))}
    assert sorted(found) == sorted(expected)


def test_settings_that_name_what_the_catalogue_lacks_are_faults(folder: Path) -> None:
    settings = (folder / "city.toml").read_text(encoding="utf-8")
    (folder / "city.toml").write_text(settings.replace('"部件0101"', '"部件0777"'), encoding="utf-8")
    assert _faults(folder) == [
        f"city.toml:0: defaults: 井盖 names 部件0777, which the standard {STANDARD} does not list"
    ]


def test_shift_times_that_overlap_are_a_fault_of_the_settings(folder: Path) -> None:
    settings = (folder / "city.toml").read_text(encoding="utf-8")
    (folder / "city.toml").write_text(settings.replace('"14:00"', '"11:00"'), encoding="utf-8")
    reason = "shift 11:00-18:00 must begin after the one before it has ended"
    assert _faults(folder) == [f"city.toml:0: shifts.work: Value error, {reason}"]
