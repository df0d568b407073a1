"""What the public form offers as pictures: a handful of frequent categories, named by the city pack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from intake.pack import Faults, read_rows

CHOICES_FILE = "form_choices.csv"


@dataclass(frozen=True, slots=True)
class Choice:
    """One picture of the form: the category key it sends, its words, and the name of its icon."""

    key: str
    zh: str
    en: str
    icon: str


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")

    category_key: str
    name: str = Field(min_length=1, max_length=12)
    name_en: str = Field(min_length=1, max_length=24)
    icon: str = Field(pattern=r"^[a-z]+$")


def read_choices(folder: Path, faults: Faults, known_category: Callable[[str], bool]) -> Sequence[Choice]:
    """The choices of a pack; none when it has no such file. Unknown categories are faults."""
    if not (folder / CHOICES_FILE).exists():
        return ()
    choices = []
    for line, row in read_rows(folder, CHOICES_FILE, _Row, faults):
        if known_category(row.category_key):
            choices.append(Choice(row.category_key, row.name, row.name_en, row.icon))
        else:
            faults.add(CHOICES_FILE, line, f"category_key: the catalogue has no {row.category_key}")
    return tuple(choices)
