"""What the keyword classifier makes of the sentences that citizens say."""

from __future__ import annotations

from pathlib import Path

import pytest

from case_api.casepack import CasePack, read_case_pack
from case_api.catalogue import Catalogue, CategoryEntry, IntentRow, KeywordClassifier, WordRow
from case_api.catalogue.catalogue import general_rule
from case_api.catalogue.folding import Folding
from intake.model import Category, Intent, Urgency
from intake.pack import Faults

TINY = Path(__file__).parent.parent / "data" / "tiny_city"


@pytest.fixture(scope="module")
def pack() -> CasePack:
    found = read_case_pack(TINY, Faults())
    assert found is not None
    return found


def _small(*words: tuple[str, str, float], intents: tuple[tuple[str, str], ...] = ()) -> KeywordClassifier:
    """A catalogue of three categories and nothing else."""
    names = {"部件0118": "路灯", "部件0304": "垃圾站", "事件0102": "垃圾堆"}
    entries = {
        key: CategoryEntry(Category("S", key[:2], key[2:4], "", key[4:], name), (general_rule(key, 5, "工作日"),))
        for key, name in names.items()
    }
    rows = [WordRow(category_key=key, word=word, weight=weight) for key, word, weight in words]
    listed = [IntentRow.model_validate({"intent": intent, "word": word, "weight": 3}) for intent, word in intents]
    return KeywordClassifier(Catalogue("S", {"S": entries}), rows, listed, {})


def _keys(classifier: KeywordClassifier, text: str) -> list[str]:
    return [guess.category.key for guess in classifier.classify(text).guesses]


def test_a_cover_of_no_kind_is_the_citys_default_with_the_others_as_alternatives(pack: CasePack) -> None:
    answer = pack.classifier.classify("青阳街道青新社区门口井盖不见了，很危险")
    assert [guess.category.name for guess in answer.guesses] == ["上水井盖", "污水井盖", "雨水井盖"]
    best, second = answer.guesses[:2]
    assert best.confidence > 2 * second.confidence
    assert best.reasons[0] == "“井盖” → 上水井盖（未说明种类，按本市约定）"
    assert (best.condition.number, best.condition.limit_unit) == (1, "紧急工作时")
    assert (answer.intent, answer.urgency) == (Intent.PROBLEM, Urgency.URGENT)


def test_a_cover_whose_kind_is_said_is_that_kind_alone(pack: CasePack) -> None:
    assert _keys(pack.classifier, "雨水井盖响") == ["部件0103"]


def test_the_condition_is_chosen_by_its_words_and_is_the_first_without_any(pack: CasePack) -> None:
    said = [pack.classifier.classify(text).guesses[0].condition.number for text in ("雨水井盖车一过就响", "雨水井盖")]
    assert said == [3, 1]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我上次反映的路灯还没修", Intent.CHASE_UP),
        ("请问怎么办理占道许可", Intent.CONSULTATION),
        ("感谢你们，路灯修好了，很满意", Intent.PRAISE),
        ("路灯不亮，请处理一下，谢谢", Intent.PROBLEM),
        ("请问路灯坏了找谁，麻烦处理", Intent.PROBLEM),
        ("今天是个平常的日子", Intent.UNCLEAR),
        ("", Intent.UNCLEAR),
    ],
)
def test_what_the_citizen_wants_is_told_by_the_louder_words(pack: CasePack, text: str, intent: Intent) -> None:
    assert pack.classifier.classify(text).intent is intent


def test_urgency_is_the_higher_of_condition_and_words_and_a_denied_danger_is_none() -> None:
    classifier = _small(("部件0118", "路灯", 1))
    said = [
        classifier.classify(f"路灯{words}").urgency for words in ("坏了", "坏了很危险", "倒了有人受伤", "坏了不危险")
    ]
    assert said == [Urgency.NORMAL, Urgency.URGENT, Urgency.EMERGENCY, Urgency.NORMAL]


def test_urgency_words_of_the_pack_replace_the_customary_ones() -> None:
    classifier = _small(intents=(("emergency", "十万火急"),))
    assert [classifier.classify(text).urgency for text in ("十万火急", "危险")] == [Urgency.EMERGENCY, Urgency.NORMAL]


def test_a_thing_that_only_says_where_weighs_less_than_the_thing_complained_of() -> None:
    classifier = _small(("部件0304", "垃圾站", 1), ("部件0118", "路灯", 1))
    assert _keys(classifier, "垃圾站旁边路灯不亮") == ["部件0118", "部件0304"]
    assert _keys(classifier, "路灯旁边垃圾站很臭") == ["部件0304", "部件0118"]


def test_the_longest_word_counts_and_a_repeated_word_counts_once() -> None:
    classifier = _small(("事件0102", "垃圾", 1), ("部件0304", "垃圾站", 1))
    assert _keys(classifier, "垃圾站") == ["部件0304"]
    once, often = (classifier.classify(text).guesses[0].confidence for text in ("垃圾", "垃圾，垃圾，垃圾"))
    assert once == often


def test_a_negative_word_speaks_against_a_category() -> None:
    classifier = _small(("部件0118", "路灯", 1), ("部件0118", "台灯", -3))
    assert [_keys(classifier, text) for text in ("路灯", "路灯和台灯")] == [["部件0118"], []]


def test_the_name_of_a_category_speaks_for_it_without_being_listed() -> None:
    assert _keys(_small(), "有个垃圾站") == ["部件0304"]


def test_full_width_letters_and_capitals_are_read_and_spans_stay_in_the_text_given() -> None:
    classifier = _small(("部件0118", "LED灯", 1))
    text = "𠮷İ，ｌＥd灯"
    guess = classifier.classify(text).guesses[0]
    assert [text[start:end] for start, end in guess.spans] == ["ｌＥd灯"]


def test_folding_keeps_the_length_of_any_text() -> None:
    text = "İẞﬁ\ud800Ａ！　Z"
    assert Folding().fold(text) == "İẞﬁ\ud800a! z"


def test_ten_thousand_characters_are_read_and_only_a_few_spans_are_kept(pack: CasePack) -> None:
    answer = pack.classifier.classify("井盖不见了" * 2000)
    assert answer.guesses[0].category.key == "部件0101"
    assert len(answer.guesses[0].spans) <= 16


def test_a_given_category_keeps_the_condition_that_the_text_names(pack: CasePack) -> None:
    guesses = pack.classifier.classify("车一过就响", "部件0103").guesses
    assert [(guess.category.key, guess.condition.number, guess.confidence) for guess in guesses] == [
        ("部件0103", 3, 1.0)
    ]
