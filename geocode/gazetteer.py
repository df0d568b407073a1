"""Everything of the city that has a name, with its place in degrees and in projected metres."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from geocode.divisions import Division


class Kind(Enum):
    """What a name names."""

    COUNTY = "county"
    TOWN = "town"
    COMMUNITY = "community"
    ROAD = "road"
    LANDMARK = "landmark"


class Form(IntEnum):
    """How much of a name was said: the full one, a variant of it (村 for 社区), or the short one."""

    FULL = 0
    VARIANT = 1
    SHORT = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A named place. `id` is the code of a division, or the id of a road or landmark; `codes` are the communities it
    lies in (one for all but roads; none for towns); `code12` that of its centre; `radius_metres` its extent;
    `lon`, `lat` have seven decimals and `radius_metres` one, as answers have them;
    `ordinary` whether its short name is an ordinary word too."""

    id: str
    kind: Kind
    name: str
    code12: str
    codes: frozenset[str]
    lon: float
    lat: float
    east: float
    north: float
    radius_metres: float
    ordinary: bool = False

    def in_town(self, code9: str) -> bool:
        """Whether any part of it lies in the town."""
        return self.code12[:9] == code9 or any(code[:9] == code9 for code in self.codes)


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of one place. `spelling` is what the name list holds, before folding; `ordinary` whether it is an
    ordinary word too."""

    spelling: str
    place: Place
    form: Form
    ordinary: bool = False


COMMITTEES = ("居委会", "村委会")
NATIONALITIES = ("回族", "畲族", "壮族", "苗族", "满族", "土家族", "蒙古族", "朝鲜族", "侗族", "瑶族")
TOWN_GRADES = ("街道办事处", "街道", "镇", "乡")


def division_spellings(division: Division) -> list[tuple[str, Form]]:
    """The ways people write a town or a community, fullest first."""
    if division.is_town:
        return _town_spellings(division)
    spellings = [(division.name, Form.FULL), (division.official_name, Form.FULL)]
    spellings += [(alias, _alias_form(alias)) for alias in division.aliases]
    stem = division.short_name
    for nationality in NATIONALITIES:
        if stem.endswith(nationality) and len(stem) > len(nationality) + 1:
            stem = stem.removesuffix(nationality)
            spellings.append((division.name.replace(nationality, ""), Form.FULL))
    if len(stem) >= 2 and not stem.endswith(("社区", "村")):
        spellings += [(stem + committee, Form.VARIANT) for committee in COMMITTEES]
        spellings += [(stem + grade, Form.VARIANT) for grade in ("社区", "村")]
        spellings += [(stem, Form.SHORT), (division.short_name, Form.SHORT)]
    elif stem.endswith("村"):
        # 霞村村委会 is the committee of 霞村, which people call 霞村村 too; 陈村社区 is 陈村 for short.
        spellings.append((f"{stem}村", Form.FULL if stem == division.name else Form.VARIANT))
        spellings.append((stem, Form.SHORT))
    return spellings


def _town_spellings(division: Division) -> list[tuple[str, Form]]:
    spellings = [(division.name, Form.FULL)]
    spellings += [(alias, Form.SHORT) for alias in division.aliases]
    for grade in TOWN_GRADES:
        stem = division.name.removesuffix(grade)
        if stem != division.name and len(stem) >= 2:
            spellings += [(stem + "街道办", Form.VARIANT), (stem, Form.SHORT)]
            break
    return spellings


def _alias_form(alias: str) -> Form:
    return Form.FULL if alias.endswith(("社区", "村", *COMMITTEES)) else Form.SHORT
