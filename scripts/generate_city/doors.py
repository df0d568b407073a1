"""Door numbers along roads (odd on one side, even on the other) and in villages by 片区."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from shapely.geometry import LineString

from scripts.generate_city.areas import Area
from scripts.generate_city.ground import Metres
from scripts.generate_city.roads import Road

HOUSE_SPACING_METRES = 42.0
SET_BACK_METRES = 12.0
SUFFIX_CHANCE = 0.03
SECTIONS = {"东区": (1, 0), "西区": (-1, 0), "南区": (0, -1), "北区": (0, 1), "中区": (0, 0)}
CORNER_SECTIONS = {"东北区": (0.8, 0.8), "西北区": (-0.8, 0.8), "东南区": (0.8, -0.8), "西南区": (-0.8, -0.8)}
CORNER_VILLAGES = frozenset({"350582107202", "350582102212"})
HOUSES_A_ROW = 20
VILLAGE_STEP = (4, 10)


@dataclass(frozen=True, slots=True)
class Door:
    """A door number at a place in metres; of a road, or of the village `code12` when `road_id` is empty."""

    road_id: str
    section: str
    number: int
    suffix: str
    at: Metres
    code12: str


def road_doors(road: Road, seed: int) -> Iterator[Door]:
    """Doors of a road by number; `code12` is left empty, for a road crosses communities."""
    chance = random.Random(f"{seed}:{road.id}")
    steps = max(2, int(road.line.length / HOUSE_SPACING_METRES))
    wanted = dict(_known(road))
    for side in (1, 2):
        for step in range(steps + 1):
            number = side + 2 * round((road.highest_number - 2) / 2 * step / steps)
            wanted.setdefault((number, ""), None)
            if chance.random() < SUFFIX_CHANCE:
                wanted.setdefault((number, str(chance.randint(1, 5))), None)
    for number, suffix in sorted(wanted):
        yield Door(road.id, "", number, suffix, beside(road.line, number, road.highest_number), "")


def _known(road: Road) -> Iterator[tuple[tuple[int, str], None]]:
    for text in road.known_numbers:
        number, _, suffix = text.partition("-")
        yield (int(number), ""), None
        yield (int(number), suffix), None


def beside(line: LineString, number: int, highest: int) -> Metres:
    """Where the door stands: its share of the road's length along, on its side, set back from the middle."""
    along = min(1.0, number / max(highest, 1)) * line.length
    near, far = line.interpolate(max(0.0, along - 5)), line.interpolate(min(line.length, along + 5))
    run, rise = far.x - near.x, far.y - near.y
    length = math.hypot(run, rise) or 1.0
    side = 1 if number % 2 else -1
    middle = line.interpolate(along)
    return middle.x - rise / length * SET_BACK_METRES * side, middle.y + run / length * SET_BACK_METRES * side


def village_doors(area: Area, seed: int) -> Iterator[Door]:
    """Sampled house numbers of a community: those of its 片区, and a run without 片区. All inside its polygon."""
    code12 = area.community.code12
    chance = random.Random(f"{seed}:{code12}:doors")
    reach = min(300.0, 0.6 * area.room_metres)
    sections: dict[str, tuple[float, float]] = {"": (0.0, 0.0), **SECTIONS}
    if code12 in CORNER_VILLAGES:
        sections.update(CORNER_SECTIONS)
    for section, (east, north) in sections.items():
        half = reach * (0.45 if section == "" else 0.3)
        middle = (area.centre[0] + east * reach * 0.67, area.centre[1] + north * reach * 0.67)
        highest = chance.randint(210, 320)
        for number in _sampled(highest, chance):
            suffix = str(chance.randint(1, 3)) if chance.random() < SUFFIX_CHANCE else ""
            yield Door("", section, number, suffix, _house(middle, half, number, highest), code12)


def _sampled(highest: int, chance: random.Random) -> Iterator[int]:
    number = 1
    while number < highest:
        yield number
        number += chance.randint(*VILLAGE_STEP)
    yield highest


def _house(middle: Metres, half: float, number: int, highest: int) -> Metres:
    row, place = divmod(number - 1, HOUSES_A_ROW)
    if row % 2:
        place = HOUSES_A_ROW - 1 - place
    rows = max(1, (highest - 1) // HOUSES_A_ROW)
    return (
        middle[0] + half * (2 * place / (HOUSES_A_ROW - 1) - 1),
        middle[1] + half * (1 - 2 * row / rows),
    )
