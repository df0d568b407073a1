"""Names of a text before it is known what they do in it, and places made of two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geocode.city import City
from geocode.drafts import Role, Said
from geocode.gazetteer import Kind, Place
from geocode.spelled import Mention
from geocode.tail import Tail

Point = tuple[float, float]


@dataclass(slots=True)
class Named:
    """A mention with its tail, before it is known what it does in the text; `start` is that of the province and city
    said before it, `floor` where the name before ends, `towns` those of the same breath,
    `number_span` where its number stands when that is not after it."""

    mention: Mention
    tail: Tail
    start: int = 0
    floor: int = 0
    role: Role = Role.PLAIN
    towns: Sequence[Place] = ()
    number_span: tuple[int, int] | None = None

    def of_kind(self, kind: Kind) -> list[Place]:
        """Its places of a kind."""
        return [entry.place for entry in self.mention.entries if entry.place.kind is kind]


@dataclass(slots=True)
class Pair:
    """A place made of names: what it says, the positions of the names it used up, and why it was not taken, if so."""

    said: Said | None
    used: tuple[int, ...]
    complaint: str = ""
    start: int = 0


def made_place(city: City, called: tuple[str, str], metres: Point, radius_metres: float, like: Place) -> Place:
    """A place that no name list has; `called` is its id and its name."""
    lon, lat = (round(degrees, 7) for degrees in city.projection.degrees(*metres))
    code12 = city.areas.code_at(lon, lat) or like.code12
    where = (lon, lat, *metres, round(radius_metres, 1))
    return Place(called[0], Kind.LANDMARK, called[1], code12, frozenset((code12,)), *where)
