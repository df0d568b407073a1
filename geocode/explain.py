"""How an answer came about: the steps in words, and what each span of the text was taken for."""

from __future__ import annotations

from dataclasses import dataclass

from geocode.drafts import Said
from geocode.gazetteer import Kind
from geocode.narrow import Surroundings
from geocode.normalise import Normalised
from geocode.questions import SURE
from geocode.scene import Scene
from intake.model import PlaceAnswer, Precision

_KINDS = {Kind.LANDMARK: "landmark", Kind.ROAD: "road", Kind.COMMUNITY: "community", Kind.TOWN: "town"}


@dataclass(frozen=True, slots=True)
class TextSpan:
    """`[start, end)` of the text and what it was taken for: `role` is county, town, community, road, landmark,
    crossing, number, relative, or what keeps a name from being the place (home, origin, work, path, past, denied,
    guide, elsewhere); `words` say it, zh."""

    start: int
    end: int
    role: str
    words: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer with its steps, zh, and the spans of the text behind it, in their order."""

    answer: PlaceAnswer
    steps: tuple[str, ...]
    spans: tuple[TextSpan, ...]


def steps_of(normalised: Normalised, scene: Scene, around: Surroundings, answer: PlaceAnswer) -> list[str]:
    """One line for each step."""
    steps = [f"规整：{normalised.text}", f"街道（镇）：{'、'.join(town.name for town in scene.towns) or '没有说到'}"]
    if scene.elsewhere:
        steps.append(f"外地：{'、'.join(normalised.text[start:end] for start, end in scene.elsewhere)}")
    steps += [_said_step(said) for said in scene.said]
    steps += [f"路口：{complaint}" for complaint in scene.complaints]
    if around.prefixes or around.near or around.recent:
        near, recent = "有" if around.near else "无", len(around.recent)
        steps.append(f"提示：区划 {'、'.join(around.prefixes) or '无'}，位置 {near}，最近说到的地方 {recent} 处")
    for place, candidate in enumerate(answer.candidates, start=1):
        sure = "可定位" if candidate.confidence >= SURE else "不够确定"
        steps.append(
            f"候选{place}：{candidate.name} {candidate.code12} {candidate.precision.value} "
            f"±{candidate.accuracy_metres:g}米 置信度{candidate.confidence:g}（{sure}）：{'；'.join(candidate.reasons)}"
        )
    steps.append(f"反问：{answer.question or '不需要'}")
    return steps


def _said_step(said: Said) -> str:
    names = "、".join(f"{draft.place.name}({draft.place.id})" for draft in said.drafts)
    tail = said.tail
    parts = [f"地名：{names}"]
    if tail.door_words:
        parts.append(f"门牌“{tail.door_words}”")
    if tail.relative:
        parts.append(f"方位词“{tail.relative}”")
    if tail.part:
        parts.append(f"路段“{tail.part}段”")
    if tail.move is not None:
        parts.append(f"位移“{tail.move.words}”")
    if said.role.zh:
        parts.append(said.role.zh)
    return "，".join(parts)


def spans_of(normalised: Normalised, scene: Scene) -> tuple[TextSpan, ...]:
    """What each span of the original text was taken for, in their order."""
    spans = [(start, end, "elsewhere", "外地地名") for start, end in scene.elsewhere]
    for start, end, places in scene.context:
        kind = "county" if places[0].kind is Kind.COUNTY else "town"
        spans.append((start, end, kind, "、".join(place.name for place in places)))
    for said in scene.said:
        spans += _said_spans(said)
    found = [TextSpan(*normalised.span(start, end), role, words) for start, end, role, words in spans if start < end]
    return tuple(sorted(found, key=lambda span: (span.start, span.end)))


def _said_spans(said: Said) -> list[tuple[int, int, str, str]]:
    draft, tail = said.drafts[0], said.tail
    words = "、".join(dict.fromkeys(one.place.name for one in said.drafts))
    if not said.role.is_open:
        role = said.role.name.lower()
        words = f"{words}：{said.role.zh}"
    elif draft.precision is not None:
        role = "crossing" if draft.precision is Precision.CROSSING else "between"
    else:
        role = _KINDS.get(draft.place.kind, "name")
    spans = [(said.start, said.end, role, words)]
    if said.number_span is not None:
        spans.append((*said.number_span, "number", tail.door_words))
    elif tail.end > said.end:
        spans.append((said.end, tail.end, "number", tail.door_words or "片区"))
    if tail.stop > max(tail.end, said.end) and (tail.relative or tail.move or tail.part):
        move = tail.move.words if tail.move is not None else ""
        spans.append((max(tail.end, said.end), tail.stop, "relative", f"{tail.relative}{move}{tail.part}"))
    return spans
