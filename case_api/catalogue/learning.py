"""Learning a model from sentences and corrections: one solve, no randomness, the same input gives the same model."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from case_api.catalogue.condition_model import Columns, ConditionCase, ConditionModel, fit_conditions
from case_api.catalogue.grams import Grams, Letters, readings_mark
from case_api.catalogue.place_words import PlaceWords
from case_api.catalogue.sentences import Lesson
from case_api.catalogue.solving import SparseRows, fit_softmax, least_squares
from case_api.catalogue.text_model import (
    INTENTS,
    ModelFacts,
    TextModel,
    intent_features,
    run_shares,
    sounding,
)
from intake.errors import Invalid

Floats = NDArray[np.float32]

PENALTY = 1.5
OFFSET_SHARE = 0.1

_FEWEST_LESSONS = 50
_RARELY = 2
_SHOWN_PLACES = 0.25

ListedWords = Callable[[str], tuple[Floats, Floats]]
"""What the listed words of a pack say of a text: (categories,) and (intents,)."""

ConditionWords = Callable[[str, str], Mapping[int, float]]
"""What the listed words of a text say of the conditions of a category: share by number."""


@dataclass(frozen=True, slots=True)
class Learner:
    """Makes models for one catalogue. `keys` are its categories, `conditions` the columns of their conditions, `inputs`
    a hash of what is learned from."""

    keys: tuple[str, ...]
    places: PlaceWords
    listed: ListedWords
    conditions: Columns
    condition_words: ConditionWords
    inputs: str

    def learn(self, lessons: Sequence[Lesson], now: datetime | None) -> TextModel:
        """A model of all lessons; without a time the same lessons give the same bytes. Raises Invalid when there are
        too few to learn from."""
        if len(lessons) < _FEWEST_LESSONS:
            raise Invalid(
                f"例句只有{len(lessons)}条，至少需要{_FEWEST_LESSONS}条。",
                f"{len(lessons)} sentences are too few to learn from: {_FEWEST_LESSONS} are needed.",
            )
        texts = [self._shown(lesson) for lesson in lessons]
        grams = Grams()
        letters = [grams.letters(text) for text in texts]
        runs, rarity = _known_runs(grams, letters)
        numbers = {run: at for at, run in enumerate(runs)}
        sounds = sounding(runs)
        found = [list(grams.known(one, numbers)) for one in letters]
        rows = SparseRows.of([(columns, run_shares(rarity[columns], sounds[columns])) for columns in found], len(runs))
        solved = least_squares(rows, self._targets(lessons), PENALTY, OFFSET_SHARE)
        wide = len(self.keys) + len(INTENTS)
        judged = self._judge(lessons, texts, solved.left_out[:, :wide])
        cases = self._condition_cases(lessons, texts, solved.left_out[:, wide:])
        factors, right = fit_conditions(self.conditions, cases)
        weights, scale = _in_eight_bits(solved.weights)
        return TextModel(
            facts=judged.facts(lessons, right, self.inputs, now),
            keys=self.keys,
            runs=runs,
            rarity=rarity,
            weights=weights[:, :wide],
            scale=scale[:wide],
            offset=solved.offset[:wide],
            category_factors=judged.category_factors,
            intent_factors=judged.intent_factors,
            lesson_marks=np.array([lesson_mark(lesson) for lesson in lessons], np.uint64),
            lesson_hits=judged.hits,
            conditions=ConditionModel(
                self.conditions, weights[:, wide:], scale[wide:], solved.offset[wide:], factors / max(factors[1], 1e-3)
            ),
        )

    def _shown(self, lesson: Lesson) -> str:
        """The text without its place, but for some: a report names places that no pack knows, too."""
        if zlib.crc32(lesson.text.encode(), 1) % 100 < _SHOWN_PLACES * 100:
            return lesson.text
        return self.places.hide(lesson.text)

    def _targets(self, lessons: Sequence[Lesson]) -> Floats:
        columns = {key: at for at, key in enumerate(self.keys)}
        wide = len(self.keys) + len(INTENTS)
        last = max((column for own in self.conditions.values() for column in own.values()), default=-1)
        targets = np.zeros((len(lessons), wide + last + 1), np.float32)
        for row, lesson in enumerate(lessons):
            if lesson.category_key:
                targets[row, columns[lesson.category_key]] = 1
            targets[row, len(self.keys) + INTENTS.index(lesson.intent)] = 1
            column = self.conditions.get(lesson.category_key, {}).get(lesson.condition or 0)
            if column is not None:
                targets[row, wide + column] = 1
        return targets

    def _condition_cases(self, lessons: Sequence[Lesson], texts: Sequence[str], scores: Floats) -> list[ConditionCase]:
        return [
            ConditionCase(
                one.category_key, one.condition, scores[row], self.condition_words(texts[row], one.category_key)
            )
            for row, one in enumerate(lessons)
            if one.condition is not None and one.condition in self.conditions.get(one.category_key, {})
        ]

    def _judge(self, lessons: Sequence[Lesson], texts: Sequence[str], scores: Floats) -> Judged:
        words = [self.listed(text) for text in texts]
        listed = np.array([categories for categories, _ in words], np.float32)
        intents = np.array([INTENTS.index(lesson.intent) for lesson in lessons], np.int64)
        about = np.array([bool(lesson.category_key) for lesson in lessons], np.bool_)
        keys = np.array([self.keys.index(one.category_key) for one in lessons if one.category_key], np.int64)
        of_category = np.stack([scores[about, : len(self.keys)], listed[about]], axis=-1)
        of_intent = np.stack(
            [
                intent_features(scores[row, len(self.keys) :], words[row][1], float(listed[row].max(initial=0)))
                for row in range(len(lessons))
            ]
        )
        category_factors = fit_softmax(of_category, keys)
        intent_factors = fit_softmax(of_intent, intents)
        ranks = np.argsort(-(of_category @ category_factors), axis=1)
        intent_hits = (of_intent @ intent_factors).argmax(axis=1) == intents
        hits = intent_hits.copy()
        hits[about] = ranks[:, 0] == keys
        return Judged(
            category_factors,
            intent_factors,
            hits,
            float((ranks[:, 0] == keys).mean()),
            float((ranks[:, :3] == keys[:, None]).any(axis=1).mean()),
            float(intent_hits.mean()),
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """How well lessons are read that were left out of learning, and the factors that make chances of scores."""

    category_factors: NDArray[np.float64]
    intent_factors: NDArray[np.float64]
    hits: NDArray[np.bool_]
    first: float
    in_three: float
    intents: float

    def facts(self, lessons: Sequence[Lesson], conditions: float, inputs: str, now: datetime | None) -> ModelFacts:
        """The facts of the model made with these; `conditions` is the share of conditions read rightly."""
        desk = sum(lesson.learned_from == "desk" for lesson in lessons)
        return ModelFacts(
            made_at=now.isoformat(timespec="seconds") if now else "",
            inputs=inputs,
            readings=readings_mark(),
            sentences=len(lessons) - desk,
            corrections=desk,
            first=round(self.first, 4),
            in_three=round(self.in_three, 4),
            intents=round(self.intents, 4),
            conditions=round(conditions, 4),
        )


def lesson_mark(lesson: Lesson) -> int:
    """64 bits that know a lesson again."""
    words = f"{lesson.text}\x1f{lesson.intent}\x1f{lesson.category_key}"
    return int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def share_right(model: TextModel, lessons: Sequence[Lesson], reads: Callable[[Lesson], bool]) -> float:
    """Share of lessons that a model reads rightly, by `reads`; those it learned from count as they were read when left
    out, so that an old and a new model can be compared over the same lessons."""
    known = dict(zip(model.lesson_marks.tolist(), model.lesson_hits.tolist(), strict=True))
    hits = [known[mark] if (mark := lesson_mark(lesson)) in known else reads(lesson) for lesson in lessons]
    return sum(hits) / max(len(hits), 1)


def _in_eight_bits(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Whole numbers up to 127 and what each column of them is times."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / np.float32(127)
    return np.rint(weights / scale).astype(np.int8), scale.astype(np.float32)


def _known_runs(grams: Grams, letters: Sequence[Letters]) -> tuple[tuple[str, ...], Floats]:
    counts = Counter(run for one in letters for run in grams.all(one))
    runs = tuple(sorted(run for run, count in counts.items() if count >= _RARELY and "\n" not in run))
    rarity = np.log((len(letters) + 1) / np.array([counts[run] for run in runs], np.float64))
    return runs, rarity.astype(np.float32)
