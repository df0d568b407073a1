"""The sentences of a pack: whole, varied, read alike every time, every fault named; none is measured with too."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest

from bench.accuracy.categories import SENTENCES as HELD_OUT
from case_api.casepack import read_case_pack
from case_api.catalogue import Catalogue, CityLearning
from case_api.catalogue.sentences import Lesson, SentenceRow, read_lessons, sentence_files
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
JINJIANG = Path(__file__).resolve().parents[2] / "cities" / "jinjiang"
HEADER = "intent,category_key,condition,sentence\n"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    pack = read_case_pack(JINJIANG, Faults())
    assert pack is not None
    return pack.catalogue


def _sentences() -> list[SentenceRow]:
    rows: list[SentenceRow] = []
    for path in sentence_files(JINJIANG):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [SentenceRow.model_validate(row) for row in csv.DictReader(file)]
    return rows


def test_every_category_has_twenty_sentences_and_every_other_intent_a_hundred_and_fifty(catalogue: Catalogue) -> None:
    rows = _sentences()
    about = Counter(row.category_key for row in rows if row.intent == "problem")
    assert [entry.category.key for entry in catalogue.entries() if about[entry.category.key] < 20] == []
    others = Counter(row.intent for row in rows if row.intent != "problem")
    assert sorted(intent for intent, count in others.items() if count >= 150) == [
        "chase_up",
        "consultation",
        "elsewhere",
        "nonsense",
        "praise",
    ]


def _pairs(sentence: str) -> set[str]:
    letters = "".join(char for char in sentence.replace("{place}", "") if char not in "，。！？、")
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def test_no_sentence_that_is_measured_with_is_like_one_that_is_learned_from(catalogue: Catalogue) -> None:
    with HELD_OUT.open(encoding="utf-8", newline="") as file:
        held = list(csv.DictReader(file))
    learned: dict[tuple[str, str], list[set[str]]] = {}
    for said in _sentences():
        learned.setdefault((said.intent, said.category_key), []).append(_pairs(said.sentence))
    alike = [
        row["sentence"]
        for row in held
        if (pairs := _pairs(row["sentence"]))
        and any(
            len(pairs & one) / len(pairs | one) >= 0.6 for one in learned.get((row["intent"], row["category_key"]), ())
        )
    ]
    assert alike == []
    counts = Counter(row["category_key"] for row in held if row["intent"] == "problem")
    assert [entry.category.key for entry in catalogue.entries() if counts[entry.category.key] < 4] == []


def test_the_sentences_are_read_without_a_fault_and_alike_every_time(catalogue: Catalogue) -> None:
    faults = Faults()
    lessons = read_lessons(JINJIANG, catalogue, faults)
    assert (faults.found, lessons == read_lessons(JINJIANG, catalogue, Faults())) == ([], True)
    assert [lesson.text for lesson in lessons if "{" in lesson.text] == []


def test_the_check_warns_of_a_model_of_another_pack_and_of_none(tmp_path: Path, catalogue: Catalogue) -> None:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    (folder / "sentences").mkdir()
    (folder / "sentences" / "said.csv").write_text(HEADER + "problem,部件0118,1,灯坏了\n", encoding="utf-8")
    pack = read_case_pack(folder, Faults())
    assert pack is not None
    learning = CityLearning.read(folder, pack.classifier, Faults())
    without, other = Faults(), Faults()
    learning.check(without)
    shutil.copy(JINJIANG / "classifier.model", folder)
    learning.check(other)
    assert [(one.file, one.reason.split(":")[0]) for one in (*without.warnings, *other.warnings)] == [
        ("classifier.model", f"The model {folder / 'classifier.model'} cannot be read"),
        ("classifier.model", "was not made of the pack as it is"),
    ]
    assert (without.found, other.found) == ([], [])


def _tiny_with(tmp_path: Path, rows: str, frames: str = "") -> tuple[list[Lesson], list[str]]:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    (folder / "sentences").mkdir()
    (folder / "sentences" / "said.csv").write_text(HEADER + rows, encoding="utf-8")
    if frames:
        (folder / "sentences" / "frames.csv").write_text("part,words\n" + frames, encoding="utf-8")
    pack = read_case_pack(folder, Faults())
    assert pack is not None
    faults = Faults()
    return read_lessons(folder, pack.catalogue, faults), [str(fault) for fault in faults.found]


def test_every_planted_fault_is_named_with_its_line(tmp_path: Path) -> None:
    rows = "problem,部件0118,1,灯坏了\nproblem,,,什么坏了\nproblem,部件0777,,怪东西\nproblem,部件0118,77,灯不对\n"
    lessons, faults = _tiny_with(tmp_path, rows + "praise,,,灯坏了\nangry,,,真气人\n")
    assert [lesson.category_key for lesson in lessons] == ["部件0118"]
    assert [fault for fault in faults if "intent: " not in fault] == [
        "sentences/said.csv:3: category_key: a problem names its category",
        "sentences/said.csv:4: category_key: 部件0777 is not in categories.csv for CJ/T 214-2007",
        "sentences/said.csv:5: condition: 部件0118 has no condition 77",
        "sentences/said.csv:6: sentence: is already in sentences/said.csv:2",
    ]
    assert [fault.split(" ")[:2] for fault in faults if "intent: " in fault] == [["sentences/said.csv:7:", "intent:"]]


def test_a_slot_is_filled_with_a_place_and_praise_is_left_as_it_is(tmp_path: Path) -> None:
    lessons, faults = _tiny_with(
        tmp_path, "problem,部件0118,,在{place}灯坏了\npraise,,,谢谢你们\n", "place,桥头\nopening,喂，\n"
    )
    assert (faults, lessons[1].text) == ([], "谢谢你们")
    before, after = lessons[0].text.removeprefix("喂，").split("在", 1)
    place, found, rest = after.partition("灯坏了")
    assert (before, found, rest, place in ("", "{place}")) == ("", "灯坏了", "", False)
