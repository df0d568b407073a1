"""What the pack knows already, for judging new rows by it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geocode.areas import Areas
from geocode.drawings import COMMUNITIES, COUNTY, ROADS, read_optional_shapes
from geocode.features import Shape
from geocode.projection import Projection
from geocode.rows import CityRow, DivisionRow
from intake.errors import Invalid
from intake.pack import Faults, read_optional_rows, read_toml


@dataclass
class KnownPack:
    """Tables of a pack, read when they are asked for; rows with faults are not known."""

    folder: Path
    city: CityRow

    @cached_property
    def outline(self) -> BaseGeometry:
        """The county; empty where the pack has none yet."""
        counties = read_optional_shapes(self.folder, COUNTY, Faults())
        return shapely.union_all([county.geometry for county in counties])

    @cached_property
    def divisions(self) -> dict[str, DivisionRow]:
        """Towns and communities by their code."""
        return {row.code12: row for _, row in read_optional_rows(self.folder, "divisions.csv", DivisionRow, Faults())}

    @cached_property
    def communities(self) -> list[Shape]:
        """Polygons of communities."""
        return read_optional_shapes(self.folder, COMMUNITIES, Faults())

    @cached_property
    def areas(self) -> Areas:
        """Which community holds a point."""
        return Areas(self.outline, self.communities)

    @cached_property
    def roads(self) -> list[Shape]:
        """Roads with their courses."""
        return read_optional_shapes(self.folder, ROADS, Faults())

    @cached_property
    def projection(self) -> Projection:
        """Degrees to metres. Raises UnknownProjection."""
        return Projection(self.city.projection)

    @property
    def local(self) -> str:
        """The plane of other systems of the city."""
        return self.city.local or self.city.projection

    def is_community(self, code12: str) -> bool:
        """Whether the pack has a community of this code."""
        row = self.divisions.get(code12)
        return row is not None and row.level == "community"


def known_pack(folder: Path) -> KnownPack:
    """The pack of a folder. Raises Invalid where there is no usable city.toml."""
    faults = Faults()
    city = read_toml(folder, "city.toml", CityRow, faults)
    if city is None:
        told = "；".join(str(fault) for fault in faults.found)
        raise Invalid(f"{folder} 不是可用的城市包：{told}", f"{folder} is no usable city pack: {told}")
    return KnownPack(folder, city)
