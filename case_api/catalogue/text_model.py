"""What was learned from sentences, as numbers: which runs of letters speak for which category and which intent."""

from __future__ import annotations

import io
import json
import math
import zipfile
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from case_api.catalogue.condition_model import ConditionModel
from case_api.catalogue.grams import Grams, Letters, readings_mark
from case_api.catalogue.run_table import KnownRuns, RunTable
from intake.errors import Invalid

Floats = NDArray[np.float32]

INTENTS: Final = ("problem", "chase_up", "consultation", "praise", "nonsense", "elsewhere")
CATEGORY_FACTORS: Final = 2
INTENT_FACTORS: Final = 3 + len(INTENTS)

# Deflate remembers a time for each entry; a fixed one makes the same weights the same bytes.
_NOTHING = 1e-3
_WRITTEN_SOUND_SHARE = 0.15
_MISHEARD_SOUND_SHARE = 0.85
_STAMP = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Of what a model was made and how well it does on what it had not seen (leave-one-out), shares 0-1.

    `inputs` is a hash of everything it was learned from; `readings` marks the sounds of characters it was made with.
    """

    made_at: str
    inputs: str
    readings: str
    sentences: int
    corrections: int
    first: float
    in_three: float
    intents: float
    conditions: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as a model reads it: its known runs, the share of each in the text, and the scores of categories and
    intents."""

    letters: Letters
    known: KnownRuns
    shares: Floats
    scores: Floats


@dataclass(frozen=True, slots=True, eq=False)
class TextModel:
    """Immutable; safe from any thread. `weights` (runs, categories + intents) are whole numbers times `scale`."""

    facts: ModelFacts
    keys: tuple[str, ...]
    runs: tuple[str, ...]
    rarity: Floats
    weights: NDArray[np.int8]
    scale: Floats
    offset: Floats
    category_factors: NDArray[np.float64]
    intent_factors: NDArray[np.float64]
    lesson_marks: NDArray[np.uint64]
    lesson_hits: NDArray[np.bool_]
    curve: NDArray[np.float64]
    conditions: ConditionModel
    grams: Grams = field(init=False)
    table: RunTable = field(init=False)
    _category_factors: list[float] = field(init=False)
    _intent_factors: list[float] = field(init=False)
    _curve: list[tuple[float, float]] = field(init=False)

    def __post_init__(self) -> None:
        """Make what is looked up for every text."""
        object.__setattr__(self, "grams", Grams())
        object.__setattr__(self, "table", RunTable(self.runs))
        object.__setattr__(self, "_category_factors", self.category_factors.tolist())
        object.__setattr__(self, "_intent_factors", self.intent_factors.tolist())
        object.__setattr__(self, "_curve", [(float(raw), float(share)) for raw, share in self.curve])

    def read(self, text: str) -> Reading:
        """Scores of every category and intent. Any text, in bounded time."""
        letters = self.grams.letters(text)
        known = self.table.known(letters)
        numbers = known.numbers
        shares = run_shares(self.rarity.take(numbers), self.table.sounding.take(numbers), sound_share(known.oddness))
        scores = shares @ self.weights.take(numbers, axis=0).astype(np.float32) * self.scale + self.offset
        return Reading(letters, known, shares, scores)

    def category_chances(self, reading: Reading, words: Floats) -> Floats:
        """Chances (categories,) if the text is about the city at all; `words` is what the listed words say, 0-1."""
        of_score, of_words = self._category_factors
        scores = of_score * reading.scores[: len(self.keys)]
        scores += of_words * words
        scores -= scores.max()
        np.exp(scores, out=scores)
        scores /= scores.sum()
        return np.asarray(scores, np.float32)

    def intent_chances(self, reading: Reading, words: Sequence[float], certainty: float) -> list[float]:
        """Chances (intents,); `words` is what the listed words say, `certainty` how sure they are of a category."""
        # The same as a softmax of `intent_features` times the factors; six numbers are quicker without numpy.
        of_score, of_words, of_certainty, *habits = self._intent_factors
        told = zip(reading.scores[len(self.keys) :].tolist(), words, habits, strict=True)
        scores = [of_score * score + of_words * word + habit for score, word, habit in told]
        scores[0] += of_certainty * certainty
        top = max(scores)
        raised = [math.exp(score - top) for score in scores]
        total = sum(raised)
        return [one / total for one in raised]

    def calibrated(self, confidence: float) -> float:
        """The share of texts, 0-1, whose first guess is right when the chances say `confidence`."""
        at = min(bisect_right(self._curve, (confidence, 1.0)), len(self._curve) - 1)
        (low, at_low), (high, at_high) = self._curve[at - 1], self._curve[at]
        return at_low + (at_high - at_low) * (confidence - low) / (high - low) if high > low else at_high

    def share_of(self, reading: Reading, column: int) -> Floats:
        """How much each run found speaks for one column, against what it says for all categories or intents."""
        limits = (0, len(self.keys)) if column < len(self.keys) else (len(self.keys), len(self.scale))
        rows = self.weights[reading.known.numbers, slice(*limits)].astype(np.float32) * self.scale[slice(*limits)]
        return np.asarray(reading.shares * (rows[:, column - limits[0]] - rows.mean(axis=1)), np.float32)

    def as_bytes(self) -> bytes:
        """The model as one file, the same bytes for the same numbers."""
        told: dict[str, Any] = {
            "facts": asdict(self.facts),
            "keys": self.keys,
            "conditions": [[key, *pair] for key, own in self.conditions.columns.items() for pair in own.items()],
        }
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        arrays |= {f"conditions.{name}": getattr(self.conditions, name) for name in _CONDITION_ARRAYS}
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in [
                ("facts.json", json.dumps(told, ensure_ascii=False, indent=1).encode()),
                ("runs.txt", "\n".join(self.runs).encode()),
                *((f"{name}.npy", _array_bytes(array)) for name, array in arrays.items()),
            ]:
                archive.writestr(zipfile.ZipInfo(name, _STAMP), data, zipfile.ZIP_DEFLATED)
        return held.getvalue()


_ARRAYS = (
    "rarity",
    "weights",
    "scale",
    "offset",
    "category_factors",
    "intent_factors",
    "lesson_marks",
    "lesson_hits",
    "curve",
)


_CONDITION_ARRAYS = ("weights", "scale", "offset", "factors")


def load_model(path: Path) -> TextModel:
    """A model from its file. Raises Invalid when it cannot be read or was made with other readings of characters."""
    try:
        with zipfile.ZipFile(path) as archive:
            told = json.loads(archive.read("facts.json"))
            runs = tuple(archive.read("runs.txt").decode().split("\n"))
            arrays = {name: np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False) for name in _ARRAYS}
            conditions = [
                np.load(io.BytesIO(archive.read(f"conditions.{name}.npy")), allow_pickle=False)
                for name in _CONDITION_ARRAYS
            ]
            facts = ModelFacts(**told["facts"])
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise Invalid(f"模型文件{path.name}无法读取。", f"The model {path} cannot be read: {error}") from error
    if facts.readings != readings_mark():
        raise Invalid(
            f"模型文件{path.name}按另一种字音表学成，请重新学习（hub classify learn）。",
            f"The model {path} was learned with other readings of characters: hub classify learn makes a new one.",
        )
    columns: dict[str, dict[int, int]] = {}
    for key, number, column in told["conditions"]:
        columns.setdefault(key, {})[number] = column
    return TextModel(facts, tuple(told["keys"]), runs, **arrays, conditions=ConditionModel(columns, *conditions))


def load_facts(path: Path) -> ModelFacts:
    """The facts of a model alone. Raises Invalid."""
    try:
        with zipfile.ZipFile(path) as archive:
            return ModelFacts(**json.loads(archive.read("facts.json"))["facts"])
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise Invalid(f"模型文件{path.name}无法读取。", f"The model {path} cannot be read: {error}") from error


def sound_share(oddness: float) -> float:
    """How much the sounds of a text count, 0-1: the odder it is written for its sounds, the more."""
    return _WRITTEN_SOUND_SHARE + (_MISHEARD_SOUND_SHARE - _WRITTEN_SOUND_SHARE) * oddness


def run_shares(rarity: Floats, sounds: NDArray[np.bool_], of_sounds: float) -> Floats:
    """Shares of a text's runs: the rarer a run the more, characters and sounds each of a fixed length together."""
    squares = rarity * rarity
    sound_squares = float(squares @ sounds)
    of_characters = math.sqrt((1 - of_sounds) / max(float(squares.sum()) - sound_squares, _NOTHING))
    factors = np.array([of_characters, math.sqrt(of_sounds / max(sound_squares, _NOTHING))], np.float32)
    return np.asarray(rarity * factors.take(sounds), np.float32)


def intent_features(scores: Floats, words: Floats, certainty: float) -> Floats:
    """What the chance of each intent is made of: (intents, INTENT_FACTORS)."""
    features = np.zeros((len(INTENTS), INTENT_FACTORS), np.float32)
    features[:, 0] = scores
    features[:, 1] = words
    features[0, 2] = certainty
    features[:, 3:] = np.eye(len(INTENTS))
    return features


def _array_bytes(array: NDArray[Any]) -> bytes:
    held = io.BytesIO()
    np.save(held, array, allow_pickle=False)
    return held.getvalue()
