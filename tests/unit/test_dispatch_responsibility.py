"""Who answers for what, where, and why."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from case_api.casepack import CasePack, read_case_pack
from case_api.dispatch import Responsibility, Rule, Unit
from intake.errors import NotFound
from intake.model import Category
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
LAMP = Category("S", "部件", "01", "公用设施", "18", "路灯")
HERE = "350582001004"


@pytest.fixture(scope="module")
def pack() -> CasePack:
    found = read_case_pack(TINY, Faults())
    assert found is not None
    return found


def _table(*rows: tuple[int, str, str, str]) -> Responsibility:
    """Rows of priority, category prefix, area prefix and unit code, from line 2 on."""
    return Responsibility(
        Rule(line, priority, category, area, Unit(code, code), "")
        for line, (priority, category, area, code) in enumerate(rows, 2)
    )


@pytest.mark.parametrize(
    ("rows", "winner"),
    [
        ([(20, "部件0118", HERE, "A"), (10, "", "", "B")], "B"),
        ([(10, "部件01", HERE, "A"), (10, "部件0118", "", "B")], "B"),
        ([(10, "", HERE, "A"), (10, "部件01", "", "B")], "B"),
        ([(10, "部件01", "350582", "A"), (10, "部件01", "350582001", "B")], "B"),
        ([(10, "部件01", "350582102", "A"), (10, "", "", "B")], "B"),
        ([(10, "事件01", HERE, "A"), (99, "", "", "B")], "B"),
        ([(10, "部件01", "350582", "B"), (10, "部件01", "350582", "A")], "B"),
    ],
)
def test_priority_then_category_then_area_then_the_earlier_line_decide(
    rows: list[tuple[int, str, str, str]], winner: str
) -> None:
    assert _table(*rows).find(LAMP, HERE).unit.code == winner


def test_the_row_that_won_and_the_one_it_beat_are_named(pack: CasePack) -> None:
    entry = pack.catalogue.entry("部件0118")
    answer = pack.responsibility.find(entry.category, HERE)
    assert (answer.unit.code, answer.reasons) == (
        "T001",
        (
            (
                "责任表第10行（大类 部件01 公用设施，区域 350582001004，优先级80） → "
                "青阳街道办事处：青新社区的公用设施试点由街道管养"
            ),
            "先于第9行（市政工程服务中心）：区域更小",
        ),
    )


def test_a_place_outside_the_table_goes_to_the_unit_of_last_resort() -> None:
    answer = _table((10, "部件01", "350582", "A"), (99, "", "350582", "Z")).find(LAMP, "110101001001")
    assert (answer.unit.code, answer.reasons[0]) == ("Z", "责任表没有写到区域 110101001001，暂交兜底单位")


def test_a_category_that_no_row_speaks_of_is_not_found() -> None:
    with pytest.raises(NotFound):
        _table((10, "事件", "", "A")).find(LAMP, HERE)


def test_a_filing_names_unit_and_deadline_with_their_reasons(pack: CasePack) -> None:
    guess = pack.classifier.classify("青新社区门口井盖不见了").guesses[0]
    at = datetime(2026, 11, 24, 13, 0, tzinfo=timezone(timedelta(hours=8)))
    plan = pack.filing.plan(guess, "350582102212", at)
    assert (plan.unit.code, plan.due_at.isoformat()) == ("E01", "2026-11-24T15:00:00+08:00")
    assert [words.split("（")[0] for words in plan.unit_reasons] == ["责任表第7行", "先于第9行"]
    assert plan.due_reasons[0] == f"立案条件1“{guess.condition.filing}”：时限2个紧急工作时"
    assert plan.due_reasons[-1] == "2026年11月24日 15:00 到期（时限2个紧急工作时）"


def test_units_are_known_by_code_and_a_lost_one_is_shown_by_its_code(pack: CasePack) -> None:
    assert (pack.units.unit("T001").name, pack.units.name_of("X99")) == ("青阳街道办事处", "X99")
    assert (pack.units.knows("T001"), pack.units.knows("X99"), len(pack.units.all())) == (True, False, 8)
    with pytest.raises(NotFound):
        pack.units.unit("X99")


def _planted(tmp_path: Path, file: str, *rows: str) -> tuple[int, Faults]:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    text = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_text(text + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    faults = Faults()
    assert (read_case_pack(folder, faults) is None) is bool(faults.found)
    return text.count("\n") + 1, faults


def test_unknown_units_categories_and_areas_are_faults_with_their_lines(tmp_path: Path) -> None:
    rows = ("1,部件0101,*,X99,", "1,部件0777,*,D01,", "1,*,110101,D01,", "1,部件,*,D01,", "eins,*,*,D01,")
    line, faults = _planted(tmp_path, "responsibility.csv", *rows)
    assert sorted((one.file, one.line) for one in faults.found) == [("responsibility.csv", line + n) for n in range(5)]
    assert [one.reason for one in sorted(faults.found, key=lambda one: one.line)][:3] == [
        "unit_code: X99 is not in units.csv",
        "category_key: 部件0777 fits no category of CJ/T 214-2007",
        "area: no division of divisions.csv begins with 110101",
    ]


def test_a_row_that_repeats_another_is_warned_about(tmp_path: Path) -> None:
    line, faults = _planted(tmp_path, "responsibility.csv", "70,部件0101,*,D02,")
    assert (faults.found, [(fault.file, fault.line) for fault in faults.warnings]) == (
        [],
        [("responsibility.csv", line)],
    )


def test_a_town_without_a_unit_for_a_category_is_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    table = (folder / "responsibility.csv").read_text(encoding="utf-8")
    (folder / "responsibility.csv").write_text(table.replace("99,*,*,", "99,*,350582001,"), encoding="utf-8")
    faults = Faults()
    assert read_case_pack(folder, faults) is None
    reasons = [fault.reason for fault in faults.found]
    assert reasons[0] == "部件0402 行道树 has no unit in 磁灶镇、池店镇、安平开发区"
    assert len(reasons) == 10


def test_units_with_a_doubled_code_a_lost_parent_or_a_circle_are_faults(tmp_path: Path) -> None:
    rows = ("D01,又一个,,department,,", "D08,迷路,,department,D99,", "D10,甲,,town,D11,", "D11,乙,,town,D10,")
    line, faults = _planted(tmp_path, "units.csv", *rows)
    assert [(fault.file, fault.line) for fault in faults.found] == [("units.csv", line + n) for n in range(4)]
