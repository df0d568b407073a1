"""`hub city check` on a pack with twenty planted faults: each is named with file, line and reason, and no other."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
DEMO = Path(__file__).parents[2] / "cities" / "jinjiang"
STANDARD = "CJ/T 214-2007"

# file, the row planted at its end, and a piece of the reason that must be given for it
PLANTED: tuple[tuple[str, str, str], ...] = (
    ("divisions.csv", "350582001004,又一青新,青新,community,社区,350582001000,no,,,x", "stands already on line 6"),
    ("divisions.csv", "350582009001,无镇村委会,无镇,community,村,350582009000,no,,,x", "is no town of this table"),
    ("places.csv", "p900,shop,小店,,350582001004,118.5483,24.7957,x", "kind"),
    ("places.csv", "p901,school,小学,,350582001004,24.7957,88.5483,x", "outside the county outline"),
    ("places.csv", "p902,school,中学,,350582001999,118.5483,24.7957,x", "unknown community 350582001999"),
    ("doors.csv", "r999,,1,,118.5483,24.7957,350582001004", "unknown road r999"),
    ("doors.csv", "r001,,eleven,,118.5483,24.7957,350582001004", "number"),
    ("doors.csv", "r001,,1001,,118.5483,24.7957", "the row has 6 values"),
    ("cells.csv", "350582001004099,350582001004,0,0", "lies outside the county outline"),
    ("cells.csv", "350582001004001,350582001004,353000,2744400", "stands already on line 2"),
    ("units.csv", "D01,又一个单位,,department,,", "is already on line"),
    ("units.csv", "D99,无上级单位,,department,D98,", "D98 is no code of units.csv"),
    ("responsibility.csv", "10,部件0101,*,D77,", "D77 is not in units.csv"),
    ("responsibility.csv", "10,部件0101,999999,D01,", "no division of divisions.csv begins with 999999"),
    ("categories.csv", f"{STANDARD},部件,01,公用设施,01,上水井盖,,,40", "line"),
    ("conditions.csv", "部件0118,91,缺失的,2,小时,恢复,,", "limit_unit"),
    ("conditions.csv", "部件0777,1,缺失的,2,工作时,恢复,,", "部件0777"),
    ("words.csv", "部件0101,盖头,nan", "weight"),
    ("intents.csv", "complaint,投诉,1", "intent"),
    ("holidays.csv", "2026-02-30,off,不存在的日子", "date"),
)


def check(folder: Path) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "hub", "city", "check", str(folder), "--json"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.integration
def test_twenty_planted_faults_are_named_with_file_line_and_reason(tmp_path: Path) -> None:
    pack = tmp_path / "city"
    shutil.copytree(TINY, pack)
    expected: dict[tuple[str, int], str] = {}
    for name, row, reason in PLANTED:
        text = (pack / name).read_text(encoding="utf-8") + row + "\n"
        (pack / name).write_text(text, encoding="utf-8")
        expected[name, text.count("\n")] = reason
    code, found = check(pack)
    reasons: dict[tuple[str, int], str] = {}
    for fault in found["faults"]:
        key = fault["file"], fault["line"]
        reasons[key] = f"{reasons.get(key, '')} {fault['reason']}"
    assert len(expected) == 20
    assert (code, found["ok"], set(reasons)) == (1, False, set(expected))
    assert [words for key, words in expected.items() if words not in reasons[key]] == []


@pytest.mark.integration
def test_the_demo_pack_has_no_fault() -> None:
    code, found = check(DEMO)
    assert (code, found["ok"], found["faults"]) == (0, True, [])


@pytest.mark.integration
def test_a_phase_that_names_an_unknown_township_is_a_fault(tmp_path: Path) -> None:
    pack = tmp_path / "city"
    shutil.copytree(TINY, pack)
    settings = (pack / "city.toml").read_text(encoding="utf-8")
    (pack / "city.toml").write_text(settings.replace('["350582001"]', '["350582777"]'), encoding="utf-8")
    code, found = check(pack)
    reason = "phases: 350582777 of phase 1 is no township of divisions.csv"
    assert (code, found["faults"]) == (1, [{"file": "city.toml", "line": 0, "reason": reason}])
