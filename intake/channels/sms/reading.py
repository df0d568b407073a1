"""What a short message is, by its words alone: rules on text, no catalogue, no place names.

A message is taken whole: only what begins with the word for a query or a chase-up, is nothing but thanks, or is a
single digit counts as such. Everything else is a report, or the answer to a question (`dialogue`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_NUMBER = r"(?P<number>\d{8,16})?"
_LEFT = r"[\s,.;:!?#、，。；：！？·~～—\-]*"
_QUERY = re.compile(
    rf"(?:查询|查进度|查一下进度|查单|进度查询|查询进度|进度|cx){_LEFT}(?:号|查询号)?{_LEFT}{_NUMBER}{_LEFT}"
)
_BARE_NUMBER = re.compile(r"(?P<number>2\d{11,15})")
_CHASE = re.compile(
    rf"(?:我要)?(?:催单|催办|催促|催一下|催一催){_LEFT}(?:查询号)?{_NUMBER}{_LEFT}(?P<words>.*)", re.DOTALL
)
_BARE_CHASE = re.compile(rf"(?:催|cd){_LEFT}{_NUMBER}{_LEFT}(?P<words>)")
_GRADE = re.compile(r"(?P<digit>[0-9一二三四五])\s*(?:分|星)?")
_GRADES = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
_POLITE = re.compile(
    r"谢谢|多谢|感谢|辛苦|好的|好|收到|知道|明白|了解|ok|okay|thanks|thankyou|thx|嗯|恩|哦|行|可以|麻烦|"
    r"你们|您们|你|您|了|啊|呀|啦|的|很|非常|师傅|同志|领导|我|已"
)
_THANKING = re.compile(r"谢谢|多谢|感谢|辛苦|好的|收到|知道|明白|了解|ok|thanks|thankyou|thx|^[嗯恩哦行好]+$")
_NOISE = re.compile(r"[\W_]+")
_THANKS_LETTERS = 16
# Words of somebody who tells of a problem, not of a place.
_COMPLAINT = re.compile(
    r"坏|破|堵|漏|塌|掉|脏|臭|吵|乱|裂|断|倒|缺|偷|烧|冒|不亮|不见|积水|占道|垃圾|扰民|噪音|噪声|违建|油烟|"
    r"没人|没有人|投诉|举报|反映|处理|解决|危险|影响"
)
_SURE_PLACE_LETTERS, _LONGEST_PLACE_LETTERS = 15, 40


@dataclass(frozen=True, slots=True)
class Query:
    """查询: how a report stands; without a number the latest."""

    number: str | None


@dataclass(frozen=True, slots=True)
class Chase:
    """催单: a known report is urged; `words` are what else was said."""

    number: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Digit:
    """A single digit."""

    grade: int


@dataclass(frozen=True, slots=True)
class Thanks:
    """Nothing but courtesy."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No letter at all."""


@dataclass(frozen=True, slots=True)
class Words:
    """A report, or an answer. `may_be_place`: short, and not a complaint of its own."""

    may_be_place: bool


Reading = Query | Chase | Digit | Thanks | Nothing | Words


def read(text: str) -> Reading:
    """What the message is. Never raises."""
    told = unicodedata.normalize("NFKC", text).strip().lower()
    letters = _NOISE.sub("", told)
    if not letters:
        return Nothing()
    if found := _GRADE.fullmatch(told.rstrip(".。!！ ")):
        digit = found["digit"]
        return Digit(_GRADES.get(digit) or int(digit))
    if found := _QUERY.fullmatch(told) or _BARE_NUMBER.fullmatch(letters):
        return Query(found["number"])
    if found := _BARE_CHASE.fullmatch(told) or _CHASE.fullmatch(told):
        return _chase(found["number"], found["words"].strip())
    if len(letters) <= _THANKS_LETTERS and _THANKING.search(letters) and not _POLITE.sub("", letters):
        return Thanks()
    return Words(_may_be_place(letters))


def _chase(number: str | None, words: str) -> Reading:
    """Who urges with a whole story and no number tells it anew: the normaliser finds the case it belongs to."""
    if number is None and len(_NOISE.sub("", words)) > _SURE_PLACE_LETTERS:
        return Words(may_be_place=False)
    return Chase(number, words)


def _may_be_place(letters: str) -> bool:
    """Up to 15 letters are taken as an answer; up to 40 when nothing in them complains of something."""
    if len(letters) <= _SURE_PLACE_LETTERS:
        return True
    return len(letters) <= _LONGEST_PLACE_LETTERS and not _COMPLAINT.search(letters)
