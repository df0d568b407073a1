"""The geocoder that serves: it answers from the city that is loaded now, and takes another without a pause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geocode.divisions import Divisions
from geocode.explain import Explanation
from geocode.geocoder import CityGeocoder
from geocode.version import pack_version
from intake.errors import FieldFault, Invalid
from intake.model import Datum, GivenPoint, PlaceAnswer, PlaceCandidate
from intake.pack import Fault, Faults
from intake.ports import PlaceHints

_SHOWN = 5


class FaultyPack(Invalid):
    """A pack with faults does not take the place of the one that serves; `found` says what they are."""

    def __init__(self, faults: Faults) -> None:
        shown = "；".join(str(fault) for fault in faults.found[:_SHOWN])
        super().__init__(
            f"城市数据包有{len(faults.found)}处错误（用 hub city check 查看全部）：{shown}",
            f"The city pack has {len(faults.found)} faults (hub city check names them all): {shown}",
            [FieldFault(f"/{one.file}/{one.line}", one.reason, one.reason) for one in faults.found[:_SHOWN]],
        )
        self.found: tuple[Fault, ...] = tuple(faults.found)


@dataclass(frozen=True, slots=True)
class LoadedCity:
    """A city that is whole: its geocoder, the version of the files it came from, and since when it serves."""

    geocoder: CityGeocoder
    version: str
    since: datetime


def load_city(folder: Path, now: datetime) -> LoadedCity:
    """Read the pack of a folder. Raises FaultyPack, UnusablePack or UnknownProjection when it cannot be used."""
    # Before the files are read: what changes meanwhile is another version, and can be loaded again.
    version = pack_version(folder)
    faults = Faults()
    geocoder = CityGeocoder.from_pack(folder, faults)
    if faults.found:
        raise FaultyPack(faults)
    return LoadedCity(geocoder, version, now)


class ServingGeocoder:
    """The port `intake.ports.Geocoder` over the city that serves. Every method may be called from any thread; an
    answer comes from one city as a whole."""

    def __init__(self, loaded: LoadedCity) -> None:
        self._loaded = loaded

    def take(self, loaded: LoadedCity) -> None:
        """Serve another city from now on; answers under way end with the one they began with."""
        self._loaded = loaded

    @property
    def loaded(self) -> LoadedCity:
        """What serves now."""
        return self._loaded

    @property
    def city(self) -> CityGeocoder:
        """The geocoder that serves now: for one use, not to be kept."""
        return self._loaded.geocoder

    @property
    def divisions(self) -> Divisions:
        """Names of towns and communities by code, as they are now."""
        return self._loaded.geocoder.divisions

    def locate(self, text: str, hints: PlaceHints | None = None) -> PlaceAnswer:
        """Candidates for the places a text names, best first. Never raises on any text."""
        return self._loaded.geocoder.locate(text, hints)

    def reverse(self, point: GivenPoint) -> PlaceCandidate | None:
        """The nearest address of a point in any datum; None when the point lies outside the county."""
        return self._loaded.geocoder.reverse(point)

    def suspect_datum(self, point: GivenPoint, named: PlaceCandidate | None = None) -> Datum | None:
        """The datum a point is probably in, when the stated one puts it where it cannot be."""
        return self._loaded.geocoder.suspect_datum(point, named)

    def explain(self, text: str, hints: PlaceHints | None = None) -> Explanation:
        """The answer of `locate` on a text, with its steps and the spans of the text behind it."""
        return self._loaded.geocoder.explain(text, hints)
