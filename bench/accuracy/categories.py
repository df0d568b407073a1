"""Categories, conditions and intents on sentences that nothing was learned from, typed and heard, and the misses.

`data/category_sentences.csv` was written for this measurement alone; a test holds that no sentence of it is like one of
the pack. Its second collection was written when the classifier was done, in longer and less direct words: its misses
are not listed, so that nobody tunes by them.
"""

from __future__ import annotations

import csv
import itertools
import json
import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.accuracy.make import CITY
from bench.accuracy.sounds import Sounds
from case_api.casepack import read_case_pack
from case_api.catalogue import Catalogue, CityLearning, load_model
from intake.model import Classification, Intent
from intake.pack import Faults
from intake.ports import Classifier

SENTENCES = Path(__file__).parent / "data" / "category_sentences.csv"

_RESULTS = Path(__file__).parents[1] / "results"
_SPOKEN = Path(__file__).resolve().parents[3] / "shared" / "speech" / "spoken" / "spoken.csv"
_SEED = 12319
_ERROR_RATE = 0.2
_TARGETS = {
    "typed": (0.92, 0.98),
    "heard": (0.80, 0.92),
    "second_typed": (0.92, 0.98),
    "second_heard": (0.80, 0.92),
}
_INTENTS = {"nonsense": Intent.UNCLEAR, "elsewhere": Intent.UNCLEAR}
_SPOTS = ("万达广场旁边", "实验小学门口", "农贸市场对面", "老年协会门前", "鞋厂宿舍楼下", "车站边上", "卫生院附近")
_BINS = (0.0, 0.3, 0.5, 0.7, 0.9, 0.97, 1.01)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence and what it means; `key` is empty where it is about no category."""

    text: str
    intent: Intent
    key: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A sentence with what the classifier made of it."""

    said: Said
    answer: Classification

    @property
    def rank(self) -> int:
        """Place of the right category among the guesses from 0; 99 where it is missing."""
        keys = [guess.category.key for guess in self.answer.guesses]
        return keys.index(self.said.key) if self.said.key in keys else 99


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure; `tell` gets progress and the table."""
    pack = read_case_pack(CITY, Faults())
    if pack is None:
        raise RuntimeError("the demo city cannot be read")
    learning = CityLearning.read(CITY, pack.classifier, Faults())
    classifier = learning.classifier(load_model(learning.shipped))
    typed, second = typed_set("first"), typed_set("second")
    sets = {
        "typed": typed,
        "heard": heard_set(typed),
        "second_typed": second,
        "second_heard": heard_set(second),
    } | _spoken_sets(pack.catalogue)
    answers = {name: [Answered(one, classifier.classify(one.text)) for one in items] for name, items in sets.items()}
    figures = {name: _figures(name, answered) for name, answered in answers.items()}
    figures["typed_by_listed_words_alone"] = _figures(
        "typed", [Answered(one, pack.classifier.classify(one.text)) for one in typed]
    )
    for name, found in figures.items():
        tell(f"{name:28} " + "  ".join(f"{key} {value}" for key, value in found.items() if not isinstance(value, list)))
    _write_misses(answers)
    every = [one for answered in answers.values() for one in answered]
    facts = classifier.model.facts
    return {
        "sets": figures,
        "confidence": _calibration(every),
        "microseconds_a_text": {
            "learned": _microseconds(classifier, typed),
            "listed_words_alone": _microseconds(pack.classifier, typed),
        },
        "model": {
            "sentences": facts.sentences,
            "left_out_first": facts.first,
            "left_out_in_three": facts.in_three,
            "left_out_conditions": facts.conditions,
        },
    }


def typed_set(collection: str) -> list[Said]:
    """Every sentence of a collection once; a slot is filled with a place by seed, half of the others get one before."""
    rng = random.Random(_SEED)
    names = _village_names()
    said = []
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["collection"] == collection]
        for row in rows:
            place = rng.choice(names) + rng.choice(("", f"{rng.randrange(1, 300)}号", rng.choice(_SPOTS)))
            text = row["sentence"].replace("{place}", place)
            if text == row["sentence"] and row["intent"] == "problem" and rng.random() < 0.5:
                text = place + text
            intent = _INTENTS.get(row["intent"]) or Intent(row["intent"])
            said.append(Said(text, intent, row["category_key"]))
    return said


def heard_set(typed: Iterable[Said]) -> list[Said]:
    """The same as a recogniser writes them: a fifth of the characters wrong, lost or doubled."""
    rng, sounds = random.Random(_SEED + 1), Sounds()
    return [Said(_heard(one.text, rng, sounds), one.intent, one.key) for one in typed]


def _heard(text: str, rng: random.Random, sounds: Sounds) -> str:
    heard = ""
    for char in text:
        if char in "，。！？、":
            heard += rng.choice((",", "", "，"))
        elif "一" <= char <= "鿿" and rng.random() < _ERROR_RATE:
            heard += rng.choices([_misheard(char, rng, sounds), "", char * 2], [88, 9, 3])[0]
        else:
            heard += char
    return heard


def _misheard(char: str, rng: random.Random, sounds: Sounds) -> str:
    use = rng.choices(["same", "accent", "heard"], [60, 22, 18])[0]
    other = sounds.confused(char, use, rng) if use != "same" else None
    return other or rng.choice(sounds.homophones(char) or [char])


def _village_names() -> list[str]:
    with (CITY / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return [row["short_name"] + row["type"] for row in csv.DictReader(file) if row["short_name"]]


def _spoken_sets(catalogue: Catalogue) -> dict[str, list[Said]]:
    if not _SPOKEN.exists():
        return {}
    keys = {entry.category.name: entry.category.key for entry in catalogue.entries()}
    with _SPOKEN.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        f"spoken_{column}": [Said(row[column], Intent.PROBLEM, keys[row["category"]]) for row in rows]
        for column in ("said", "heard")
    }


def _figures(name: str, answered: Sequence[Answered]) -> dict[str, Any]:
    about = [one for one in answered if one.said.key and one.said.intent is Intent.PROBLEM]
    others = [one for one in answered if one.said.intent is not Intent.PROBLEM]
    figures: dict[str, Any] = {
        "first": _share(one.rank == 0 for one in about),
        "in_first_three": _share(one.rank < 3 for one in about),
        "of": len(about),
        "problem_taken_for_one": _share(one.answer.intent is Intent.PROBLEM for one in about),
    }
    if name in _TARGETS:
        figures |= {"wanted": list(_TARGETS[name])}
    if others:
        not_cases = [one for one in others if one.said.intent is not Intent.CHASE_UP]
        chased = [one for one in others if one.said.intent is Intent.CHASE_UP]
        figures |= {
            "not_a_case_recognised": _share(one.answer.intent is one.said.intent for one in not_cases),
            "not_a_case_filed": _share(_would_be_filed(one.answer) for one in not_cases),
            "chase_ups_recognised": _share(one.answer.intent is Intent.CHASE_UP for one in chased),
        }
    return figures


def _would_be_filed(answer: Classification) -> bool:
    """Whether a text with a place would open a case under the rules as shipped."""
    sure = bool(answer.guesses) and answer.guesses[0].confidence >= 0.3
    return sure and answer.intent not in (Intent.CONSULTATION, Intent.PRAISE)


def _share(hits: Iterable[bool]) -> float:
    listed = list(hits)
    return round(sum(listed) / max(len(listed), 1), 4)


def _calibration(answered: Sequence[Answered]) -> list[dict[str, float]]:
    about = [one for one in answered if one.said.key and one.answer.guesses]
    bins = []
    for low, high in itertools.pairwise(_BINS):
        inside = [one for one in about if low <= one.answer.guesses[0].confidence < high]
        if inside:
            mean = sum(one.answer.guesses[0].confidence for one in inside) / len(inside)
            bins.append(
                {"said": round(mean, 3), "right": _share(one.rank == 0 for one in inside), "texts": len(inside)}
            )
    return bins


def _write_misses(answers: dict[str, list[Answered]]) -> None:
    lines = []
    listed = {name: answered for name, answered in answers.items() if not name.startswith("second")}
    for name, answered in listed.items():
        for one in answered:
            wrong_kind = one.said.intent is Intent.PROBLEM and one.rank > 0
            if wrong_kind or one.answer.intent is not one.said.intent:
                guesses = [f"{guess.category.name} {guess.confidence}" for guess in one.answer.guesses[:3]]
                told = [name, one.said.text, one.said.intent, one.said.key, one.answer.intent, guesses]
                lines.append(json.dumps(told, ensure_ascii=False))
    (_RESULTS / "category_misses.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _microseconds(classifier: Classifier, items: Sequence[Said]) -> float:
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        for one in items:
            classifier.classify(one.text)
        best = min(best, time.perf_counter() - began)
    return round(best / len(items) * 1e6, 1)
