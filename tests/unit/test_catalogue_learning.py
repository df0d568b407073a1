"""Learning models, keeping them, and taking a new one while a hub runs."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from case_api.casepack import read_case_pack
from case_api.catalogue import (
    CityLearning,
    CurrentClassifier,
    Lesson,
    ModelShelf,
    TextModel,
    lesson_is_read,
    load_facts,
    load_model,
    share_right,
    write_model,
)
from intake.errors import Invalid, NotFound
from intake.pack import Faults
from tests.fakes.lessons import tiny_lessons

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def learning() -> CityLearning:
    pack = read_case_pack(TINY, Faults())
    assert pack is not None
    return CityLearning.read(TINY, pack.classifier, Faults())


@pytest.fixture(scope="module")
def model(learning: CityLearning) -> TextModel:
    return learning.learner().learn(tiny_lessons(), NOW)


@pytest.fixture
def shelf(tmp_path: Path) -> ModelShelf:
    return ModelShelf(tmp_path / "models", tmp_path / "classifier.model")


def test_the_same_lessons_make_the_same_file(learning: CityLearning, model: TextModel) -> None:
    again = learning.learner().learn(tiny_lessons(), NOW)
    assert again.as_bytes() == model.as_bytes()
    facts = model.facts
    assert (facts.sentences, facts.corrections, facts.made_at) == (50, 0, "2026-11-27T08:00:00+00:00")


def test_a_model_is_read_from_its_file_as_it_was(model: TextModel, tmp_path: Path) -> None:
    write_model(tmp_path / "one.model", model)
    again = load_model(tmp_path / "one.model")
    text = "盖子裂了，晚上没有灯"
    assert (again.facts, again.keys, again.runs) == (model.facts, model.keys, model.runs)
    np.testing.assert_array_equal(again.read(text).scores, model.read(text).scores)
    assert load_facts(tmp_path / "one.model") == model.facts


def test_too_few_sentences_are_not_learned_from(learning: CityLearning) -> None:
    with pytest.raises(Invalid):
        learning.learner().learn(tiny_lessons()[:49], NOW)


def test_a_correction_is_learned(learning: CityLearning) -> None:
    text = "乌漆嘛黑啥都看不见"
    lessons = [
        *tiny_lessons(),
        *(Lesson(text + tail, "problem", "部件0118", None, "desk") for tail in ("", "了", "呀")),
    ]
    before, after = (
        learning.classifier(learning.learner().learn(taught, NOW)).classify(text)
        for taught in (tiny_lessons(), lessons)
    )
    assert after.guesses[0].category.key == "部件0118"
    assert not before.guesses or before.guesses[0].confidence < after.guesses[0].confidence


def test_lessons_a_model_learned_from_count_as_they_were_read_when_left_out(
    learning: CityLearning, model: TextModel
) -> None:
    asked: list[str] = []

    def reads(lesson: Lesson) -> bool:
        asked.append(lesson.text)
        return lesson_is_read(learning.classifier(model).classify(lesson.text), lesson)

    new = Lesson("路灯不亮了好多天", "problem", "部件0118")
    right = share_right(model, [*tiny_lessons(), new], reads)
    assert (asked, right) == ([new.text], (int(model.lesson_hits.sum()) + 1) / 51)


@pytest.mark.parametrize("harm", ["cut", "empty", "other", "gone"])
def test_a_file_that_is_no_model_is_refused(model: TextModel, tmp_path: Path, harm: str) -> None:
    path = tmp_path / "one.model"
    data = model.as_bytes()
    if harm == "other":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("facts.json", "{}")
    elif harm != "gone":
        path.write_bytes(data[: len(data) // 2] if harm == "cut" else b"")
    with pytest.raises(Invalid):
        load_model(path)


def test_a_model_of_other_readings_is_refused(
    learning: CityLearning, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("case_api.catalogue.learning.readings_mark", lambda: "1-other")
        write_model(tmp_path / "one.model", learning.learner().learn(tiny_lessons(), NOW))
    with pytest.raises(Invalid, match="字音"):
        load_model(tmp_path / "one.model")


def test_versions_are_numbered_and_used_by_number(shelf: ModelShelf, model: TextModel) -> None:
    assert (shelf.versions(), shelf.load_in_use()) == ([], None)
    write_model(shelf.shipped, model)
    assert [shelf.add(model), shelf.add(model)] == [1, 2]
    shelf.use(2)
    assert [(one.number, one.in_use) for one in shelf.versions()] == [(0, False), (1, False), (2, True)]
    shelf.use(0)
    assert shelf.in_use() == 0
    with pytest.raises(NotFound):
        shelf.use(3)
    assert shelf.in_use() == 0


def test_a_chosen_version_that_is_gone_leaves_the_shipped_one(shelf: ModelShelf, model: TextModel) -> None:
    write_model(shelf.shipped, model)
    shelf.use(shelf.add(model))
    (shelf.folder / "0001.model").unlink()
    assert (shelf.in_use(), [one.number for one in shelf.versions()]) == (0, [0])


def _ticking() -> tuple[list[float], Callable[[], float]]:
    now = [0.0]
    return now, lambda: now[0]


def test_a_running_classifier_takes_a_new_version_within_seconds(
    learning: CityLearning, shelf: ModelShelf, model: TextModel
) -> None:
    now, clock = _ticking()
    current = CurrentClassifier(learning, shelf, clock)
    text = "盖子丢了有个洞"
    before = current.classify(text)
    shelf.use(shelf.add(model))
    now[0] = 1.9
    still = current.classify(text)
    now[0] = 2.1
    after = current.classify(text)
    assert ((before.guesses, still.guesses), current.learned is not None) == (((), ()), True)
    assert after.guesses[0].category.key == "部件0101"


def test_a_broken_version_leaves_the_one_that_serves(
    learning: CityLearning, shelf: ModelShelf, model: TextModel
) -> None:
    write_model(shelf.shipped, model)
    now, clock = _ticking()
    current = CurrentClassifier(learning, shelf, clock)
    shelf.use(shelf.add(model))
    (shelf.folder / "0001.model").write_bytes(b"broken")
    now[0] = 3.0
    assert current.classify("盖子丢了有个洞").guesses[0].category.key == "部件0101"


def test_nothing_is_left_half_written(shelf: ModelShelf, model: TextModel) -> None:
    shelf.use(shelf.add(model))
    assert sorted(path.name for path in shelf.folder.iterdir()) == ["0001.model", "in-use"]


def test_a_category_that_a_model_never_saw_is_still_found_by_its_words(
    learning: CityLearning, model: TextModel
) -> None:
    fewer = [at for at, key in enumerate(model.keys) if key != "部件0103"]
    columns = [*fewer, *range(len(model.keys), len(model.scale))]
    older = TextModel(
        model.facts,
        tuple(model.keys[at] for at in fewer),
        model.runs,
        model.rarity,
        model.weights[:, columns],
        model.scale[columns],
        model.offset[columns],
        model.category_factors,
        model.intent_factors,
        model.lesson_marks,
        model.lesson_hits,
        model.curve,
        model.conditions,
    )
    found = learning.classifier(older).classify("雨水井盖响")
    assert "部件0103" in [guess.category.key for guess in found.guesses]
