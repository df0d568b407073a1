"""Reading categories.csv and conditions.csv into a catalogue, every fault noted."""

from __future__ import annotations

from pathlib import Path

from case_api.catalogue.catalogue import Catalogue, CategoryEntry, ConditionRule, general_rule
from case_api.catalogue.rows import CategoryRow, ConditionRow
from intake.model import Category, Condition
from intake.pack import Faults, read_rows

CATEGORIES = "categories.csv"
CONDITIONS = "conditions.csv"

_Rules = dict[tuple[str, str], list[ConditionRule]]


def read_catalogue(folder: Path, standard: str, general_limit: tuple[int, str], faults: Faults) -> Catalogue:
    """The catalogue of a pack. `standard` is the version the city applies; `general_limit` is the value and unit for
    categories without a condition of their own, which are warned about."""
    categories = _read_categories(folder, faults)
    known = {identity: category for identity, (_, category) in categories.items()}
    if categories and not any(version == standard for version, _ in known):
        listed = "、".join(dict.fromkeys(version for version, _ in known))
        faults.add(CATEGORIES, 0, f"no category of the standard {standard!r} that city.toml names; listed: {listed}")
    rules = _read_conditions(folder, standard, known, faults)
    versions: dict[str, dict[str, CategoryEntry]] = {}
    for (version, key), (line, category) in categories.items():
        own = tuple(rules.get((version, key), ()))
        if not own and version == standard:
            limit = f"{general_limit[0]} {general_limit[1]}"
            faults.warn(CATEGORIES, line, f"{key} {category.name} has no filing condition; {limit} will be used")
        entry = CategoryEntry(category, own or (general_rule(key, *general_limit),))
        versions.setdefault(version, {})[key] = entry
    return Catalogue(standard, versions, _groups(versions.get(standard, {})))


def _read_categories(folder: Path, faults: Faults) -> dict[tuple[str, str], tuple[int, Category]]:
    found: dict[tuple[str, str], tuple[int, Category]] = {}
    for line, row in read_rows(folder, CATEGORIES, CategoryRow, faults):
        category = Category(**row.model_dump())
        identity = (row.standard, category.key)
        if identity in found:
            first = found[identity][0]
            faults.add(CATEGORIES, line, f"{category.key} of {row.standard} is already on line {first}")
            continue
        found[identity] = (line, category)
    return found


def _read_conditions(folder: Path, standard: str, known: dict[tuple[str, str], Category], faults: Faults) -> _Rules:
    rules: _Rules = {}
    lines: dict[tuple[str, str, int], int] = {}
    for line, row in read_rows(folder, CONDITIONS, ConditionRow, faults):
        version = row.standard or standard
        identity = (version, row.category_key, row.number)
        if (version, row.category_key) not in known:
            faults.add(CONDITIONS, line, f"category_key: {row.category_key} is not in {CATEGORIES} for {version}")
        elif identity in lines:
            faults.add(
                CONDITIONS, line, f"number: {row.category_key} has a condition {row.number} on line {lines[identity]}"
            )
        else:
            lines[identity] = line
            rules.setdefault((version, row.category_key), []).append(_rule(row))
    return rules


def _rule(row: ConditionRow) -> ConditionRule:
    condition = Condition(
        category_key=row.category_key,
        number=row.number,
        filing=row.filing,
        limit_value=row.limit_value,
        limit_unit=row.limit_unit.value,
        closing=row.closing,
    )
    keywords = tuple(dict.fromkeys(word.strip() for word in row.keywords.split("|") if word.strip()))
    return ConditionRule(condition, keywords, row.urgency)


def _groups(entries: dict[str, CategoryEntry]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for key, entry in entries.items():
        if entry.category.group:
            groups[entry.category.group] = (*groups.get(entry.category.group, ()), key)
    return groups
