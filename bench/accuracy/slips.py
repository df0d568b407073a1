"""Slips of the typing hand: one character of a name wrong, missing, doubled or swapped with its neighbour."""

from __future__ import annotations

from collections.abc import Iterator

from bench.accuracy.city_names import CityNames, Named
from bench.accuracy.item import Item, SpotKind
from bench.accuracy.reading_data import read_lines
from bench.accuracy.sounds import Sounds
from bench.accuracy.wording import Drawing

_KINDS = (SpotKind.COMMUNITY, SpotKind.COMMUNITY, SpotKind.ROAD, SpotKind.LANDMARK, SpotKind.LANDMARK)
_WAYS = ("lookalike", "sound", "other", "drop", "double", "swap")
_WEIGHTS = (25, 15, 20, 15, 10, 15)
_OTHERS = (
    "的一是了我不人在他有这上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过"
    "天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开"
)


class Typist:
    """Makes slips; keeps the characters that look alike."""

    def __init__(self, drawing: Drawing, sounds: Sounds) -> None:
        self._drawing = drawing
        self._sounds = sounds
        self._alike: dict[str, set[str]] = {}
        for group in read_lines("lookalikes.txt"):
            for char in group:
                self._alike.setdefault(char, set()).update(other for other in group if other != char)

    def slip(self, name: str) -> tuple[str, str] | None:
        """The name with one slip and which it was; None where this slip would change nothing."""
        rng = self._drawing.rng
        way = rng.choices(_WAYS, _WEIGHTS)[0]
        at = rng.randrange(len(name))
        char = name[at]
        if way == "swap":
            at = rng.randrange(len(name) - 1)
            slipped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        elif way in ("drop", "double"):
            slipped = name[:at] + (char * 2 if way == "double" else "") + name[at + 1 :]
        else:
            others = self._others(way, char)
            if not others:
                return None
            slipped = name[:at] + rng.choice(others) + name[at + 1 :]
        return (slipped, way) if slipped != name else None

    def _others(self, way: str, char: str) -> list[str]:
        if way == "lookalike":
            return sorted(self._alike.get(char, ()))
        return self._sounds.homophones(char) if way == "sound" else [other for other in _OTHERS if other != char]


def typo(drawing: Drawing) -> Iterator[Item]:
    """A name of three characters and more with one slip, alone or in a sentence; where another place would be as near
    as the right one, its town stands before it."""
    typist, near = Typist(drawing, Sounds()), NearNames(drawing.names)
    while True:
        named = drawing.name(_KINDS, shortest=3)
        slip = typist.slip(named.name)
        if slip is None or slip[0] in drawing.names.by_spelling or len(slip[0]) < 3:
            continue
        rivals = near.rivals(slip[0], named)
        town = drawing.town_of(named)
        if rivals and (not town or any(drawing.touches(rival, named.town) for rival in rivals)):
            continue
        words = drawing.front(named, 1.0 if rivals else 0.3) + slip[0]
        yield Item(drawing.sentence(words, "typed") if drawing.maybe(0.5) else words, (named.spot,), note=slip[1])


class NearNames:
    """Which places are one slip away from some letters."""

    def __init__(self, names: CityNames) -> None:
        self._by_gap: dict[str, set[str]] = {}
        self._names = names
        for spelling in names.by_spelling:
            for gapped in {spelling, *_gaps(spelling)}:
                self._by_gap.setdefault(gapped, set()).add(spelling)

    def rivals(self, words: str, named: Named) -> list[Named]:
        """Places other than `named` that one slip turns into `words`, or whose name stands within them."""
        found: dict[str, Named] = {}
        spellings = {one for gapped in (words, *_gaps(words)) for one in self._by_gap.get(gapped, ())}
        spellings |= {words[low:high] for low in range(len(words)) for high in range(low + 2, len(words) + 1)}
        for spelling in spellings:
            if spelling in self._names.by_spelling and _is_near(spelling, words):
                found |= {place.id: place for place in self._names.by_spelling[spelling]}
        found.pop(named.id, None)
        return [found[key] for key in sorted(found)]


def _gaps(words: str) -> list[str]:
    return [words[:at] + words[at + 1 :] for at in range(len(words))]


def _is_near(spelling: str, words: str) -> bool:
    """Whether one slip leads from one to the other, or the spelling stands in the words and is most of them."""
    if spelling in words:
        return len(spelling) >= 3 or len(spelling) >= len(words) - 1
    if abs(len(spelling) - len(words)) == 1:
        longer, shorter = sorted((spelling, words), key=len, reverse=True)
        return shorter in _gaps(longer)
    if len(spelling) != len(words):
        return False
    differ = [at for at in range(len(words)) if words[at] != spelling[at]]
    if len(differ) == 2:
        first, second = differ
        return second == first + 1 and words[first] == spelling[second] and words[second] == spelling[first]
    return len(differ) <= 1
