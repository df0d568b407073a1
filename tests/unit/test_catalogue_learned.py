"""What the demo city's classifier, listed words and learned model together, makes of what people say."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from case_api.casepack import read_case_pack
from case_api.catalogue import CityLearning, LearnedClassifier, load_facts, load_model
from intake.model import Intent, Urgency
from intake.pack import Faults

JINJIANG = Path(__file__).resolve().parents[2] / "cities" / "jinjiang"
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=2000)


@pytest.fixture(scope="module")
def learning() -> CityLearning:
    pack = read_case_pack(JINJIANG, Faults())
    assert pack is not None
    faults = Faults()
    found = CityLearning.read(JINJIANG, pack.classifier, faults)
    assert faults.found == []
    return found


@pytest.fixture(scope="module")
def classifier(learning: CityLearning) -> LearnedClassifier:
    return learning.classifier(load_model(learning.shipped))


def test_the_model_that_ships_was_made_of_the_pack_as_it_is(learning: CityLearning) -> None:
    assert load_facts(learning.shipped).inputs == learning.inputs(), "hub classify learn --pack cities/jinjiang"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("井盖不见了", "上水井盖"),
        ("盲道上有人占道经营摆摊", "无照经营游商"),
        ("占道经营的把盲道都堵了", "无照经营游商"),
        ("盲道的砖碎了", "道路破损"),
        ("垃圾站旁边路灯不亮", "路灯"),
        ("公厕对面有人占道经营摆摊", "无照经营游商"),
        ("菜市场旁边井盖不见了", "上水井盖"),
        ("烧烤店旁边下水道堵了污水冒出来", "下水道堵塞或破损"),
        ("停车场门口垃圾堆了好几天没人清", "暴露垃圾"),
        ("福林村128号对面有人站到经营百贪", "无照经营游商"),
        ("东时震塔头孙露面塌了一个肯", "路面塌陷"),
        ("古错遵61号对面工地半夜还在时供超得睡不着", "施工扰民"),
    ],
)
def test_what_is_complained_of_is_told_from_where_it_is_and_by_its_sound(
    classifier: LearnedClassifier, text: str, name: str
) -> None:
    assert classifier.classify(text).guesses[0].category.name == name


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("请问装修垃圾要联系哪家公司清运", Intent.CONSULTATION),
        ("你们那里周末几点上班", Intent.CONSULTATION),
        ("路灯修好了，感谢师傅", Intent.PRAISE),
        ("我的医保卡在药店刷不出来", Intent.UNCLEAR),
        ("公司三个月没有发工资", Intent.UNCLEAR),
        ("喂喂喂，打错了", Intent.UNCLEAR),
        ("上个月报的路灯到现在都没人来修", Intent.CHASE_UP),
        ("那个工单处理到哪一步了", Intent.CHASE_UP),
        ("路灯坏了，麻烦派人来看看", Intent.PROBLEM),
        ("自来水管破裂 <img src=x onerror=alert(1)><script>alert(2)</script>", Intent.PROBLEM),
    ],
)
def test_what_is_no_case_and_what_is_a_reminder_are_told_apart(
    classifier: LearnedClassifier, text: str, intent: Intent
) -> None:
    assert classifier.classify(text).intent is intent


@pytest.mark.parametrize(
    "text", ["我的医保卡在药店刷不出来", "喂喂喂，打错了", "感谢你们，非常满意", "请问结婚登记要预约吗"]
)
def test_what_is_no_case_has_no_category_that_would_be_filed(classifier: LearnedClassifier, text: str) -> None:
    assert [guess.category.name for guess in classifier.classify(text).guesses if guess.confidence >= 0.3] == []


@pytest.mark.parametrize("text", ["", "。。。", "菜市场旁边", "塔头孙村西区54号"])
def test_a_text_that_says_nothing_but_a_place_is_unclear(classifier: LearnedClassifier, text: str) -> None:
    answer = classifier.classify(text)
    assert (answer.intent, answer.guesses, answer.urgency) == (Intent.UNCLEAR, (), Urgency.NORMAL)


def test_whoever_says_that_somebody_is_hurt_is_taken_for_a_problem(classifier: LearnedClassifier) -> None:
    answer = classifier.classify("哈哈哈打错了，有人受伤")
    assert (answer.intent, answer.urgency) == (Intent.PROBLEM, Urgency.EMERGENCY)


def test_the_other_kinds_of_a_word_without_a_kind_are_listed(classifier: LearnedClassifier) -> None:
    answer = classifier.classify("青阳街道青新社区门口井盖不见了，很危险")
    names = [guess.category.name for guess in answer.guesses]
    assert (names[0], {"污水井盖", "雨水井盖"} <= set(names)) == ("上水井盖", True)
    assert answer.guesses[0].reasons[0] == "“井盖” → 上水井盖（未说明种类，按本市约定）"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("内坑镇黎山村的井盖不见了", "上水井盖"),
        ("路口的井盖松动响", "上水井盖"),
        ("小区门口的井盖被偷了", "上水井盖"),
        ("小区门口的污水井盖被偷了", "污水井盖"),
        ("电信的井盖坏了", "通讯井盖"),
        ("门口的雾水井盖不见了", "污水井盖"),
    ],
)
def test_a_cover_without_a_kind_is_the_usual_one_wherever_it_lies(
    classifier: LearnedClassifier, text: str, name: str
) -> None:
    guess = classifier.classify(text).guesses[0]
    assert (guess.category.name, guess.confidence >= 0.4) == (name, True)


def test_learned_words_are_shown_with_their_place_in_the_text(classifier: LearnedClassifier) -> None:
    text = "三光天社区对面黑灯瞎火好几晚了"
    guess = classifier.classify(text).guesses[0]
    learned = [reason for reason in guess.reasons if reason.endswith("像“路灯”的说法")]
    said = [text[start:end] for start, end in guess.spans]
    assert (guess.category.name, len(learned)) == ("路灯", 1)
    assert learned[0].removesuffix("像“路灯”的说法").strip("“”") in said


def test_the_senders_word_stands_with_the_condition_the_text_names(classifier: LearnedClassifier) -> None:
    answer = classifier.classify("车一过就响", "部件0103")
    assert [(one.category.key, one.condition.number, one.confidence) for one in answer.guesses] == [
        ("部件0103", 3, 1.0)
    ]
    assert answer.intent is Intent.PROBLEM


def test_a_category_chosen_on_a_form_outweighs_words_that_sound_like_nonsense(classifier: LearnedClassifier) -> None:
    said = [classifier.classify(text, "部件0118").intent for text in ("喂喂喂", "哈哈哈", "上次报的还没修，催一下")]
    assert said == [Intent.PROBLEM, Intent.PROBLEM, Intent.CHASE_UP]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(text=ANY_TEXT)
def test_any_text_is_answered_with_spans_inside_it_and_the_same_every_time(
    classifier: LearnedClassifier, text: str
) -> None:
    answer = classifier.classify(text)
    spans = [span for guess in answer.guesses for span in guess.spans]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert answer == classifier.classify(text)


def test_a_hundred_thousand_characters_are_read(classifier: LearnedClassifier) -> None:
    texts = ("井盖不见了" * 20_000, "😀" * 100_000, "1号" * 50_000, "\n" * 99_990 + "井盖不见了很危险，快")
    answers = [classifier.classify(text) for text in texts]
    assert all(len(guess.spans) <= 20 for answer in answers for guess in answer.guesses)
    assert [answer.guesses[0].category.name for answer in (answers[0], answers[3])] == ["上水井盖", "上水井盖"]
