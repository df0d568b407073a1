"""Step 5: the five things that can become of a report."""

from __future__ import annotations

import dataclasses
import math
from datetime import timedelta
from typing import assert_never, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.decide import Decider, DecideRules
from intake.model import (
    AnswerOnly,
    AskOperator,
    AttachToCase,
    CaseGlimpse,
    ChaseUp,
    Classification,
    Decision,
    Intent,
    OpenCase,
    Precision,
    Understanding,
    Urgency,
)
from intake.model.decision import OUTCOMES
from tests.fakes.clock import START
from tests.fakes.samples import (
    OTHER_WORDS,
    TEXT,
    a_classification,
    a_glimpse,
    a_guess,
    a_location,
    a_report,
    understood,
)

decide = Decider()
NUMBER = "26112400001"


def told(text: str = TEXT, confidence: float = 0.9, guess_confidence: float = 0.9) -> Understanding:
    readings = a_classification(a_guess(confidence=guess_confidence))
    return understood(a_report(text=text), a_location(confidence=confidence), readings)


def with_intent(intent: Intent) -> Understanding:
    return understood(a_report(), classification=a_classification(intent=intent))


def placeless(question: str | None = None) -> Understanding:
    return dataclasses.replace(told(), location=None, place_question=question)


def test_a_sure_new_problem_opens_a_case_with_the_other_readings_beside_it() -> None:
    guesses = (a_guess(), a_guess(confidence=0.5))
    one = understood(a_report(), classification=a_classification(*guesses, urgency=Urgency.URGENT))
    expected = OpenCase(a_location(), guesses[0], Urgency.URGENT, guesses[1:], ("附近没有同类的未结案卷",))
    assert decide(one, []) == expected


def test_a_city_that_verifies_first_files_nothing_by_itself_and_attaches_all_the_same() -> None:
    careful = Decider(DecideRules(verify_first=True))
    assert careful(told(), []) == AskOperator("请核实后立案。", (), ("附近没有同类的未结案卷",))
    assert isinstance(careful(told(), [a_glimpse()]), AttachToCase)


@pytest.mark.parametrize("intent", [Intent.CONSULTATION, Intent.PRAISE])
def test_consultation_and_praise_are_answered_where_no_known_problem_is_meant(intent: Intent) -> None:
    other = dataclasses.replace(a_glimpse(distance_metres=400.0), text=OTHER_WORDS, fingerprints=frozenset({"other"}))
    assert decide(with_intent(intent), [other]) == AnswerOnly(intent, ("词语相符",))


@pytest.mark.parametrize("intent", [Intent.CONSULTATION, Intent.PRAISE])
def test_what_reads_like_praise_and_tells_of_a_known_problem_is_looked_at_by_a_person(intent: Intent) -> None:
    decision = decide(with_intent(intent), [a_glimpse()])
    assert isinstance(decision, AskOperator)
    assert (decision.question, decision.similar) == (f"是否与案卷{NUMBER}为同一问题？", (NUMBER,))
    assert decision.reasons[0] == "词语相符"


@pytest.mark.parametrize("intent", [Intent.CONSULTATION, Intent.PRAISE])
def test_praise_without_a_problem_is_answered_whatever_stands_near(intent: Intent) -> None:
    one = dataclasses.replace(told(), classification=Classification(intent, Urgency.NORMAL, ()))
    assert decide(one, [a_glimpse()]) == AnswerOnly(intent, ())


def test_equal_words_at_the_place_attach_for_certain() -> None:
    decision = decide(told(TEXT.replace("，", " ")), [a_glimpse(distance_metres=45.0)])
    assert decision == AttachToCase(NUMBER, 1.0, (f"与案卷{NUMBER}的诉求文字相同，位置相符",))


def test_other_words_on_the_spot_a_moment_later_attach_and_say_why() -> None:
    decision = decide(told(OTHER_WORDS), [a_glimpse()])
    assert isinstance(decision, AttachToCase)
    assert decision.case_number == NUMBER
    assert decision.reasons[:3] == (
        f"与案卷{NUMBER}相距0米（误差±20米和±20米），位置相符",
        "这件案卷0分钟前有人反映",
        "类别相同",
    )


def test_other_words_in_a_village_some_hours_later_ask_the_desk_and_name_the_case() -> None:
    village = a_location(precision=Precision.COMMUNITY, accuracy_metres=400.0)
    earlier = dataclasses.replace(a_glimpse(), opened_at=START - timedelta(hours=9))
    decision = decide(understood(a_report(text=OTHER_WORDS), village), [earlier])
    assert isinstance(decision, AskOperator)
    assert (decision.question, decision.similar) == (f"是否与案卷{NUMBER}为同一问题？", (NUMBER,))


def test_a_report_nobody_could_read_joins_the_case_of_the_equal_words() -> None:
    unread = Classification(Intent.UNCLEAR, Urgency.NORMAL, ())
    one = dataclasses.replace(told(), classification=unread)
    assert decide(one, [a_glimpse()]) == AttachToCase(NUMBER, 1.0, (f"与案卷{NUMBER}的诉求文字相同，位置相符",))


def test_a_case_out_of_reach_does_not_keep_a_new_one_from_opening() -> None:
    assert isinstance(decide(told(), [a_glimpse(distance_metres=400.0)]), OpenCase)


def test_a_chase_up_goes_to_the_likeliest_case() -> None:
    near, far = a_glimpse("26112400002", distance_metres=1.0), a_glimpse(distance_metres=50.0)
    other = dataclasses.replace(far, fingerprints=frozenset({"other"}), text="别的")
    decision = decide(with_intent(Intent.CHASE_UP), [other, near])
    assert isinstance(decision, ChaseUp)
    assert decision.case_number == "26112400002"


def test_a_chase_up_that_names_a_number_goes_there_wherever_it_is() -> None:
    named = dataclasses.replace(a_glimpse("26112400003", distance_metres=math.inf), named=True)
    own = dataclasses.replace(a_glimpse("26112400002"), own=True)
    decision = decide(with_intent(Intent.CHASE_UP), [named, own, a_glimpse()])
    assert decision == ChaseUp("26112400003", ("词语相符", "催办中说了案卷26112400003或其查询号"))


def test_a_chase_up_without_a_place_goes_to_the_senders_own_case() -> None:
    own = dataclasses.replace(a_glimpse("26112400002", distance_metres=math.inf), own=True)
    one = dataclasses.replace(with_intent(Intent.CHASE_UP), location=None)
    assert decide(one, [own]) == ChaseUp("26112400002", ("词语相符", "同一电话先前反映过案卷26112400002"))


def test_of_several_own_cases_the_one_at_the_place_is_meant() -> None:
    far = dataclasses.replace(a_glimpse("26112400003", distance_metres=4000.0), own=True)
    near = dataclasses.replace(a_glimpse("26112400002", distance_metres=5.0), own=True)
    decision = decide(with_intent(Intent.CHASE_UP), [far, near])
    assert isinstance(decision, ChaseUp)
    assert decision.case_number == "26112400002"


def test_a_chase_up_that_may_mean_a_case_asks_rather_than_opens_a_second() -> None:
    village = a_location(precision=Precision.COMMUNITY, accuracy_metres=900.0)
    chase = a_classification(intent=Intent.CHASE_UP)
    known = dataclasses.replace(a_glimpse(distance_metres=700.0), opened_at=START - timedelta(days=9))
    decision = decide(understood(a_report(text=OTHER_WORDS), village, chase), [known])
    assert isinstance(decision, AskOperator)
    assert (decision.question, decision.similar) == ("催的是哪一件案卷？", (NUMBER,))


def test_a_chase_up_of_nothing_known_opens_a_case() -> None:
    assert isinstance(decide(with_intent(Intent.CHASE_UP), []), OpenCase)


def test_without_a_place_the_geocoders_question_is_asked() -> None:
    decision = decide(placeless("是哪个青新？"), [])
    assert decision == AskOperator("是哪个青新？", (), (placeless().trace[0].found,))


def test_without_place_and_reading_both_are_asked() -> None:
    one = dataclasses.replace(placeless(), classification=Classification(Intent.PROBLEM, Urgency.NORMAL, ()))
    decision = decide(one, [])
    assert isinstance(decision, AskOperator)
    assert decision.question == "地点不确定，请确认在哪里。没有认出是什么问题，请选择类别。"


@pytest.mark.parametrize(("confidence", "kind"), [(0.6, OpenCase), (0.599, AskOperator)])
def test_the_place_counts_from_its_threshold(confidence: float, kind: type[Decision]) -> None:
    assert type(decide(told(confidence=confidence), [])) is kind


@pytest.mark.parametrize(("confidence", "kind"), [(0.3, OpenCase), (0.299, AskOperator)])
def test_the_reading_counts_from_its_threshold(confidence: float, kind: type[Decision]) -> None:
    assert type(decide(told(guess_confidence=confidence), [])) is kind


@pytest.mark.parametrize(
    ("attach", "ask", "kind"), [(0.0, 0.0, AttachToCase), (1.0, 0.0, AskOperator), (1.0, 1.0, OpenCase)]
)
def test_attach_and_ask_are_thresholds_of_the_score(attach: float, ask: float, kind: type[Decision]) -> None:
    rules = DecideRules(attach=attach, ask=ask)
    assert type(Decider(rules)(told(OTHER_WORDS), [a_glimpse()])) is kind


def test_an_unsure_place_still_offers_the_cases_it_may_belong_to() -> None:
    decision = decide(told(confidence=0.1), [a_glimpse()])
    assert isinstance(decision, AskOperator)
    assert decision.similar == (NUMBER,)


def test_at_most_three_similar_cases_are_offered_the_likeliest_first() -> None:
    glimpses = [a_glimpse(f"2611240000{n}", "别的", distance_metres=float(n)) for n in range(6)]
    decision = decide(told(confidence=0.1), glimpses)
    assert isinstance(decision, AskOperator)
    assert decision.similar == ("26112400000", "26112400001", "26112400002")


def test_a_second_report_of_a_village_in_other_words_never_opens_a_second_case() -> None:
    village = a_location(precision=Precision.COMMUNITY, accuracy_metres=400.0)
    one = understood(a_report(text=OTHER_WORDS), village)
    assert type(decide(one, [a_glimpse(distance_metres=0.0)])) in (AskOperator, AttachToCase)


def kind_of(decision: Decision) -> str:
    """A sixth decision would not pass the type checker here."""
    match decision:
        case OpenCase():
            return "open"
        case AttachToCase():
            return "attach"
        case ChaseUp():
            return "chase_up"
        case AnswerOnly():
            return "answer"
        case AskOperator():
            return "ask"
    assert_never(decision)


def test_every_decision_has_the_kind_it_is_stored_by() -> None:
    assert set(OUTCOMES) == set(get_args(Decision))


glimpses = st.lists(
    st.builds(
        a_glimpse,
        number=st.integers(1, 99999).map(lambda n: f"261124{n:05d}"),
        text=st.sampled_from([TEXT, OTHER_WORDS, "路灯不亮", ""]),
        distance_metres=st.floats(0, 3000),
    ),
    max_size=6,
)


@given(
    text=st.sampled_from([TEXT, OTHER_WORDS, "？"]),
    place=st.none() | st.builds(a_location, confidence=st.floats(0, 1), accuracy_metres=st.floats(0, 2000)),
    intent=st.sampled_from(Intent),
    guess=st.none() | st.builds(a_guess, confidence=st.floats(0, 1)),
    near=glimpses,
)
def test_any_understanding_ends_in_one_of_the_five_decisions(
    text: str, place: object, intent: Intent, guess: object, near: list[CaseGlimpse]
) -> None:
    readings = Classification(intent, Urgency.NORMAL, () if guess is None else (guess,))  # type: ignore[arg-type]
    one = dataclasses.replace(understood(a_report(text=text)), location=place, classification=readings)  # type: ignore[arg-type]
    decision = decide(one, near)
    assert kind_of(decision) == OUTCOMES[type(decision)]
    if isinstance(decision, AttachToCase | ChaseUp):
        assert {decision.case_number} <= {glimpse.number for glimpse in near}
