"""What the city pack tells the outside, put together once from the rooms that read it."""

from __future__ import annotations

from case_api.api import CityViews
from case_api.api.shapes import (
    CatalogueEntryView,
    CatalogueView,
    ConditionView,
    DivisionView,
    UnitEntryView,
)
from case_api.casepack import CasePack
from case_api.catalogue.catalogue import CategoryEntry
from case_api.store.case_views import category_view
from geocode import CityGeocoder, Division


def city_views(pack: CasePack, geocoder: CityGeocoder) -> CityViews:
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
        divisions=tuple(_division(one) for one in geocoder.divisions),
    )


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
