"""The rows of the city pack that say where things are, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Code12 = Annotated[str, Field(pattern=r"^\d{12}$")]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1)]


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


class PackRow(BaseModel):
    """Root of the rows; columns beyond the fields are allowed and ignored."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)


class NumberFormats(PackRow):
    """How numbers of the city are built."""

    cell_length: int = Field(default=15, ge=13, le=16)


class PhaseRow(PackRow):
    """One phase of the plan: the townships (nine digits) and single communities that join with it."""

    number: Annotated[int, Field(ge=1)]
    name: Name
    street_codes: tuple[Annotated[str, Field(pattern=r"^\d{9}$")], ...] = ()
    community_codes: tuple[Code12, ...] = ()


class CheckRow(PackRow):
    """How strict `hub city check` is with the data of this city."""

    door_road_metres: Annotated[float, Field(gt=0, le=5_000)] = 150.0


class CityRow(PackRow):
    """What city.toml says about geography. `local` is the plane other systems of the city speak in, where that is not
    `projection`."""

    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    name: Name
    datum: Literal["cgcs2000", "wgs84"]
    projection: Name
    local: str = ""
    numbers: NumberFormats = NumberFormats()
    phases: tuple[PhaseRow, ...] = ()
    checks: CheckRow = CheckRow()


class DivisionRow(PackRow):
    """A township-level or community-level division. `place` is `no` for codes that are not places (zones, 其他)."""

    code12: Code12
    name: Name
    short_name: str = ""
    level: Literal["town", "community"]
    type: str = ""
    parent_code12: str = ""
    place: Literal["yes", "no"] = "yes"
    aliases: str = ""
    lon: Annotated[Longitude | None, BeforeValidator(_blank_is_none)] = None
    lat: Annotated[Latitude | None, BeforeValidator(_blank_is_none)] = None


PlaceKind = Literal["road", "landmark", "estate", "school", "market", "factory", "park"]
PLACE_KINDS = get_args(PlaceKind)


class PlaceRow(PackRow):
    """A road, landmark, estate, school, market, factory or park; `aliases` are separated by `|`."""

    id: Name
    kind: PlaceKind
    name: Name
    aliases: str = ""
    code12: Code12
    lon: Longitude
    lat: Latitude


class OrdinaryWordRow(PackRow):
    """A short name that is an ordinary word in texts about this city, or the name of a far place."""

    word: Name


class DoorRow(PackRow):
    """A door number on a road (`road_id`) or in a village (`road_id` empty: that of `code12`)."""

    road_id: str
    section: str = ""
    number: Annotated[int, Field(ge=1, le=99999)]
    suffix: str = ""
    lon: Longitude
    lat: Latitude
    code12: Code12


class CellRow(PackRow):
    """A unit grid cell of 100 m x 100 m; `min_x`, `min_y` is its lower left corner in projected metres."""

    cell: Annotated[str, Field(pattern=r"^\d+$")]
    code12: Code12
    min_x: Annotated[float, Field(allow_inf_nan=False)]
    min_y: Annotated[float, Field(allow_inf_nan=False)]


class GridRow(PackRow):
    """A unit grid cell of a responsibility grid: all cells of one code have one inspector."""

    cell: Annotated[str, Field(pattern=r"^\d+$")]
    grid: Name
