"""What a short message is, and what it does in which situation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.channels.sms.dialogue import (
    AskProgress,
    Courtesy,
    GiveGrade,
    NewReport,
    TellPlace,
    Urge,
    next_step,
)
from intake.channels.sms.reading import Chase, Digit, Nothing, Query, Reading, Thanks, Words, read
from intake.model.sms import Situation

NUMBER = "261124000015"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("查询", Query(None)),
        ("查询。", Query(None)),
        ("查询 261124000015", Query(NUMBER)),
        ("查询号：261124000015", Query(NUMBER)),
        ("查询２６１１２４００００１５！", Query(NUMBER)),
        ("261124000015", Query(NUMBER)),
        ("CX", Query(None)),
        ("进度261124000015", Query(NUMBER)),
        ("查询办证要什么材料", Words(may_be_place=True)),
        ("13812345678", Words(may_be_place=True)),
        ("催单", Chase(None, "")),
        ("催", Chase(None, "")),
        ("催单261124000015", Chase(NUMBER, "")),
        ("我要催单，怎么还没来", Chase(None, "怎么还没来")),
        ("催办：261124000015 快点", Chase(NUMBER, "快点")),
        ("催单 青新社区门口的井盖上周就报了到现在还没有人来修", Words(may_be_place=False)),
        ("催化剂泄漏了", Words(may_be_place=True)),
        ("5", Digit(5)),
        ("５", Digit(5)),
        ("5分", Digit(5)),
        ("五", Digit(5)),
        ("9", Digit(9)),
        ("55", Words(may_be_place=True)),
        ("谢谢", Thanks()),
        ("好的，谢谢你们！", Thanks()),
        ("收到了", Thanks()),
        ("OK", Thanks()),
        ("好", Thanks()),
        ("谢谢你们把井盖修好了", Words(may_be_place=True)),
        ("你好", Words(may_be_place=True)),
        ("", Nothing()),
        ("。！？😀", Nothing()),
        ("世纪大道与长兴路口", Words(may_be_place=True)),
        ("在安海镇鸿塔社区菜市场后面那条小路进去大概两百米的地方", Words(may_be_place=True)),
        ("在安海镇鸿塔社区菜市场后面那条小路，垃圾没人清", Words(may_be_place=False)),
        ("长" * 41, Words(may_be_place=False)),
    ],
)
def test_a_message_is_read_by_its_words(text: str, reading: Reading) -> None:
    assert read(text) == reading


@given(st.text(max_size=60))
def test_any_text_is_read_as_something(text: str) -> None:
    assert isinstance(read(text), Query | Chase | Digit | Thanks | Nothing | Words)


@pytest.mark.parametrize(
    ("text", "situation", "step"),
    [
        ("路灯坏了", Situation(), NewReport()),
        ("青新社区门口", Situation(question="r1"), TellPlace("r1")),
        ("长兴路的路灯也坏了，好几天没人来修", Situation(question="r1"), NewReport()),
        ("查询", Situation(question="r1"), AskProgress(None)),
        ("催单", Situation(question="r1"), Urge(None, "")),
        ("谢谢", Situation(question="r1"), Courtesy.THANKS),
        ("5", Situation(question="r1"), Courtesy.NO_RATING),
        ("5", Situation(rating="r2"), GiveGrade("r2", 5)),
        ("0", Situation(rating="r2"), Courtesy.WRONG_GRADE),
        ("7", Situation(rating="r2"), Courtesy.WRONG_GRADE),
        ("5", Situation(), Courtesy.NO_RATING),
        ("", Situation(question="r1"), Courtesy.EMPTY),
        ("路灯坏了", Situation(reported=True, question="r1"), NewReport()),
        ("催单", Situation(reported=True), Urge(None, "")),
    ],
)
def test_what_a_message_does_depends_on_what_is_open(text: str, situation: Situation, step: object) -> None:
    assert next_step(text, situation) == step
