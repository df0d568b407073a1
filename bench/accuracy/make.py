"""The made sets by name: the same texts for everybody, from one seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench.accuracy.choice_sets import ambiguous, home_and_problem
from bench.accuracy.city_names import CityNames
from bench.accuracy.item import Item
from bench.accuracy.misheard import accent, heard, homophones
from bench.accuracy.nowhere_sets import no_place, out_of_town
from bench.accuracy.plain_sets import abbreviated, exact, other_order, section_number, sentence
from bench.accuracy.road_sets import crossing, relative
from bench.accuracy.slips import typo
from bench.accuracy.wording import Drawing

SIZE = 500
CITY = Path(__file__).parents[2] / "cities" / "jinjiang"
SETS: Mapping[str, Callable[[Drawing], Iterator[Item]]] = {
    "exact": exact,
    "sentence": sentence,
    "section_number": section_number,
    "abbreviated": abbreviated,
    "other_order": other_order,
    "typo": typo,
    "homophones": homophones,
    "accent": accent,
    "heard": heard,
    "crossing": crossing,
    "relative": relative,
    "ambiguous": ambiguous,
    "home_and_problem": home_and_problem,
    "out_of_town": out_of_town,
    "no_place": no_place,
}


# More collections of wordings. What is tuned to the sentences of one fails in another; the misses of the last are
# never listed, so that nobody tunes to it.
SECOND, HELD_OUT = "second/", "held_out/"


def make_set(name: str, names: CityNames, size: int = SIZE, wordings: str = "") -> list[Item]:
    """So many items with different texts, in the wordings of a folder of the data."""
    items: dict[str, Item] = {}
    for item in SETS[name](Drawing.of(names, f"{name} ", wordings)):
        items.setdefault(item.text, item)
        if len(items) == size:
            break
    return list(items.values())


def make_sets(names: CityNames, size: int = SIZE, wordings: str = "") -> dict[str, list[Item]]:
    """Every set."""
    return {name: make_set(name, names, size, wordings) for name in SETS}
