"""Filing conditions by what was learned of them and by their listed words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from case_api.casepack import read_case_pack
from case_api.catalogue import CityLearning, LearnedClassifier, load_model
from case_api.catalogue.condition_model import ConditionCase, ConditionModel, condition_columns, fit_conditions
from intake.pack import Faults

JINJIANG = Path(__file__).resolve().parents[2] / "cities" / "jinjiang"


@pytest.fixture(scope="module")
def learning() -> CityLearning:
    pack = read_case_pack(JINJIANG, Faults())
    assert pack is not None
    return CityLearning.read(JINJIANG, pack.classifier, Faults())


@pytest.fixture(scope="module")
def classifier(learning: CityLearning) -> LearnedClassifier:
    return learning.classifier(load_model(learning.shipped))


def test_conditions_with_the_same_words_share_a_column_and_a_lone_one_has_none(learning: CityLearning) -> None:
    columns = condition_columns(learning.keywords.catalogue)
    assert columns["部件0101"] == columns["部件0103"]
    assert set(columns["部件0101"].values()).isdisjoint(columns["部件0118"].values())
    assert "事件0108" not in columns


def test_factors_favour_what_the_cases_went_by() -> None:
    columns = {"部件0101": {1: 0, 2: 1}}
    cases = [
        ConditionCase("部件0101", number, np.array([float(number == 1), float(number == 2)], np.float32), {1: 1.0})
        for number in (1, 2) * 20
    ]
    factors, right = fit_conditions(columns, cases)
    assert (right, factors[0] > 1, abs(factors[1]) < factors[0]) == (1.0, True, True)


def test_a_category_without_columns_leans_nowhere() -> None:
    one = np.ones(1, np.float32)
    model = ConditionModel(
        {"部件0101": {3: 0}}, np.full((2, 1), 100, np.int8), np.full(1, 0.01, np.float32), one, np.array([2.0, 1.0])
    )
    numbers, shares = np.array([1]), np.array([0.5], np.float32)
    assert model.leanings("部件0118", numbers, shares) == {}
    assert model.leanings("部件0101", numbers, shares) == {3: pytest.approx(2.0 * (0.5 + 1.0))}


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("井盖一过车就打雷一样", "上水井盖", 3),
        ("太阳老高了路灯还亮着", "路灯", 4),
        ("小车把我家车库门口堵死了出不来", "机动车乱停放", 2),
        ("半夜一点工地还在打混凝土", "施工扰民", 1),
        ("午休的时候楼上装修电钻响", "施工扰民", 2),
        ("路口一滩积水", "道路积水", 2),
    ],
)
def test_a_condition_is_told_without_its_listed_words_too(
    classifier: LearnedClassifier, text: str, name: str, number: int
) -> None:
    guess = classifier.classify(text).guesses[0]
    assert (guess.category.name, guess.condition.number) == (name, number)
