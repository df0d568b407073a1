"""The geocoder of a city: the port `intake.ports.Geocoder` over a city pack."""

from __future__ import annotations

from pathlib import Path

from geocode.check import check_references
from geocode.city import City, build_city
from geocode.datum_alarm import DatumAlarm
from geocode.divisions import Divisions
from geocode.explain import Explanation
from geocode.locate import Locator
from geocode.pack import read_pack
from geocode.projection import Projection, UnknownProjection
from geocode.reverse import Reverser
from geocode.unswept import without_sweeps
from intake.errors import Permanent
from intake.model import Datum, GivenPoint, PlaceAnswer, PlaceCandidate
from intake.pack import Faults
from intake.ports import PlaceHints


class UnusablePack(Permanent):
    """The pack lacks what nothing can be built without; the faults say what."""

    code = "unusable-pack"


class CityGeocoder:
    """Immutable after it is built; every method may be called from any thread at once."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._locator = Locator(city)
        self._reverser = Reverser(city)
        self._alarm = DatumAlarm(city.areas)

    @classmethod
    def from_pack(cls, folder: Path, faults: Faults) -> CityGeocoder:
        """Reads the pack's geography; faulty rows are noted and left out. Raises UnusablePack when city.toml or the
        outline of the county cannot be used."""
        with without_sweeps():
            return cls(cls._city_of(folder, faults))

    @staticmethod
    def _city_of(folder: Path, faults: Faults) -> City:
        """The tables are let go before anything else is built: of a large city they are as large as all the rest."""
        tables = read_pack(folder, faults)
        if tables is None:
            raise UnusablePack(
                f"城市包 {folder} 的 city.toml 或 county.geojson 不可用，请运行 hub city check 查看。",
                f"city.toml or county.geojson of the pack {folder} cannot be used: run `hub city check`.",
            )
        check_references(tables, faults)
        try:
            return build_city(tables)
        except UnknownProjection as error:
            faults.add("city.toml", 0, f"projection: {error.en}")
            raise

    @property
    def divisions(self) -> Divisions:
        """Names of towns and communities by code."""
        return self._city.divisions

    def locate(self, text: str, hints: PlaceHints | None = None) -> PlaceAnswer:
        """Candidates for the places a text names, best first. Never raises on any text."""
        return self._locator.locate(text, hints)

    def reverse(self, point: GivenPoint) -> PlaceCandidate | None:
        """The nearest address of a point in any datum; None when the point lies outside the county."""
        return self._reverser.reverse(point)

    def suspect_datum(self, point: GivenPoint, named: PlaceCandidate | None = None) -> Datum | None:
        """The datum a point is probably in, when the stated one puts it well outside the county or well off the sharp
        place that words name, and this one does not; None when there is no reason to doubt."""
        return self._alarm.suspect(point, named)

    @property
    def local(self) -> Projection:
        """The plane in which other systems of the city give x and y in metres."""
        return self._city.local

    def explain(self, text: str, hints: PlaceHints | None = None) -> Explanation:
        """The answer of `locate` on a text, with its steps and the spans of the text behind it."""
        return self._locator.explain(text, hints)
