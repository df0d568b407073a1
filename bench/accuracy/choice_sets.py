"""Texts that offer more than one place: a name of several, a home beside the place of the problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.accuracy.city_names import Named
from bench.accuracy.item import Item, Spot, SpotKind, Wanted
from bench.accuracy.plain_sets import clear_door
from bench.accuracy.wording import Drawing

_FINE = (SpotKind.COMMUNITY, SpotKind.COMMUNITY, SpotKind.ROAD, SpotKind.LANDMARK)


def ambiguous(drawing: Drawing) -> Iterator[Item]:
    """A name that several places have: seven in ten without anything that decides, the others with the town."""
    groups = _shared_names(drawing)
    villages = [group for group in groups if group[1][0].kind is SpotKind.COMMUNITY]
    while True:
        words, places = drawing.rng.choice(villages if drawing.maybe(0.7) else groups)
        if drawing.maybe(0.7):
            spots = tuple(place.spot for place in places)
            yield Item(drawing.sentence(words, "ambiguous"), spots, Wanted.ALL_AND_ASKED, note=words)
            continue
        place = drawing.rng.choice(places)
        town = drawing.town_of(place)
        if town and sum(other.town == place.town for other in places) == 1 and place.kind is not SpotKind.ROAD:
            yield Item(drawing.sentence(town + words, "ambiguous"), (place.spot,), note="decided")


def _shared_names(drawing: Drawing) -> list[tuple[str, Sequence[Named]]]:
    """Whole names that two and more places of one kind have."""
    found = []
    for spelling, places in drawing.names.by_spelling.items():
        whole = [place for place in places if spelling in place.spellings]
        one_kind = len({place.kind for place in whole}) == 1 and len(whole) == len(places)
        if len(whole) > 1 and one_kind and spelling not in drawing.names.ordinary:
            found.append((spelling, whole))
    return sorted(found, key=lambda group: group[0])


def home_and_problem(drawing: Drawing) -> Iterator[Item]:
    """A caller's home and the place of the problem in one text: the problem's comes first."""
    while True:
        (home, at_home), (place, spot) = _place(drawing), _place(drawing)
        if at_home.name == spot.name or at_home.code12 == spot.code12:
            continue
        text = drawing.one("home").format(home=home, place=place, problem=drawing.one("problem"))
        yield Item(text, (spot,), note=f"not {home}")


def _place(drawing: Drawing) -> tuple[str, Spot]:
    if drawing.maybe(0.3):
        door = clear_door(drawing)
        return drawing.front(door, 0.3) + drawing.whole_door(door, door.owner.name), door.spot
    named = drawing.clear(_FINE)
    return drawing.front(named, 0.3) + named.name, named.spot
