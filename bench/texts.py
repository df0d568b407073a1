"""Report texts for load: real communities and doors of the city pack, a problem of every common group, by seed."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_APART_METRES = 1000
PROBLEMS = (
    "井盖不见了，很危险",
    "路灯不亮",
    "垃圾堆了好几天没人清",
    "路面塌了一个坑",
    "墙上贴满小广告",
    "有人占道经营摆摊",
    "下水道堵了污水冒出来",
    "行道树倒了",
    "有人乱搭棚子",
    "工地半夜还在施工吵得睡不着",
    "机动车乱停放",
    "交通护栏坏了",
    "路名牌歪了",
    "公交站亭玻璃碎了",
    "交通信号灯不亮",
    "垃圾箱满出来了",
    "公共厕所很脏",
    "焚烧垃圾冒黑烟",
    "道路遗撒很多沙土",
    "架空线缆掉下来",
    "自来水管破裂",
    "燃气管道漏气",
    "动物尸体没人清理",
    "户外广告牌要掉下来",
    "健身器材坏了",
    "雕塑破损",
)


@dataclass(frozen=True, slots=True)
class Door:
    """A door number as a citizen would say it: town, community, section, number; degrees CGCS2000."""

    words: str
    code12: str
    lon: float
    lat: float

    def metres_to(self, other: Door) -> float:
        """Distance, good enough within a county."""
        east = (self.lon - other.lon) * 111_320 * math.cos(math.radians(self.lat))
        return math.hypot(east, (self.lat - other.lat) * 110_780)


def doors(city: Path) -> list[Door]:
    """Every village door of the pack."""
    with (city / "divisions.csv").open(encoding="utf-8") as file:
        names = {row["code12"]: row for row in csv.DictReader(file)}
    found = []
    with (city / "doors.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            village = names.get(row["code12"])
            if row.get("road_id") or village is None:
                continue
            town = names[village["parent_code12"]]["name"]
            suffix = f"-{row['suffix']}" if row["suffix"] else ""
            words = f"{town}{village['short_name']}{village['type']}{row['section']}{row['number']}{suffix}号"
            found.append(Door(words, row["code12"], float(row["lon"]), float(row["lat"])))
    return found


def texts(city: Path, seed: int) -> Iterator[str]:
    """An endless stream of report texts; places and problems are drawn alike for the same seed.

    The doors are read here and now, not when the first text is wanted: a load must not wait for them.
    """
    return _drawn(doors(city), random.Random(seed))


def _drawn(known: Sequence[Door], rng: random.Random) -> Iterator[str]:
    while True:
        yield f"{rng.choice(known).words}{rng.choice(PROBLEMS)}"


def far_apart(city: Path, seed: int) -> Iterator[str]:
    """One problem of each kind at doors a kilometre apart: no two of them can be the same problem."""
    chosen: list[Door] = []
    for door in {door.code12: door for door in doors(city)}.values():
        if all(door.metres_to(other) > _APART_METRES for other in chosen):
            chosen.append(door)
    pairs = [f"{door.words}{problem}" for door in chosen for problem in PROBLEMS]
    random.Random(seed).shuffle(pairs)
    yield from pairs
