"""How people write a place and the sentence around it; every choice is drawn from the generator given."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bench.accuracy.city_names import CityNames, Door, Named
from bench.accuracy.item import SpotKind
from bench.accuracy.reading_data import read_parts, read_table

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_CITY = ("", "晋江市", "晋江", "泉州市晋江市", "福建省泉州市晋江市", "福建省晋江市")
_CITY_WEIGHTS = (60, 14, 6, 5, 10, 5)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a set is drawn from: the names, the sentences, one seeded generator."""

    names: CityNames
    rng: random.Random
    parts: dict[str, tuple[str, ...]]
    folder: str = ""

    @classmethod
    def of(cls, names: CityNames, seed: str, folder: str = "") -> Drawing:
        """A drawing of its own for each set, so that one set may change without the others. `folder` of the data holds
        the wordings."""
        parts = read_parts(f"{folder}sentences.txt")
        return cls(names, random.Random(f"12319 {folder}{seed}"), parts, folder)

    def file(self, name: str) -> dict[str, tuple[str, ...]]:
        """The parts of another file of wordings."""
        return read_parts(f"{self.folder}{name}")

    def table(self, name: str) -> list[dict[str, str]]:
        """A table beside the wordings."""
        return read_table(f"{self.folder}{name}")

    def one(self, part: str) -> str:
        """One line of a part of the sentences."""
        return self.rng.choice(self.parts[part])

    def sentence(self, place: str, part: str = "report") -> str:
        """The place in a sentence about a problem."""
        return self.one(part).format(place=place, problem=self.one("problem"))

    def maybe(self, share: float) -> bool:
        """True so often."""
        return self.rng.random() < share

    def name(self, kinds: Sequence[SpotKind], longest: int = 99, shortest: int = 2) -> Named:
        """A place of these kinds with a name of such a length."""
        pools = {
            SpotKind.TOWN: list(self.names.towns.values()),
            SpotKind.COMMUNITY: self.names.communities,
            SpotKind.ROAD: list(self.names.roads.values()),
            SpotKind.LANDMARK: self.names.landmarks,
        }
        while True:
            named = self.rng.choice(pools[self.rng.choice(kinds)])
            if shortest <= len(named.name) <= longest:
                return named

    def clear(self, kinds: Sequence[SpotKind], shortest: int = 2) -> Named:
        """A place whose name is its own and no ordinary word."""
        while not self.names.is_one((named := self.name(kinds, shortest=shortest)).name):
            pass
        return named

    def town_of(self, place: Named | Door) -> str:
        """The name of its town, whole; empty where the town is no place."""
        town = self.names.towns.get(place.town)
        return town.name if town else ""

    def front(self, place: Named | Door, share: float = 0.5) -> str:
        """What people write before a place: its town, now and then the city and the province too."""
        if not self.maybe(share):
            return ""
        return self.rng.choices(_CITY, _CITY_WEIGHTS)[0] + self.town_of(place)

    def whole(self, named: Named) -> str:
        """A name in full, with its town where the name alone would not do."""
        spelling = self.rng.choice(named.spellings)
        share = 0.45 if self.names.is_one(spelling) else 1.0
        return self.front(named, share) + spelling

    def is_clear_in_town(self, named: Named, spelling: str) -> bool:
        """Whether no other place of the same town is called so."""
        return all(
            other.id == named.id or not self.touches(other, named.town) for other in self.names.by_spelling[spelling]
        )

    def touches(self, named: Named, town: str) -> bool:
        """Whether a place lies, or may lie, in a town: roads run through several."""
        return named.town == town or named.kind is SpotKind.ROAD

    def whole_door(self, door: Door, village: str) -> str:
        """Village or road, section and number."""
        return f"{village}{door.section}{self.number(door)}"

    def number(self, door: Door) -> str:
        """A door number in one of its ways of writing."""
        number = str(door.number)
        if self.maybe(0.1):
            number = spoken_number(door.number) if self.maybe(0.7) else "".join(_DIGITS[int(digit)] for digit in number)
            return f"{number}号" if not door.suffix else f"{number}号附{spoken_number(int(door.suffix))}号"
        if not door.suffix:
            return number + self.rng.choices(["号", "号楼", "号院", "幢"], [88, 6, 3, 3])[0]
        return number + self.rng.choice(
            [f"-{door.suffix}号", f"号附{door.suffix}号", f"号之{door.suffix}", f"之{door.suffix}号"]
        )


def spoken_number(value: int) -> str:
    """171 is 一百七十一, 12 is 十二, 305 is 三百零五; below 10,000."""
    words, zero = "", False
    digits = [int(digit) for digit in str(value)]
    for place, digit in enumerate(digits):
        unit = _UNITS[len(digits) - place - 1]
        if digit == 0:
            zero = True
            continue
        words += ("零" if zero and words else "") + _DIGITS[digit] + unit
        zero = False
    return words.removeprefix("一") if words.startswith("一十") else words
