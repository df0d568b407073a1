"""The services that can be asked for: the city's categories under codes that every client can put into an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

OTHER = "other"
CONDITION = "condition"
PLACE_WORDS = "place_words"
CONFIDENTIAL = "confidential"
# 部件 and 事件 with four digits: keys of the catalogue. Letters beyond ASCII make some clients stumble over an address.
_LETTERS = {"部件": "P", "事件": "E"}


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a list."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One more question of a service; with `options` it is a list to choose one from, else a line of text."""

    code: str
    zh: str
    en: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of request. `category_key` is None for the one that leaves the choice to the hub."""

    code: str
    category_key: str | None
    name: str
    name_en: str
    description: str
    group: str
    keywords: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceList:
    """All services, known by code and by category. `changed_at` is when the catalogue last changed."""

    all: Sequence[Service]
    by_code: Mapping[str, Service]
    changed_at: datetime

    @classmethod
    def of(cls, services: Iterable[Service], changed_at: datetime) -> ServiceList:
        """These and, at the end, the one for everything else."""
        whole = (*services, _other())
        return cls(whole, {one.code: one for one in whole}, changed_at)

    def find(self, code: str) -> Service | None:
        """The service of a code, or of the key of a category."""
        return self.by_code.get(code) or self.by_code.get(service_code(code))

    def of_category(self, key: str | None) -> Service:
        """The service of a category; the general one for none and for one that is not in the catalogue any more."""
        return self.by_code.get(service_code(key)) or self.by_code[OTHER]


def service_code(category_key: str | None) -> str:
    """`P0101` for `部件0101`, `E0203` for `事件0203`; `other` for no category."""
    if not category_key:
        return OTHER
    kind, code = category_key[:-4], category_key[-4:]
    return f"{_LETTERS.get(kind, kind)}{code}"


def general_attributes() -> tuple[Attribute, ...]:
    """The questions that every service has."""
    yes_no = (Option("no", "否", "no"), Option("yes", "是", "yes"))
    return (
        Attribute(PLACE_WORDS, "补充位置说明，例如门牌、路口、对面的店", "More about the place: door, crossing, shop"),
        Attribute(CONFIDENTIAL, "是否要求保密", "Keep the request out of the public lists", yes_no),
    )


def _other() -> Service:
    return Service(
        code=OTHER,
        category_key=None,
        name="其他问题",
        name_en="Other problem",
        description="不确定属于哪一类时选此项，由系统按描述判断。",
        group="其他",
        attributes=general_attributes(),
    )
