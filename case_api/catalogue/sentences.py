"""Example sentences of a pack: what a citizen says, and the category or intent that a person gave to it."""

from __future__ import annotations

import csv
import random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from case_api.catalogue.catalogue import Catalogue
from intake.model import Classification, Intent
from intake.pack import Faults, read_rows

SENTENCES = "sentences"
FRAMES = "frames.csv"
ELSEWHERE = "elsewhere"

_SLOT = "{place}"
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


class SentenceRow(BaseModel):
    """One row of `sentences/*.csv`. Beside the intents there are `nonsense` and `elsewhere`, another office's business.
    `{place}` in a sentence stands for any place."""

    intent: Literal["problem", "chase_up", "consultation", "praise", "nonsense", "elsewhere"]
    category_key: str = ""
    condition: Annotated[int | None, BeforeValidator(_empty_is_none)] = None
    sentence: _Line


class FrameRow(BaseModel):
    """One row of `sentences/frames.csv`: words that stand around any complaint and say nothing of its kind."""

    part: Literal["place", "opening", "closing"]
    words: str = Field(min_length=1, max_length=40)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text with what it says. `intent` is a `SentenceRow` intent; `category_key` is empty where it names none."""

    text: str
    intent: str
    category_key: str = ""
    condition: int | None = None
    learned_from: Literal["pack", "desk"] = "pack"


def intent_of(word: str) -> Intent:
    """The intent of the model that a sentence's word stands for."""
    return Intent.UNCLEAR if word in ("nonsense", ELSEWHERE) else Intent(word)


def lesson_is_read(found: Classification, lesson: Lesson) -> bool:
    """Whether a classification says what the lesson says: its category where it has one, else its intent."""
    if lesson.category_key:
        return bool(found.guesses) and found.guesses[0].category.key == lesson.category_key
    return found.intent is intent_of(lesson.intent)


def has_sentences(folder: Path) -> bool:
    """Whether the pack brings sentences to learn from."""
    return (folder / SENTENCES).is_dir()


def sentence_files(folder: Path) -> list[Path]:
    """The files of sentences, by name."""
    return sorted(path for path in (folder / SENTENCES).glob("*.csv") if path.name != FRAMES)


def read_lessons(folder: Path, catalogue: Catalogue, faults: Faults) -> list[Lesson]:
    """Every sentence of a pack, set between words of its frames and places, alike every time."""
    frames = Frames.read(folder, faults)
    lessons: list[Lesson] = []
    seen: dict[str, str] = {}
    for path in sentence_files(folder):
        name = f"{SENTENCES}/{path.name}"
        for line, row in read_rows(folder, name, SentenceRow, faults):
            fault = _fault(row, catalogue)
            if row.sentence in seen:
                fault = f"sentence: is already in {seen[row.sentence]}"
            if fault:
                faults.add(name, line, fault)
                continue
            seen[row.sentence] = f"{name}:{line}"
            lessons.append(Lesson(frames.around(row), row.intent, row.category_key, row.condition))
    return lessons


def _fault(row: SentenceRow, catalogue: Catalogue) -> str:
    if row.intent == "problem" and not row.category_key:
        return "category_key: a problem names its category"
    if not row.category_key:
        return ""
    entry = catalogue.find(row.category_key)
    if entry is None:
        return f"category_key: {row.category_key} is not in categories.csv for {catalogue.standard}"
    if row.condition is not None and all(rule.condition.number != row.condition for rule in entry.rules):
        return f"condition: {row.category_key} has no condition {row.condition}"
    return ""


@dataclass(frozen=True, slots=True)
class Frames:
    """Words around a complaint by their part, and the city's own places. A complaint learned with them is known by its
    own words, not by where it happened or how politely it was put."""

    words: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, folder: Path, faults: Faults) -> Frames:
        """The frames of a pack and the names of its divisions; none where the pack has none."""
        words: dict[str, list[str]] = {"place": [], "opening": [], "closing": []}
        if (folder / SENTENCES / FRAMES).exists():
            for _, row in read_rows(folder, f"{SENTENCES}/{FRAMES}", FrameRow, faults):
                words[row.part].append(row.words)
        return cls(words | {"name": _division_names(folder)})

    def around(self, row: SentenceRow) -> str:
        """The sentence with its slot filled; a problem without a slot may get a place before it. The same row always
        gets the same words."""
        rng = random.Random(zlib.crc32(row.sentence.encode()))  # noqa: S311 - repeatable, not secret
        place = self._place(rng)
        if _SLOT in row.sentence:
            words = row.sentence.replace(_SLOT, place)
        else:
            words = row.sentence if row.intent != "problem" or rng.random() < 0.4 else place + row.sentence
        if row.intent in ("nonsense", "praise"):
            return words
        opening = self._one(rng, "opening") if rng.random() < 0.3 else ""
        closing = self._one(rng, "closing") if rng.random() < 0.3 else ""
        return opening + words + closing

    def _place(self, rng: random.Random) -> str:
        name, spot = self._one(rng, "name"), self._one(rng, "place")
        number = f"{rng.randrange(1, 400)}号"
        return rng.choice((name, name + number, spot, name + spot, name + number + spot))

    def _one(self, rng: random.Random, part: str) -> str:
        return rng.choice(self.words[part]) if self.words[part] else ""


def _division_names(folder: Path) -> list[str]:
    """Communities alone and after their town."""
    with (folder / "divisions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    towns = {row["code12"]: row["name"] for row in rows if row["level"] == "town"}
    said = [(row["parent_code12"], row["short_name"] + row["type"]) for row in rows if row["short_name"]]
    names = [(towns.get(town, ""), name) for town, name in said]
    return [words for town, name in names for words in (name, town + name)]
