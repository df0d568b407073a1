"""The responsibility table: category x area -> unit, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from case_api.dispatch.units import Unit
from intake.errors import NotFound
from intake.model import Category


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. `category_prefix` is what stands before the stars (`部件0101`, `部件01`, empty for all), `area_prefix`
    the leading digits of a division code (empty for everywhere)."""

    line: int
    priority: int
    category_prefix: str
    area_prefix: str
    unit: Unit
    reason: str

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Sorts the row that wins first: smaller priority, closer category, smaller area, earlier line."""
        return (self.priority, -len(self.category_prefix), -len(self.area_prefix), self.line)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit with the reasons (zh): the row that won, and what it stood against."""

    unit: Unit
    reasons: tuple[str, ...]


class Responsibility:
    """The table of one city. Rows for a category are sorted once and remembered, and so is what was found in a place:
    a city has some fifty thousand pairs of category and community at most."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = sorted(rules, key=lambda rule: rule.rank)
        self._by_category: dict[str, list[Rule]] = {}
        self._found: dict[tuple[str, str], Assignment] = {}

    def find(self, category: Category, code12: str) -> Assignment:
        """The unit for a category in a division (12 digits). The smallest priority number wins, then the exact
        category before its class before `*`, then the longer area. Where no row applies, an area outside the table,
        the row that ranks last takes it, and the reasons say so. Raises NotFound for a category without any row."""
        known = self._found.get((category.key, code12))
        if known is None:
            known = self._found[category.key, code12] = self._look(category, code12)
        return known

    def _look(self, category: Category, code12: str) -> Assignment:
        rules = self.rules_for(category)
        for position, rule in enumerate(rules):
            if code12.startswith(rule.area_prefix):
                runner_up = next(
                    (other for other in rules[position + 1 :] if code12.startswith(other.area_prefix)), None
                )
                return Assignment(rule.unit, _explain(category, rule, runner_up))
        if rules:
            last = rules[-1]
            return Assignment(
                last.unit, (f"责任表没有写到区域 {code12}，暂交兜底单位", *_explain(category, last, None))
            )
        raise NotFound(
            f"责任表中没有“{category.key} {category.name}”的责任单位，请补充 responsibility.csv",
            f"no row of responsibility.csv names a unit for {category.key}: add one",
        )

    def rules_for(self, category: Category) -> list[Rule]:
        """Rows that speak of a category, the winner of each area first."""
        found = self._by_category.get(category.key)
        if found is None:
            found = [rule for rule in self._rules if category.key.startswith(rule.category_prefix)]
            self._by_category[category.key] = found
        return found


def _explain(category: Category, rule: Rule, runner_up: Rule | None) -> tuple[str, ...]:
    won = f"责任表第{rule.line}行（{_category_words(category, rule)}，{_area_words(rule)}，优先级{rule.priority}）"
    reasons = [f"{won} → {rule.unit.name}" + (f"：{rule.reason}" if rule.reason else "")]
    if runner_up is not None and runner_up.unit.code != rule.unit.code:
        reasons.append(f"先于第{runner_up.line}行（{runner_up.unit.name}）：{_advantage(rule, runner_up)}")
    return tuple(reasons)


def _category_words(category: Category, rule: Rule) -> str:
    if rule.category_prefix == category.key:
        return f"类别 {category.key} {category.name}"
    if rule.category_prefix.endswith(category.class_code):
        return f"大类 {rule.category_prefix} {category.class_name}"
    return f"全部{rule.category_prefix or '类别'}"


def _area_words(rule: Rule) -> str:
    return f"区域 {rule.area_prefix}" if rule.area_prefix else "全市"


def _advantage(rule: Rule, other: Rule) -> str:
    if rule.priority != other.priority:
        return "优先级更高"
    if len(rule.category_prefix) != len(other.category_prefix):
        return "类别更具体"
    return "区域更小" if len(rule.area_prefix) != len(other.area_prefix) else "排在前面"
