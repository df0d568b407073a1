"""What was learned from sentences, as numbers: which runs of letters speak for which category and which intent."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from case_api.catalogue.condition_model import ConditionModel
from case_api.catalogue.grams import Grams, Letters, readings_mark
from intake.errors import Invalid

Floats = NDArray[np.float32]

INTENTS: Final = ("problem", "chase_up", "consultation", "praise", "nonsense", "elsewhere")
CATEGORY_FACTORS: Final = 2
INTENT_FACTORS: Final = 3 + len(INTENTS)
SOUND_SHARE: Final = 0.3

# Deflate remembers a time for each entry; a fixed one makes the same weights the same bytes.
_NOTHING = 1e-6
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
    """A text as a model reads it: the numbers of its known runs, where each stands (first letter * 4 + length), its
    share in the text, and the scores of categories and intents."""

    letters: Letters
    numbers: NDArray[np.int64]
    places: NDArray[np.int64]
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
    conditions: ConditionModel
    grams: Grams = field(init=False)
    numbers: Mapping[str, int] = field(init=False)
    sounds: NDArray[np.bool_] = field(init=False)
    _intent_factors: list[float] = field(init=False)

    def __post_init__(self) -> None:
        """Make what is looked up for every text."""
        object.__setattr__(self, "grams", Grams())
        object.__setattr__(self, "numbers", {run: at for at, run in enumerate(self.runs)})
        object.__setattr__(self, "sounds", sounding(self.runs))
        object.__setattr__(self, "_intent_factors", self.intent_factors.tolist())

    def read(self, text: str) -> Reading:
        """Scores of every category and intent. Any text, in bounded time."""
        letters = self.grams.letters(text)
        found = self.grams.known(letters, self.numbers)
        numbers = np.fromiter(found, np.int64, len(found))
        places = np.fromiter(found.values(), np.int64, len(found))
        shares = run_shares(self.rarity[numbers], self.sounds[numbers])
        scores = shares @ self.weights[numbers].astype(np.float32) * self.scale + self.offset
        return Reading(letters, numbers, places, shares, scores)

    def category_chances(self, reading: Reading, words: Floats) -> NDArray[np.float64]:
        """Chances (categories,) if the text is about the city at all; `words` is what the listed words say, 0-1."""
        of_score, of_words = self.category_factors
        scores = of_score * reading.scores[: len(self.keys)]
        scores += of_words * words
        scores -= scores.max()
        np.exp(scores, out=scores)
        return np.asarray(scores / scores.sum(), np.float64)

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

    def share_of(self, reading: Reading, column: int) -> Floats:
        """How much each run found speaks for one column, against what it says for all categories or intents."""
        limits = (0, len(self.keys)) if column < len(self.keys) else (len(self.keys), len(self.scale))
        rows = self.weights[reading.numbers, slice(*limits)].astype(np.float32) * self.scale[slice(*limits)]
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


def sounding(runs: Sequence[str]) -> NDArray[np.bool_]:
    """Which runs are of sounds: these are letters of a private plane."""
    return np.array([run[-1] >= "\U000f0000" for run in runs], np.bool_)


def run_shares(rarity: Floats, sounds: NDArray[np.bool_]) -> Floats:
    """Shares of a text's runs: the rarer a run the more, characters and sounds each of a fixed length together."""
    squares = rarity * rarity
    whole, of_sounds = float(squares.sum()), float(squares @ sounds)
    factors = [
        math.sqrt(part / total) if total > _NOTHING else 0.0
        for part, total in ((1 - SOUND_SHARE, whole - of_sounds), (SOUND_SHARE, of_sounds))
    ]
    return np.asarray(rarity * np.where(sounds, np.float32(factors[1]), np.float32(factors[0])), np.float32)


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
