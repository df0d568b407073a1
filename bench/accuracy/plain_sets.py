"""Typed places: alone, in a sentence, with section and number, abbreviated, in another order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.accuracy.city_names import Door, Named
from bench.accuracy.item import Item, Spot, SpotKind
from bench.accuracy.wording import Drawing

_ANY = (SpotKind.COMMUNITY, SpotKind.COMMUNITY, SpotKind.ROAD, SpotKind.LANDMARK)
_FINE = (SpotKind.COMMUNITY, SpotKind.ROAD, SpotKind.LANDMARK)
# Short names that nobody would take for a place outside their town.
_VAGUE = re.compile(
    "第?[一二三四五六七八九十]|[东西南北前后上下里内外中山湖坑溪水海江河沟坝塘村桥路井新老大头尾门口边面店市]+"
)


def exact(drawing: Drawing) -> Iterator[Item]:
    """A name, an alias or an address, as it stands in the tables, and nothing else."""
    while True:
        words, spot = _place_or_address(drawing)
        yield Item(words, (spot,))


def sentence(drawing: Drawing) -> Iterator[Item]:
    """The same within a sentence."""
    while True:
        words, spot = _place_or_address(drawing)
        yield Item(drawing.sentence(words), (spot,))


def _place_or_address(drawing: Drawing) -> tuple[str, Spot]:
    if drawing.maybe(0.25):
        door = clear_door(drawing)
        return drawing.front(door) + drawing.whole_door(door, door.owner.name), door.spot
    if drawing.maybe(0.05):
        town = drawing.name([SpotKind.TOWN])
        return town.name, town.spot
    while True:
        named = drawing.name(_ANY)
        words = drawing.whole(named)
        spelling = next(one for one in sorted(named.spellings, key=len, reverse=True) if words.endswith(one))
        if drawing.names.is_one(spelling) or (words != spelling and drawing.is_clear_in_town(named, spelling)):
            return words, named.spot


def clear_door(drawing: Drawing, kind: SpotKind | None = None) -> Door:
    """A door number whose owner's name is its own."""
    while True:
        door = drawing.rng.choice(drawing.names.doors)
        if drawing.names.is_one(door.owner.name) and kind in (None, door.owner.kind):
            return door


def section_number(drawing: Drawing) -> Iterator[Item]:
    """Village, 片区 and number, half of them in a sentence; a name of several villages has its town."""
    while True:
        door = drawing.rng.choice(drawing.names.doors)
        if door.owner.kind is not SpotKind.COMMUNITY or not door.section:
            continue
        alone = drawing.names.is_one(door.owner.name)
        if not alone and not drawing.is_clear_in_town(door.owner, door.owner.name):
            continue
        words = drawing.front(door, 0.5 if alone else 1.0) + drawing.whole_door(door, door.owner.name)
        yield Item(drawing.sentence(words) if drawing.maybe(0.5) else words, (door.spot,))


def abbreviated(drawing: Drawing) -> Iterator[Item]:
    """Without 镇, 街道, 村 and 社区, in a sentence."""
    while True:
        words, spot = _short_words(drawing)
        if words:
            yield Item(drawing.sentence(words), (spot,))


def _short_words(drawing: Drawing) -> tuple[str, Spot]:
    named = drawing.name([SpotKind.COMMUNITY] if drawing.maybe(0.7) else [SpotKind.ROAD, SpotKind.LANDMARK])
    town = drawing.names.towns.get(named.town)
    if town is None or named.short == town.short:
        return "", named.spot
    if named.kind is not SpotKind.COMMUNITY:
        ours = drawing.names.is_one(named.name) or drawing.is_clear_in_town(named, named.name)
        return (town.short + named.name if ours else ""), named.spot
    if len(named.short) < 2 or not drawing.is_clear_in_town(named, named.short):
        return "", named.spot
    alone = drawing.names.is_one(named.short) and not _VAGUE.fullmatch(named.short)
    front = drawing.rng.choice([town.name, town.short, town.short, ""] if alone else [town.name, town.short])
    if drawing.maybe(0.3):
        doors = [door for door in drawing.names.doors_of(named) if door.section]
        if doors:
            door = drawing.rng.choice(doors)
            return front + drawing.whole_door(door, named.short), door.spot
    if front == town.short and drawing.maybe(0.3):
        return front + named.name, named.spot
    return front + named.short, named.spot


def other_order(drawing: Drawing) -> Iterator[Item]:
    """The parts of an address, and the problem, in another order than the register's."""
    while True:
        if drawing.maybe(0.5):
            door = clear_door(drawing)
            town = drawing.town_of(door)
            yield Item(_turned_door(drawing, door, town), (door.spot,))
        else:
            named = drawing.clear(_FINE)
            if named.kind is not SpotKind.ROAD and drawing.town_of(named):
                yield Item(_turned_name(drawing, named), (named.spot,))


def _turned_door(drawing: Drawing, door: Door, town: str) -> str:
    words = {"number": drawing.number(door), "owner": door.owner.name, "section": door.section, "town": town}
    return drawing.one("turned_door").format(problem=drawing.one("problem"), **words)


def _turned_name(drawing: Drawing, named: Named) -> str:
    town, problem = drawing.town_of(named), drawing.one("problem")
    return drawing.one("turned_name").format(town=town, name=named.name, problem=problem)
