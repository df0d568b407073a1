"""Words that say where from a place: they widen it (对面, 附近), move it (往北50米) or take a part of it (南段)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIAGONAL = 0.7071
DIRECTIONS = {
    "东": (1.0, 0.0),
    "西": (-1.0, 0.0),
    "南": (0.0, -1.0),
    "北": (0.0, 1.0),
    "东北": (_DIAGONAL, _DIAGONAL),
    "东南": (_DIAGONAL, -_DIAGONAL),
    "西北": (-_DIAGONAL, _DIAGONAL),
    "西南": (-_DIAGONAL, -_DIAGONAL),
}
_SIDE = "东北|东南|西北|西南|[东西南北]"
_RELATIVE = re.compile(
    r"(?:的|那里|那边|那|这里|这边|这)?"
    r"(?P<word>[斜正]?对(?:面|过|门|街)|大?门(?:口|前|外|边|旁|里)|大门|[前后侧旁]门口?|入口|出口"
    r"|旁边|隔壁|边上|附近|不远处?"
    r"|一带|周边|周围|四周|沿线"
    r"|[左右](?:手边|手|边|侧)|[前后里外上旁侧](?:面|边|方|头)|[背身]后"
    r"|楼下|十字路口|路口|拐角|转角|路边|旁|边(?!界)|前|后|里(?!程)|内|外)"
)
_NUMBER = (
    r"(?P<metres>\d{1,4})(?:多|来|余|几)?(?P<unit>米|公尺|公里|m(?![a-z])|km)(?:左右|上下|开外|远|多){0,2}"
    r"(?:的地方|的位置|处|外|内)?"
)
# Without one of these no metres follow: a quick look before the long patterns.
_MEASURE = re.compile(r"\d[多来余几]?(?:米|公|k?m)")
MEASURE_LIMIT = 40
_ABOUTS = "大约|大概|差不多|将近|接近|不到|约莫|大致|估计|至少|也就|就|约"
_ABOUT = f"(?:{_ABOUTS}){{0,2}}"
_MOVE = re.compile(
    rf"[,，]?(?:的|再|出来|出门|过去|继续|一直|接着){{0,3}}(?:沿[路街]|顺着?[路街])?{_ABOUT}[往向朝以偏靠在到]?正?(?P<side>{_SIDE}|[前后左右里外])手?"
    rf"(?:方向|方位|直走|过去|走|行|去|侧|边|面|方|头|端|拐|开|骑|向|数|再|又|个){{0,4}}的?(?:走|行|过去|开|有|隔|{_ABOUTS}){{0,3}}{_NUMBER}"
)
_AWAY = re.compile(rf"[,，]?(?:的|相?距离?|相隔|隔)?{_ABOUT}{_NUMBER}")
_PART = re.compile(rf"的?(?P<side>{_SIDE}|中|前|后)段")
_FACING = re.compile(rf"的?[往向朝靠偏]?正?(?P<side>{_SIDE})(?:侧|边|面|方向?|头|端|门)")
MOVE_STARTS = frozenset(
    "的那这不斜正大门入出旁隔边对附上侧身继接估至也就到在一周四沿前后背里楼路十拐转内外,，往向朝以偏靠东南西北左右中再约差将不距相顺0123456789"
)
_WIDTHS = {
    "门": 10.0,
    "大": 10.0,
    "入": 20.0,
    "出": 20.0,
    "旁": 20.0,
    "隔": 20.0,
    "边": 20.0,
    "楼": 20.0,
    "对": 30.0,
    "斜": 40.0,
    "正": 30.0,
    "前": 30.0,
    "后": 30.0,
    "背": 30.0,
    "身": 30.0,
    "左": 30.0,
    "右": 30.0,
    "侧": 30.0,
    "路": 30.0,
    "十": 30.0,
    "拐": 30.0,
    "转": 30.0,
    "附": 150.0,
    "不": 200.0,
    "一": 200.0,
    "周": 200.0,
    "四": 200.0,
    "沿": 200.0,
}
SIDE_WIDTH_METRES = 30.0
MOVE_SHARE = 0.3
MOVE_LIMIT_METRES = 5_000.0


@dataclass(frozen=True, slots=True)
class Move:
    """So many metres from a place in a direction; `east`, `north` are its unit vector, both 0 for no known direction
    (往前50米); `words` as said."""

    east: float
    north: float
    metres: float
    words: str

    @property
    def is_known(self) -> bool:
        """Whether the point itself moves, or only its accuracy widens."""
        return self.metres > 0.0 and (self.east != 0.0 or self.north != 0.0)

    @property
    def width_metres(self) -> float:
        """What it adds to the accuracy."""
        if self.metres == 0.0:
            return SIDE_WIDTH_METRES
        return self.metres * MOVE_SHARE if self.is_known else self.metres


def width_metres(word: str) -> float:
    """How much a relative word widens the accuracy."""
    return _WIDTHS.get(word[:1], 0.0)


def read_move(text: str, start: int, limit: int) -> tuple[str, str, Move | None, int]:
    """At `start`, not beyond `limit`: the relative word, the part of a road, the move, and where they end."""
    if start >= limit or text[start] not in MOVE_STARTS:
        return "", "", None, start
    move = _read_move(text, start, limit)
    if move is not None:
        return "", "", move[0], move[1]
    part = _PART.match(text, start, limit)
    if part is not None:
        return "", part.group("side"), None, part.end()
    relative = _RELATIVE.match(text, start, min(limit, start + 8))
    if relative is None:
        return "", "", None, start
    after = _read_move(text, relative.end(), limit)
    if after is None:
        return relative.group("word"), "", None, relative.end()
    return relative.group("word"), "", after[0], after[1]


def _read_move(text: str, start: int, limit: int) -> tuple[Move, int] | None:
    is_measured = _MEASURE.search(text, start, min(limit, start + MEASURE_LIMIT)) is not None
    found = _MOVE.match(text, start, limit) if is_measured else None
    if found is not None:
        return _move(found, DIRECTIONS.get(found.group("side"), (0.0, 0.0))), found.end()
    found = _FACING.match(text, start, limit)
    if found is not None:
        east, north = DIRECTIONS[found.group("side")]
        return Move(east, north, 0.0, found.group().removeprefix("的")), found.end()
    found = _AWAY.match(text, start, limit) if is_measured else None
    return (_move(found, (0.0, 0.0)), found.end()) if found is not None else None


def _move(found: re.Match[str], direction: tuple[float, float]) -> Move:
    metres = float(found.group("metres")) * (1000.0 if found.group("unit") in ("公里", "km") else 1.0)
    words = found.group().lstrip(",，的")
    return Move(*direction, min(metres, MOVE_LIMIT_METRES), words)
