"""What the city pack tells the outside, put together once from the rooms that read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from case_api.api import CityViews
from case_api.api.shapes import (
    CatalogueEntryView,
    CatalogueView,
    ConditionView,
    DivisionsView,
    DivisionView,
    UnitEntryView,
)
from case_api.casepack import CasePack
from case_api.catalogue.catalogue import CategoryEntry
from case_api.store.case_views import category_view
from geocode import Division, LoadedCity, ServingGeocoder


def city_views(pack: CasePack, geocoder: ServingGeocoder) -> CityViews:
    """Catalogue, units and divisions as the API answers them."""
    return CityViews(
        catalogue=CatalogueView(items=[_entry(entry) for entry in pack.catalogue.entries()]),
        units=tuple(
            UnitEntryView(
                code=unit.code,
                name=unit.name,
                name_en=unit.name_en,
                kind=unit.kind,
                parent_code=unit.parent_code or None,
            )
            for unit in pack.units.all()
        ),
        divisions=_Divisions(geocoder),
    )


class _Divisions:
    """The divisions of the city that serves; the same object as long as the same city does."""

    def __init__(self, geocoder: ServingGeocoder) -> None:
        self._geocoder = geocoder
        self._kept = (geocoder.loaded, _views(geocoder.loaded))

    def __call__(self) -> DivisionsView:
        loaded, views = self._kept
        if loaded is not self._geocoder.loaded:
            loaded = self._geocoder.loaded
            views = _views(loaded)
            self._kept = (loaded, views)
        return views


def _views(loaded: LoadedCity) -> DivisionsView:
    return DivisionsView(items=[_division(one) for one in loaded.geocoder.divisions])


class Addresses(Mapping[str, str]):
    """The address of each town and community by its code, as the city that serves has it."""

    def __init__(self, geocoder: ServingGeocoder) -> None:
        self._geocoder = geocoder

    def __getitem__(self, code12: str) -> str:
        if self._geocoder.divisions.get(code12) is None:
            raise KeyError(code12)
        return self._geocoder.divisions.address(code12)

    def __iter__(self) -> Iterator[str]:
        return iter([one.code12 for one in self._geocoder.divisions])

    def __len__(self) -> int:
        return sum(1 for _ in self._geocoder.divisions)


def _division(division: Division) -> DivisionView:
    return DivisionView(
        code12=division.code12,
        name=division.name,
        short_name=division.short_name,
        level="town" if division.is_town else "community",
        type=division.name.removeprefix(division.short_name),
        parent_code12=None if division.is_town else division.town_code12,
        place=division.is_place,
        lon=division.lon,
        lat=division.lat,
    )


def _entry(entry: CategoryEntry) -> CatalogueEntryView:
    view = category_view(entry.category)
    return CatalogueEntryView(
        **view.model_dump(),
        group=entry.category.group,
        conditions=[
            ConditionView(
                number=rule.condition.number,
                filing=rule.condition.filing,
                limit_value=rule.condition.limit_value,
                limit_unit=rule.condition.limit_unit,
                closing=rule.condition.closing,
            )
            for rule in entry.rules
        ],
    )
