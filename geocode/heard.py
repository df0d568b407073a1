"""Names by their sound, and names with one syllable or character wrong: asked only where exact names leave doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from geocode.sounds import OTHER_TONE, SAME_SOUND, Sounds
from geocode.slips import changed_places, slip_end
from geocode.spelled import How
from geocode.stems import STEM_LIMIT, Names, Spelled, Stems, holes

TEXT_LIMIT = 2_000
GROUP_LIMIT = 24
WORN_LIMIT, CLEAR_ENDING, SWALLOWED_CLEARLY, LIKE_ENDING = 0.45, 0.22, 0.12, 0.27
NEAR_SOUND, ACCENT_LIMIT = 0.62, 0.3
SHORT_STEM, GUESSED, BARE_IN_TOWN, BARE = 0.05, 0.1, 0.15, 0.35
ANY_ENDING, WRONG_ENDING = 0.4, 0.4
WRONG_CHARACTER, MISSING_CHARACTER, EXTRA_CHARACTER, SWAPPED = 0.6, 0.5, 0.3, 0.4
LEAST_LIKENESS = 0.3
_CUE = re.compile(
    r"\d|[这那][里边个儿]|[东西南北中]区|[东西南北]片|门口|门前|对面|对过|旁|附近|斜对|隔壁|边上|周边|路口|后面|前面"
)
_SECTION = re.compile("[东西南北中][区片]")
_CUE_WORDS = ("门口", "对面", "背面", "旁边", "附近", "隔壁")
# These stand after a name of their own right: 西安市 is no 西安村.
_NO_ENDING = frozenset("是在有这只市省县时事")
_SWALLOWED = ("村", "镇", "社区", "街道")
_OF_THE_ROAD = frozenset("面灯边上旁牙沿基")
_SYLLABLES = ("\ue000", "\uf8ff")


class Hit(NamedTuple):
    """A name that `[start, end)` of the text may be; `is_bare` when nothing said what kind of place it is."""

    start: int
    end: int
    spelled: Spelled
    how: How
    likeness: float
    is_bare: bool = False


class Heard:
    """Searches a text for names that are not written as they are. Immutable; safe from any thread."""

    def __init__(self, names: Names, sounds: Sounds) -> None:
        self._sounds = sounds
        self._stems = Stems(names, sounds)
        self._cues = frozenset(sounds.codes(word) for word in _CUE_WORDS)

    def hits(self, text: str, town_ends: Iterable[int] = ()) -> list[Hit]:
        """Every likely name, in no order; `town_ends` are the places where a town's name has just been said."""
        text = text[:TEXT_LIMIT]
        codes = self._sounds.codes(text)
        towns = set(town_ends)
        found = list(self._by_stem(text, codes, towns))
        return [*found, *self._by_hole(text, codes, towns), *self._by_swap(text, codes)]

    def may_go_on(self, text: str, position: int) -> bool:
        """Whether what follows a short name may be the ending of a longer one, spelled wrong."""
        first, second = self._stems.first_of_endings, self._stems.second_of_endings
        codes = self._sounds.codes(text[position : position + 2])
        return codes[:1] in first or codes[1:] in second or codes[1:] in first

    def _by_stem(self, text: str, codes: str, town_ends: set[int]) -> Iterator[Hit]:
        for start, end, groups in self._stems.sounding(codes):
            for ending, group in groups:
                if not ending:
                    yield from self._bare(text, codes, (start, end), group, start in town_ends)
                    continue
                found = self._ending(text, codes, end, ending)
                if found is None:
                    yield from self._wrong_ending(text, (start, end), ending, group)
                    continue
                stop, cost = found
                for one in group[:GROUP_LIMIT]:
                    hit = self._judged(text, (start, end, stop), cost, one)
                    if hit is not None:
                        if one.is_town:
                            town_ends.add(stop)
                        yield hit

    def _judged(self, text: str, span: tuple[int, int, int], ending_cost: float, one: Spelled) -> Hit | None:
        start, end, stop = span
        costs = [self._sounds.unlike(said, meant) for said, meant in zip(text[start:end], one.stem, strict=False)]
        total = sum(costs)
        if total + ending_cost == 0.0 and text.startswith(one.spelling, start):
            return None
        same = max(*costs, ending_cost) <= SAME_SOUND + OTHER_TONE
        likeness = 1.0 - total / len(costs) - ending_cost / 2
        if len(costs) == 2:
            likeness -= SHORT_STEM
        return Hit(start, stop, one, How.HOMOPHONE if same else How.ACCENT, likeness)

    def _ending(self, text: str, codes: str, position: int, ending: str) -> tuple[int, float] | None:
        """Where the ending of a name stops and how unlike it sounds; None when it is not there."""
        stop = position + len(ending)
        if text.startswith(ending, position):
            return stop, 0.0
        if stop > len(text):
            return None
        said = text[position:stop]
        if not _NO_ENDING.isdisjoint(said):
            return None
        if ending not in _SWALLOWED:
            cost = max(map(self._sounds.unlike, said, ending))
            is_part_of_road = ending[-1] == "路" and text[stop : stop + 1] in _OF_THE_ROAD
            return None if cost > LIKE_ENDING or is_part_of_road else (stop, cost / 2)
        cost = sum(map(self._sounds.worn, said, ending))
        if cost > (CLEAR_ENDING if len(ending) > 1 else WORN_LIMIT):
            return None
        if len(ending) == 1 and cost > SWALLOWED_CLEARLY and not self._cue(text, codes, stop):
            return None
        return stop, cost

    def _cue(self, text: str, codes: str, position: int) -> bool:
        """Whether a number or a relative word follows, as after the name of a place."""
        return _CUE.match(text, position) is not None or codes[position : position + 2] in self._cues

    def _bare(
        self, text: str, codes: str, span: tuple[int, int], group: Sequence[Spelled], after_town: bool
    ) -> Iterator[Hit]:
        start, end = span
        if end - start < 3 and not after_town and not self._cue(text, codes, end):
            return
        for one in group[:GROUP_LIMIT]:
            hit = self._judged(text, (start, end, end), 0.0, one)
            if hit is not None:
                less = BARE_IN_TOWN if after_town or end - start > 2 else BARE
                yield hit._replace(likeness=hit.likeness - less, is_bare=True)

    @staticmethod
    def _wrong_ending(text: str, span: tuple[int, int], ending: str, group: Sequence[Spelled]) -> Iterator[Hit]:
        """The stem as it is written, and one character of the ending wrong."""
        start, end = span
        for one in group[:GROUP_LIMIT]:
            if text.startswith(one.stem, start) and not _SECTION.match(text, end):
                stop = slip_end(text, end, ending)
                if stop is not None:
                    likeness = 1.0 - WRONG_ENDING / min(3, len(ending)) - (SHORT_STEM if end - start == 2 else 0.0)
                    if len(ending) == 1:
                        likeness = ANY_ENDING
                    yield Hit(start, stop, one, How.NEAR, likeness)

    def _by_hole(self, text: str, codes: str, town_ends: set[int]) -> Iterator[Hit]:
        low, high = _SYLLABLES
        for position in range(1, len(codes)):
            endings = self._stems.endings_at(codes, position)
            # One character left of a stem of two says enough where the town has just been said.
            least = 1 if position - 1 in town_ends else 2
            for size in range(least, min(STEM_LIMIT, position) + 1) if endings else ():
                window = codes[position - size : position]
                if not low <= window[0] <= high:
                    break
                keys = (window, *holes(window)) if size > 1 else (window,)
                for code in endings:
                    span = position - size, position, position + len(code)
                    found = dict.fromkeys(one for key in keys for one in self._stems.with_hole(code + key))
                    for one in found:
                        hit = self._guessed(text, span, one)
                        if hit is not None:
                            yield hit

    def _by_swap(self, text: str, codes: str) -> Iterator[Hit]:
        """The last character of a stem and the first of its ending in each other's place."""
        for position in range(1, len(text) - 1):
            for ending in self._stems.endings_from(text[position]):
                if not text.startswith(ending[1:], position + 2):
                    continue
                stop = position + len(ending) + 1
                for size in range(1, min(STEM_LIMIT, position + 1)):
                    start = position - size
                    way = codes[start:position] + codes[position + 1]
                    for one in self._stems.exactly(way, ending):
                        if one.stem == text[start:position] + text[position + 1]:
                            yield Hit(start, stop, one, How.NEAR, 1.0 - SWAPPED / 2)

    def _guessed(self, text: str, span: tuple[int, int, int], one: Spelled) -> Hit | None:
        """One syllable of the stem is another, is missing, is too many or changed places with its neighbour."""
        start, position, stop = span
        if text.startswith(one.spelling, start):
            return None
        said, meant = text[start:position], one.stem
        ending_cost = max(map(self._sounds.unlike, text[position:stop], one.ending))
        if len(said) == len(meant):
            found = self._other(said, meant)
        elif len(said) < len(meant):
            found = self._missing(said, meant, MISSING_CHARACTER)
        else:
            found = self._missing(meant, said, EXTRA_CHARACTER) if said[0] == meant[0] else None
        if found is None or (found[0] is How.NEAR and ending_cost > SAME_SOUND + OTHER_TONE):
            return None
        how, cost = found
        likeness = 1.0 - GUESSED - cost / len(meant) - ending_cost / 2 - (SHORT_STEM if len(meant) == 2 else 0.0)
        return Hit(start, stop, one, how, likeness) if likeness >= LEAST_LIKENESS else None

    def _other(self, said: str, meant: str) -> tuple[How, float] | None:
        costs = [self._sounds.unlike(one, other) for one, other in zip(said, meant, strict=True)]
        total, worst = sum(costs), max(costs)
        if changed_places(said, meant):
            return How.NEAR, SWAPPED
        if worst <= NEAR_SOUND:
            return How.ACCENT, total
        return (How.NEAR, WRONG_CHARACTER) if total == worst else None

    def _missing(self, shorter: str, longer: str, price: float) -> tuple[How, float] | None:
        costs = [sum(map(self._sounds.unlike, shorter, hole)) for hole in holes(longer)]
        cost = min(costs)
        return (How.NEAR, price + cost) if cost <= ACCENT_LIMIT * len(shorter) / 2 else None
