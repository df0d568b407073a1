"""What every implementation of the port `Classifier` holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from case_api.casepack import read_case_pack
from case_api.catalogue import CityLearning, load_model
from intake.model import Category, Intent
from intake.pack import Faults
from intake.ports import Classifier
from tests.fakes.classifier import InMemoryClassifier

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
JINJIANG = Path(__file__).resolve().parents[2] / "cities" / "jinjiang"

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=10_000)


def _category(kind: str, class_code: str, sub_code: str, name: str) -> Category:
    return Category("CJ/T 214-2007", kind, class_code, "", sub_code, name)


@pytest.fixture(scope="module", params=["keyword", "learned", "memory"])
def classifier(request: pytest.FixtureRequest) -> Classifier:
    if request.param == "keyword":
        pack = read_case_pack(TINY, Faults())
        assert pack is not None
        return pack.classifier
    if request.param == "learned":
        demo = read_case_pack(JINJIANG, Faults())
        assert demo is not None
        learning = CityLearning.read(JINJIANG, demo.classifier, Faults())
        return learning.classifier(load_model(learning.shipped))
    return InMemoryClassifier(
        {"路灯": _category("部件", "01", "18", "路灯"), "垃圾": _category("事件", "01", "02", "暴露垃圾")}
    )


def test_a_named_category_is_the_first_guess_and_its_span_names_it(classifier: Classifier) -> None:
    text = "青新社区的路灯坏了"
    answer = classifier.classify(text)
    best = answer.guesses[0]
    assert (answer.intent, best.category.key, best.condition.category_key) == (
        Intent.PROBLEM,
        "部件0118",
        "部件0118",
    )
    assert text[slice(*best.spans[0])].startswith("路灯")
    assert best.reasons[0].startswith("“路灯")


def test_a_text_without_any_known_word_is_unclear_and_has_no_guess(classifier: Classifier) -> None:
    answer = classifier.classify("今天是个平常的日子")
    assert (answer.intent, answer.guesses) == (Intent.UNCLEAR, ())


def test_a_given_category_is_the_senders_word_whatever_the_text_says(classifier: Classifier) -> None:
    answer = classifier.classify("路灯坏了", "事件0102")
    assert [(guess.category.key, guess.confidence) for guess in answer.guesses] == [("事件0102", 1.0)]
    assert answer.intent is Intent.PROBLEM


def test_a_given_category_that_nobody_knows_leaves_the_text_to_speak(classifier: Classifier) -> None:
    answer = classifier.classify("路灯坏了", "部件9999")
    assert answer.guesses[0].category.key == "部件0118"
    assert answer.reasons[0].split("，")[0] == "所选类别“部件9999”不在目录中"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(text=ANY_TEXT)
def test_any_text_is_answered_with_spans_inside_it_and_confidences_in_order(classifier: Classifier, text: str) -> None:
    answer = classifier.classify(text)
    confidences = [guess.confidence for guess in answer.guesses]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 < confidence <= 1 for confidence in confidences)
    spans = [span for guess in answer.guesses for span in guess.spans]
    assert all(0 <= start < end <= len(text) for start, end in spans)
