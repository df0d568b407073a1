"""Names with one syllable or character of the stem wrong, missing, too many or swapped, before an ending that is there.

A name and a text that differ in one place are equal once that place is left out of both: a look-up, not a search.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from geocode.heard_endings import VILLAGE, Endings
from geocode.slips import changed_places
from geocode.sounds import SAME_TONELESS, Sounds
from geocode.spelled import How
from geocode.stems import Hit, Spelled, Stems, holes

NEAR_SOUND, ACCENT_LIMIT = 0.62, 0.3
GUESSED, SHORT_STEM, WORN_ENDING, EVERYDAY = 0.1, 0.05, 0.4, 0.25
WRONG_CHARACTER, MISSING_CHARACTER, EXTRA_CHARACTER, SWAPPED = 0.6, 0.5, 0.3, 0.4
LEAST_LIKENESS = 0.3
FEW = 3
_FIRST, _LAST = "\ue000", "\uf8ff"


class Guesses:
    """Immutable; safe from any thread."""

    def __init__(self, stems: Stems, sounds: Sounds, endings: Endings) -> None:
        self._stems = stems
        self._sounds = sounds
        self._endings = endings

    def search(self, text: str, codes: str, town_ends: set[int]) -> list[Hit]:
        """Hits in no order; at `town_ends` a town has just been said."""
        stems, village = self._stems, self._endings.village_code
        hits: list[Hit] = []
        swallowed, first_of_holed, first_characters = (
            self._endings.swallowed,
            stems.first_of_holed,
            stems.first_characters,
        )
        for position in range(1, len(codes)):
            if codes[position] in first_of_holed:
                for code in stems.holed_endings(codes, position):
                    hits += self._before(text, codes, (position, position + len(code)), code, town_ends)
            char = text[position]
            if VILLAGE in swallowed(char) and self._endings.is_worn_village(text, codes, position):
                found = self._before(text, codes, (position, position + 1), village, town_ends)
                hits += [hit for hit in found if hit.how is not How.NEAR]
            if char in first_characters:
                hits += self._swapped(text, codes, position)
        return hits

    def _before(self, text: str, codes: str, ending: tuple[int, int], code: str, town_ends: set[int]) -> list[Hit]:
        position, stop = ending
        shortest, longest = self._stems.sizes(code)
        # One character left of a stem of two says enough where the town has just been said, or few others have it.
        after_town = position - 1 in town_ends
        least = max(1 if after_town or len(code) > 1 else 2, shortest - 1)
        hits: list[Hit] = []
        for size in range(least, min(longest + 1, position) + 1):
            start = position - size
            if not _FIRST <= codes[start] <= _LAST:
                break
            found = self._alike(code, codes[start:position])
            if size == 1 and len(found) > FEW and not after_town:
                continue
            for one in found:
                hit = self._guessed(text, (start, position, stop), one)
                if hit is not None:
                    hits.append(hit)
        return hits

    def _alike(self, code: str, window: str) -> Collection[Spelled]:
        """The names whose stem is the window but for one syllable, each once."""
        with_hole = self._stems.with_hole
        known = with_hole(code + window)
        if len(window) == 1:
            return known
        found = dict.fromkeys(known)
        for place in range(len(window)):
            for one in with_hole(code + window[:place] + window[place + 1 :]):
                found[one] = None
        return found

    def _swapped(self, text: str, codes: str, position: int) -> Iterator[Hit]:
        """The last character of a stem and the first of its ending in each other's place."""
        for ending, _ in self._stems.endings_from(text[position]):
            stop = position + len(ending) + 1
            if not text.startswith(ending[1:], position + 2) or stop > len(text):
                continue
            for start in range(position - 1, max(-1, position - self._stems.longest), -1):
                for one in self._stems.exactly(codes[start:position] + codes[position + 1], ending):
                    if one.stem == text[start:position] + text[position + 1]:
                        yield Hit(start, stop, one, How.NEAR, 1.0 - SWAPPED / 2)

    def _guessed(self, text: str, span: tuple[int, int, int], one: Spelled) -> Hit | None:
        start, position, stop = span
        if text.startswith(one.spelling, start):
            return None
        said, meant = text[start:position], one.stem
        more = len(said) - len(meant)
        if more == 0:
            found = self._other(said, meant)
        elif more < 0:
            found = self._missing(said, meant, MISSING_CHARACTER)
        else:
            found = self._missing(meant, said, EXTRA_CHARACTER) if said[0] == meant[0] else None
        if found is None:
            return None
        how, cost = found
        likeness = 1.0 - GUESSED - cost / len(meant) - (SHORT_STEM if len(meant) == 2 else 0.0)
        if self._sounds.is_everyday(said):
            likeness -= EVERYDAY
        ending = text[position:stop]
        if ending != one.ending:
            ending_cost = min(WORN_ENDING, max(map(self._sounds.unlike, ending, one.ending)))
            if how is How.NEAR and ending_cost > SAME_TONELESS:
                return None
            likeness -= ending_cost / 2
        return Hit(start, stop, one, how, likeness) if likeness >= LEAST_LIKENESS else None

    def _other(self, said: str, meant: str) -> tuple[How, float] | None:
        total = worst = 0.0
        for cost in map(self._sounds.unlike, said, meant):
            total += cost
            worst = max(worst, cost)
        if worst <= NEAR_SOUND and (total == worst or not changed_places(said, meant)):
            return How.ACCENT, total
        if total == worst:
            return How.NEAR, WRONG_CHARACTER
        # Two that sound far from what stands there are wrong, unless they only changed places.
        return (How.NEAR, SWAPPED) if changed_places(said, meant) else None

    def _missing(self, shorter: str, longer: str, price: float) -> tuple[How, float] | None:
        cost = min(sum(map(self._sounds.unlike, shorter, hole)) for hole in holes(longer))
        return (How.NEAR, price + cost) if cost <= ACCENT_LIMIT * len(shorter) / 2 else None
