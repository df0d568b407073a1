"""The catalogue of a city: categories and filing conditions, per version of the standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from intake.errors import NotFound
from intake.model import Category, Condition, Urgency

GENERAL_CONDITION = 0


@dataclass(frozen=True, slots=True)
class ConditionRule:
    """A condition with the words that choose it, and the urgency it brings."""

    condition: Condition
    keywords: tuple[str, ...]
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class CategoryEntry:
    """A category with its conditions in the order of the pack, never none: the first is the default."""

    category: Category
    rules: tuple[ConditionRule, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All versions of the catalogue by `standard`; `standard` is the one the city applies now.

    Keys such as `部件0101` are unique within a standard only: a case of an older standard is looked up with it.
    """

    standard: str
    versions: Mapping[str, Mapping[str, CategoryEntry]]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def standards(self) -> tuple[str, ...]:
        """The standards that the pack lists."""
        return tuple(self.versions)

    def entries(self, standard: str | None = None) -> Sequence[CategoryEntry]:
        """All entries of a standard, in the order of the pack."""
        return tuple(self.versions.get(standard or self.standard, {}).values())

    def find(self, key: str, standard: str | None = None) -> CategoryEntry | None:
        """The entry of a key such as `部件0101`; None when the standard has none."""
        return self.versions.get(standard or self.standard, {}).get(key)

    def entry(self, key: str, standard: str | None = None) -> CategoryEntry:
        """The entry of a key. Raises NotFound."""
        found = self.find(key, standard)
        if found is None:
            raise NotFound(f"目录中没有类别“{key}”", f"the catalogue has no category {key!r}")
        return found

    def condition(self, key: str, number: int, standard: str | None = None) -> Condition:
        """One condition of a category. Raises NotFound."""
        for rule in self.entry(key, standard).rules:
            if rule.condition.number == number:
                return rule.condition
        raise NotFound(f"“{key}”没有第{number}号立案条件", f"{key} has no filing condition {number}")

    def kin(self, key: str) -> tuple[str, ...]:
        """Keys of the current standard in which duplicates of this category are sought, itself included."""
        entry = self.find(key)
        return self.groups.get(entry.category.group, (key,)) if entry is not None else (key,)


def general_rule(key: str, limit_value: int, limit_unit: str) -> ConditionRule:
    """The condition of a category for which the pack lists none."""
    condition = Condition(
        category_key=key,
        number=GENERAL_CONDITION,
        filing="存在影响市容、使用或安全的情形",
        limit_value=limit_value,
        limit_unit=limit_unit,
        closing="恢复原状，消除影响",
    )
    return ConditionRule(condition, (), Urgency.NORMAL)
