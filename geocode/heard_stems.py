"""Names whose stem sounds as the text does, with an ending that is there, worn down, spelled wrong or left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from geocode.heard_endings import Endings, Found
from geocode.slips import slip_end
from geocode.sounds import SAME_TONELESS, Sounds
from geocode.spelled import How
from geocode.stems import Hit, Spelled, Stems

NAMES_LIMIT = 48
SHORT_STEM, EVERYDAY, BARE_IN_TOWN, BARE = 0.05, 0.3, 0.15, 0.35
ANY_ENDING, WRONG_ENDING, DOUBLED = 0.4, 0.4, 0.15
_SECTION = re.compile("[东西南北中][区片]")
# Without these a name is a short one, which is found as it is.
_DIVISIONS = frozenset("村镇乡")


class StemSearch:
    """Immutable; safe from any thread."""

    def __init__(self, stems: Stems, sounds: Sounds, endings: Endings) -> None:
        self._stems = stems
        self._sounds = sounds
        self._endings = endings

    def search(self, text: str, codes: str, town_ends: set[int], *, written_too: bool = False) -> Iterator[Hit]:
        """Hits in the order of their ends; the ends of towns among them are added to `town_ends`. Names that are
        written as they are come only if `written_too`."""
        last_end, has_cue = -1, False
        endings: Found = {}
        for start, end, (names, kinds, stems) in self._stems.sounding(codes):
            if end != last_end:
                last_end, has_cue = end, self._endings.cue(text, codes, end)
                endings = self._endings.at(text, codes, end)
            said = text[start:end]
            after_town = start in town_ends
            alone = "" in kinds and (has_cue or after_town or end - start > 2)
            if not alone and said not in stems and kinds.isdisjoint(endings):
                continue
            near = text[end : end + 4]
            for one in names if len(names) <= NAMES_LIMIT else names[:NAMES_LIMIT]:
                ending = one.ending
                if len(ending) > 1 and ending not in endings and ending[0] not in near and ending[1] not in near:
                    continue
                hit = self._hit(text, (start, end), one, endings)
                if hit is None and alone and not one.ending:
                    hit = self._bare(said, (start, end), one, after_town)
                if hit is not None and (written_too or not text.startswith(one.spelling, start)):
                    if one.is_town:
                        town_ends.add(hit.end)
                    yield hit

    def _hit(self, text: str, span: tuple[int, int], one: Spelled, endings: Found) -> Hit | None:
        start, end = span
        found = endings.get(one.ending)
        if found is not None:
            return self._judged(text[start:end], (start, found[0]), found[1], one)
        if one.ending and text.startswith(one.stem, start):
            return _slipped(text, span, one)
        return None

    def _judged(self, said: str, span: tuple[int, int], ending_cost: float, one: Spelled) -> Hit:
        costs = list(map(self._sounds.unlike, said, one.stem))
        same = max(costs) <= SAME_TONELESS and ending_cost <= SAME_TONELESS / 2
        likeness = 1.0 - sum(costs) / len(costs) - ending_cost / 2
        if len(costs) == 2:
            likeness -= EVERYDAY if self._sounds.is_everyday(said) else SHORT_STEM
        start, stop = span
        return Hit(start, stop, one, How.HOMOPHONE if same else How.ACCENT, likeness)

    def _bare(self, said: str, span: tuple[int, int], one: Spelled, after_town: bool) -> Hit:
        hit = self._judged(said, span, 0.0, one)
        less = BARE_IN_TOWN if after_town or len(said) > 2 else BARE
        return hit._replace(likeness=hit.likeness - less, is_bare=True)


def _slipped(text: str, span: tuple[int, int], one: Spelled) -> Hit | None:
    """The stem as it is written with its last character twice, or with one character of the ending wrong."""
    start, end = span
    if text[end - 1] == text[end : end + 1] and text.startswith(one.ending, end + 1):
        return Hit(start, end + 1 + len(one.ending), one, How.NEAR, 1.0 - DOUBLED)
    if len(one.ending) == 1 and one.ending in _DIVISIONS:
        return None
    if _SECTION.match(text, end):
        return None
    stop = slip_end(text, end, one.ending)
    if stop is None:
        return None
    if len(one.ending) == 1:
        return Hit(start, stop, one, How.NEAR, ANY_ENDING)
    likeness = 1.0 - WRONG_ENDING / min(3, len(one.ending)) - (SHORT_STEM if end - start == 2 else 0.0)
    return Hit(start, stop, one, How.NEAR, likeness)
