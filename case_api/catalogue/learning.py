"""Learning a model from sentences and corrections: one solve, no randomness, the same input gives the same model."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from case_api.catalogue.condition_model import Columns, ConditionCase, ConditionModel, fit_conditions
from case_api.catalogue.grams import Grams, is_sound, readings_mark
from case_api.catalogue.misheard import Misheard
from case_api.catalogue.place_words import PlaceWords
from case_api.catalogue.run_table import RunTable, sorted_runs
from case_api.catalogue.sentences import Lesson
from case_api.catalogue.solving import SparseRows, fit_softmax, least_squares, rising_curve, softmax
from case_api.catalogue.text_model import (
    INTENTS,
    ModelFacts,
    TextModel,
    intent_features,
    run_shares,
    sound_share,
)
from intake.errors import Invalid

Floats = NDArray[np.float32]
Floats64 = NDArray[np.float64]

PENALTY = 1.5
OFFSET_SHARE = 0.1
LEARNED_SOUND_SHARE = 0.4

_FEWEST_LESSONS = 50
_RARELY = 2
_SHOWN_PLACES = 0.25
_LIKE_ONE_POINT = 40
# Of those who call, more want something else than of the sentences.
_OTHERS_COUNT = 4.0
# What runs of one, two and three letters weigh; long ones repeat what the short ones inside them said.
_OF_CHARACTERS = (2.0, 1.0, 0.3)
_OF_SOUNDS = (0.7, 1.0, 0.4)

ListedWords = Callable[[str], tuple[Floats, Floats]]
"""What the listed words of a pack say of a text: (categories,) and (intents,)."""

ConditionWords = Callable[[str, str], Mapping[int, float]]
"""What the listed words of a text say of the conditions of a category: share by number."""


@dataclass(frozen=True, slots=True)
class Learner:
    """Makes models for one catalogue. `keys` are its categories, `conditions` the columns of their conditions,
    `glossary` what the pack lists as words of each, `inputs` a hash of what is learned from."""

    keys: tuple[str, ...]
    places: PlaceWords
    listed: ListedWords
    conditions: Columns
    condition_words: ConditionWords
    glossary: Sequence[Lesson]
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
        runs, rarity = _known_runs([*texts, *(lesson.text for lesson in self.glossary)])
        cut = _Cutter(RunTable(runs), rarity)
        taught = [*lessons, *self.glossary]
        rows = cut.rows([*texts, *(lesson.text for lesson in self.glossary)], LEARNED_SOUND_SHARE)
        solved = least_squares(rows, self._targets(taught), PENALTY, OFFSET_SHARE)
        wide = len(self.keys) + len(INTENTS)
        typed = solved.left_out(cut.rows(texts), np.arange(len(texts)))
        misheard = Misheard()
        half = np.arange(0, len(texts), 2)
        heard_texts = [misheard.text(texts[at]) for at in half]
        heard = solved.left_out(cut.rows(heard_texts), half)
        judged = self._judge(
            self._exam(lessons, texts, typed[:, :wide]),
            self._exam(lessons[::2], heard_texts, heard[:, :wide]),
        )
        cases = self._condition_cases(lessons, texts, typed[:, wide:])
        factors, right = fit_conditions(self.conditions, cases)
        weights, scale = _in_eight_bits(solved.weights)
        return TextModel(
            facts=judged.facts(lessons, right, self.inputs, now),
            keys=self.keys,
            runs=runs,
            rarity=rarity,
            weights=np.ascontiguousarray(weights[:, :wide]),
            scale=scale[:wide],
            offset=solved.offset[:wide],
            category_factors=judged.category_factors,
            intent_factors=judged.intent_factors,
            lesson_marks=np.array([lesson_mark(lesson) for lesson in lessons], np.uint64),
            lesson_hits=judged.hits,
            curve=judged.curve,
            conditions=ConditionModel(
                self.conditions,
                np.ascontiguousarray(weights[:, wide:]),
                scale[wide:],
                solved.offset[wide:],
                factors / max(factors[1], 1e-3),
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

    def _exam(self, lessons: Sequence[Lesson], texts: Sequence[str], scores: Floats) -> Exam:
        words = [self.listed(text) for text in texts]
        listed = np.array([categories for categories, _ in words], np.float32)
        features = [
            intent_features(scores[row, len(self.keys) :], words[row][1], float(listed[row].max(initial=0)))
            for row in range(len(lessons))
        ]
        return Exam(
            of_category=np.stack([scores[:, : len(self.keys)], listed], axis=-1),
            of_intent=np.stack(features),
            keys=np.array([self.keys.index(one.category_key) if one.category_key else -1 for one in lessons], np.int64),
            intents=np.array([INTENTS.index(lesson.intent) for lesson in lessons], np.int64),
        )

    @staticmethod
    def _judge(typed: Exam, heard: Exam) -> Judged:
        both = Exam(*(np.concatenate(pair) for pair in zip(typed.parts(), heard.parts(), strict=True)))
        about = both.keys >= 0
        category_factors = fit_softmax(both.of_category[about], both.keys[about])
        counts = np.where(about | (both.intents == INTENTS.index("chase_up")), 1.0, _OTHERS_COUNT)
        intent_factors = fit_softmax(both.of_intent, both.intents, counts)
        about = typed.keys >= 0
        ranks = np.argsort(-(typed.of_category @ category_factors), axis=1)
        intent_hits = (typed.of_intent @ intent_factors).argmax(axis=1) == typed.intents
        right = ranks[:, 0] == typed.keys
        said = both.confidence(category_factors, intent_factors)
        first = (both.of_category @ category_factors).argmax(axis=1) == both.keys
        return Judged(
            category_factors,
            intent_factors,
            rising_curve(said, first, counts, _LIKE_ONE_POINT),
            np.where(about, right, intent_hits),
            float(right[about].mean()),
            float((ranks[about, :3] == typed.keys[about, None]).any(axis=1).mean()),
            float(intent_hits.mean()),
        )


@dataclass(frozen=True, slots=True)
class _Cutter:
    """Texts to rows of a model's runs."""

    table: RunTable
    rarity: Floats

    def rows(self, texts: Sequence[str], share: float | None = None) -> SparseRows:
        """One row a text, with a share of sounds or with as much as the text asks for."""
        grams = Grams()
        rows = []
        for text in texts:
            known = self.table.known(grams.letters(text))
            of_sounds = sound_share(known.oddness) if share is None else share
            sounds = self.table.sounding[known.numbers]
            rows.append((known.numbers, run_shares(self.rarity[known.numbers], sounds, of_sounds)))
        return SparseRows.of(rows, len(self.rarity))


@dataclass(frozen=True, slots=True)
class Exam:
    """Texts that were left out: what was made of each, and the answers. `keys` is -1 where a text names no category."""

    of_category: Floats
    of_intent: Floats
    keys: NDArray[np.int64]
    intents: NDArray[np.int64]

    def parts(self) -> tuple[NDArray[Any], ...]:
        """All four, in order."""
        return self.of_category, self.of_intent, self.keys, self.intents

    def confidence(self, category_factors: Floats64, intent_factors: Floats64) -> Floats64:
        """Chance of the first guess, that the text reports a problem included, as a classifier says it."""
        chances = softmax(self.of_category @ category_factors).max(axis=1)
        intents = softmax(self.of_intent @ intent_factors)
        return np.asarray(chances * (intents[:, INTENTS.index("problem")] + intents[:, INTENTS.index("chase_up")]))


@dataclass(frozen=True, slots=True)
class Judged:
    """How well lessons are read that were left out of learning, and the factors that make chances of scores. The shares
    are of texts as written; factors and curve are of texts as written and as heard."""

    category_factors: Floats64
    intent_factors: Floats64
    curve: Floats64
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


def _known_runs(texts: Sequence[str]) -> tuple[tuple[str, ...], Floats]:
    """Runs that occur in two texts at least, and what each weighs."""
    grams = Grams()
    counts = Counter(run for text in texts for run in grams.all(grams.letters(text)))
    runs = sorted_runs({run for run, count in counts.items() if count >= _RARELY and "\n" not in run})
    rarity = np.log((len(texts) + 1) / np.array([counts[run] for run in runs], np.float64))
    weights = [(_OF_SOUNDS if is_sound(run) else _OF_CHARACTERS)[len(run) - 1] for run in runs]
    return runs, (rarity * np.sqrt(weights)).astype(np.float32)
