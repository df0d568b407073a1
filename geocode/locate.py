"""Place words to candidates: a short list of steps, each of which can say what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from geocode.city import City
from geocode.datum import to_cgcs2000
from geocode.index import NameIndex
from geocode.mentions import Scene, read_scene, town_readings
from geocode.narrow import Surroundings, narrow
from geocode.normalise import Normalised, normalise
from geocode.placing import Spot, put_on_map
from geocode.questions import SURE, question_for
from geocode.reading import Reading, Said
from intake.model import PlaceAnswer, PlaceCandidate
from intake.ports import PlaceHints

CANDIDATE_LIMIT = 6
CLEAR_LEAD = 0.25
Note = Callable[[str], None]


class Locator:
    """Finds the places a text names. Immutable, safe from any thread."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._index = NameIndex(city.entries)

    def locate(self, text: str, hints: PlaceHints | None = None, note: Note | None = None) -> PlaceAnswer:
        """Candidates, best first, with a question when none is sure. `note` hears of every step."""
        normalised = normalise(text)
        scene = read_scene(normalised.text, self._index)
        around = self._surroundings(scene, hints)
        readings = _combine(scene, around)
        spots = sorted(
            (put_on_map(reading, self._city) for reading in readings),
            key=lambda spot: (-spot.reading.confidence, round(spot.accuracy_metres), spot.reading.start, spot.code12),
        )[:CANDIDATE_LIMIT]
        candidates = tuple(self._candidate(spot, scene, normalised) for spot in spots)
        question = question_for(spots)
        if note is not None:
            _tell(note, normalised, scene, around, candidates)
            note(f"反问：{question or '不需要'}")
        return PlaceAnswer(text, candidates, question)

    def _surroundings(self, scene: Scene, hints: PlaceHints | None) -> Surroundings:
        if hints is None:
            return Surroundings(scene.towns)
        prefixes = tuple(_prefix(code) for code in hints.divisions if code)
        if hints.near is None:
            return Surroundings(scene.towns, prefixes)
        point = to_cgcs2000(hints.near)
        near = self._city.projection.metres(point.lon, point.lat)
        return Surroundings(scene.towns, prefixes, near, point.accuracy_metres or 0.0)

    def _candidate(self, spot: Spot, scene: Scene, normalised: Normalised) -> PlaceCandidate:
        start = spot.reading.start
        for mention in reversed(scene.context):
            if mention.end == start:
                start = mention.start
        is_whole_town = spot.code12.endswith("000") and not spot.reading.place.codes
        cell = "" if is_whole_town else self._city.cells.cell_at(*spot.metres, spot.code12)
        return spot.candidate(normalised.span(start, spot.reading.end), cell)


def _prefix(code: str) -> str:
    return code[:9] if len(code) == 12 and code.endswith("000") else code


def _combine(scene: Scene, around: Surroundings) -> tuple[Reading, ...]:
    """One place out of all that was said: what agrees is taken together, what does not stays beside it, less sure."""
    if not scene.said:
        return narrow(town_readings(scene), replace(around, towns=()))
    fitting = [said for said in scene.said if _fits(said, around)] or scene.said
    main = min(fitting, key=lambda said: said.rank)
    agreeing = [said for said in fitting if said is main or said.codes & main.codes]
    chosen = min(agreeing, key=lambda said: (said.sharpness, said.mention.start))
    readings = narrow(_agree(chosen, [said for said in agreeing if said is not chosen]), around)
    rivals = [said for said in scene.said if said not in agreeing]
    if not rivals:
        return readings
    beside = [reading for said in rivals for reading in narrow(said.readings, around)]
    ease = _ease(chosen, readings, rivals, beside)
    return (
        *(reading.because("文中还说到别处", confidence=reading.confidence * ease) for reading in readings),
        *(reading.because("文中另说到的地方", confidence=reading.confidence * (1.15 - ease)) for reading in beside),
    )


def _fits(said: Said, around: Surroundings) -> bool:
    """Whether a town said in the text holds it; all fit where no town was said."""
    codes = {town.code12[:9] for town in around.towns}
    return not codes or any(reading.place.in_town(code) for reading in said.readings for code in codes)


def _ease(chosen: Said, readings: Sequence[Reading], rivals: Sequence[Said], beside: Sequence[Reading]) -> float:
    """How much of its confidence a place keeps beside other places of the same text."""
    best = max(reading.confidence for reading in readings)
    if best - max(reading.confidence for reading in beside) >= CLEAR_LEAD:
        return 0.95
    is_only_cue = chosen.tail.is_cue and not any(said.tail.is_cue for said in rivals)
    return 0.85 if is_only_cue else 0.6


def _agree(chosen: Said, others: Sequence[Said]) -> tuple[Reading, ...]:
    readings = chosen.readings
    for other in others:
        readings = (
            tuple(_with_other(reading, other) for reading in readings if reading.place.codes & other.codes) or readings
        )
    return readings


def _with_other(reading: Reading, other: Said) -> Reading:
    shared = reading.place.codes & other.codes
    names = other.readings[0].place.name
    code12 = next(iter(shared)) if len(shared) == 1 else reading.code12
    start = other.mention.start if other.tail.end == reading.start else reading.start
    closer = replace(reading, code12=code12, start=start)
    return closer.because(f"与“{names}”相符", confidence=max(reading.confidence, 0.93))


def _tell(
    note: Note, normalised: Normalised, scene: Scene, around: Surroundings, candidates: Sequence[PlaceCandidate]
) -> None:
    note(f"规整：{normalised.text}")
    note(f"街道（镇）：{'、'.join(town.name for town in scene.towns) or '没有说到'}")
    for said in scene.said:
        names = "、".join(f"{reading.place.name}({reading.place.id})" for reading in said.readings)
        tail = f"，门牌“{said.tail.door_words}”" if said.tail.door_words else ""
        relative = f"，方位词“{said.tail.relative}”" if said.tail.relative else ""
        note(f"地名：{names}{tail}{relative}")
    if around.prefixes or around.near:
        note(f"提示：区划 {'、'.join(around.prefixes) or '无'}，位置 {'有' if around.near else '无'}")
    for place, candidate in enumerate(candidates, start=1):
        sure = "可定位" if candidate.confidence >= SURE else "不够确定"
        note(
            f"候选{place}：{candidate.name} {candidate.code12} {candidate.precision.value} "
            f"±{candidate.accuracy_metres:g}米 置信度{candidate.confidence:g}（{sure}）：{'；'.join(candidate.reasons)}"
        )
