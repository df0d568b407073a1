"""Learning models of the classifier: a version of this installation, or the one that a city pack ships."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from case_api.casepack import read_case_pack
from case_api.catalogue import CityLearning, Lesson, ModelFacts, TextModel, lesson_is_read, share_right, write_model
from case_api.store.lessons import SqlLessons
from hub.wiring import Hub
from intake.errors import Invalid
from intake.pack import Faults

LEARNED_WORSE = "没有启用：新版判对 {new:.3f}，在用版 {old:.3f}。确要启用请执行 hub classify use {number}"

# A solve takes time by the cube of what is learned from: with twice as many it takes a minute.
_MOST_CORRECTIONS = 4000
_WORSE_BY = 0.005


@dataclass(frozen=True, slots=True)
class Learned:
    """A new version. `right` and `right_before` are shares of the same texts, 0-1, that the new version and the one in
    use before read rightly without having learned from them."""

    number: int
    facts: ModelFacts
    right: float
    right_before: float
    in_use: bool


async def learn_version(hub: Hub, *, anyway: bool) -> Learned:
    """Learn from the pack and from the desk, keep it as a new version, and use it unless it is worse.

    Raises Invalid when the pack has faults or too few sentences; Temporary, Permanent as the database does.
    """
    faults = Faults()
    lessons = hub.city_learning.lessons(faults)
    _refuse(faults)
    told = await SqlLessons(hub.database, hub.pack.catalogue).newest(_MOST_CORRECTIONS)
    lessons += told
    marks = "\n".join(f"{lesson.text}\t{lesson.category_key}" for lesson in told)
    model = hub.city_learning.learner(marks).learn(lessons, hub.clock.now())
    before = hub.models.load_in_use() if hub.classifier.learned else None
    right = share_right(model, lessons, _reader(hub.city_learning, model))
    right_before = share_right(before, lessons, _reader(hub.city_learning, before)) if before else 0.0
    number = hub.models.add(model)
    in_use = anyway or right >= right_before - _WORSE_BY
    if in_use:
        hub.models.use(number)
    return Learned(number, model.facts, round(right, 4), round(right_before, 4), in_use)


def learn_pack(folder: Path) -> ModelFacts:
    """Make the model of a pack's own sentences and write it into the pack. Raises Invalid with the first faults."""
    faults = Faults()
    pack = read_case_pack(folder, faults)
    _refuse(faults)
    if pack is None:
        raise Invalid("城市数据包无法读取。", "The city pack cannot be read.")
    learning = CityLearning.read(folder, pack.classifier, faults)
    lessons = learning.lessons(faults)
    _refuse(faults)
    model = learning.learner().learn(lessons, None)
    write_model(learning.shipped, model)
    return model.facts


def _reader(learning: CityLearning, model: TextModel) -> Callable[[Lesson], bool]:
    classifier = learning.classifier(model)
    return lambda lesson: lesson_is_read(classifier.classify(lesson.text), lesson)


def _refuse(faults: Faults) -> None:
    if faults.found:
        shown = "；".join(str(fault) for fault in faults.found[:5])
        raise Invalid(f"例句有错误：{shown}", f"The pack has faults: {shown}")
