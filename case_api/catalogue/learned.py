"""The classifier of a city with a learned model: listed words and learned runs of letters, weighed together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from case_api.catalogue.catalogue import CategoryEntry, ConditionRule
from case_api.catalogue.classifier import (
    INTENT_NAMES,
    MOST_GUESSES,
    NOTHING_KNOWN,
    KeywordClassifier,
    judge_urgency,
    unknown_choice,
)
from case_api.catalogue.evidence import Evidence
from case_api.catalogue.phrases import phrases_for
from case_api.catalogue.place_words import PlaceWords
from case_api.catalogue.sentences import ELSEWHERE, intent_of
from case_api.catalogue.text_model import INTENTS, Reading, TextModel
from intake.model import CategoryGuess, Classification, Intent, Urgency

LEAST_CONFIDENCE: Final = 0.01

_MOST_CONFIDENCE = 0.999
_KIND_CONFIDENCE = 0.02
_SMALLEST = 0.001
# Of all kinds of a word: so much of the chance, and the kind was told though not by name.
_KIND_TOLD = 0.85
_FEWEST_GUESSES = 3
_A_CASE = 0.5
_WORTH_A_CONDITION = 0.2
# Listed words that are so sure explain the guess by themselves, and finding stretches costs a fifth of the time.
_SAID_PLAINLY = 0.5
_CONFIDENT = 0.3
_SURE_OF_ANOTHER_INTENT = 0.8
_WORDS_LIMIT = 6.0
# Foreign words and markup beside a word of the pack: nothing that was learned speaks of them.
_LATIN = re.compile("[A-Za-z]{3,}")
_Ranked = list[tuple[ConditionRule, CategoryGuess]]


class ListedWords:
    """What the listed words of a text say, as rows beside a model's scores."""

    def __init__(self, keywords: KeywordClassifier, keys: Sequence[str]) -> None:
        self._keywords = keywords
        self._columns = {key: at for at, key in enumerate(keys)}

    def __call__(self, text: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """For categories 0-1 (categories,) and for intents by weight (intents,)."""
        evidence = self._keywords.evidence(text)
        row = self.of_categories(self._keywords.confidences(evidence))
        return row, np.array(self.of_intents(evidence), np.float32)

    def of_categories(self, confidences: Mapping[str, float]) -> NDArray[np.float32]:
        """Confidence of each category of the model."""
        row = np.zeros(len(self._columns), np.float32)
        for key, confidence in confidences.items():
            if key in self._columns:
                row[self._columns[key]] = confidence
        return row

    @staticmethod
    def of_intents(evidence: Evidence) -> list[float]:
        """Weight of each intent."""
        row = [0.0] * len(INTENTS)
        for intent, weight in evidence.intent_scores().items():
            word = "nonsense" if intent is Intent.UNCLEAR else str(intent)
            row[INTENTS.index(word)] = min(weight, _WORDS_LIMIT)
        return row


class LearnedClassifier:
    """`Classifier` by listed words and a model. Confidence is the chance of the category times the chance that the text
    reports a problem at all, as measured on sentences left out of learning. Immutable."""

    def __init__(self, keywords: KeywordClassifier, places: PlaceWords, model: TextModel) -> None:
        self._keywords = keywords
        self._places = places
        self.model = model
        self._listed = ListedWords(keywords, model.keys)
        self._columns = {key: at for at, key in enumerate(model.keys)}
        self._newer = {entry.category.key for entry in keywords.catalogue.entries()} - self._columns.keys()

    def classify(self, text: str, category_key: str | None = None) -> Classification:
        """See the port. A given key that the catalogue does not know is ignored, and the reasons say so."""
        readable = self._places.hide(text)
        evidence = self._keywords.evidence(readable)
        reading = self.model.read(_LATIN.sub(_blank, readable) if evidence.factors else readable)
        listed = self._keywords.confidences(evidence)
        certainty = max((listed[key] for key in listed if key in self._columns), default=0.0)
        chances = self.model.intent_chances(reading, self._listed.of_intents(evidence), certainty)
        entry = self._keywords.catalogue.find(category_key) if category_key else None
        reasons = [unknown_choice(category_key)] if category_key and entry is None else []
        if entry is None and _says_nothing(reading, evidence):
            return Classification(Intent.UNCLEAR, Urgency.NORMAL, (), (*reasons, NOTHING_KNOWN))
        intent = self._intent(chances, evidence, chosen=entry is not None)
        if entry is not None:
            ranked: _Ranked = [self._guess(entry, None, evidence, reading, text)]
        else:
            case_share = chances[INTENTS.index("problem")] + chances[INTENTS.index("chase_up")]
            ranked = self._rank(text, evidence, reading, listed, case_share)
        reasons += self._why(intent, chances, evidence)
        sure = bool(ranked) and ranked[0][1].confidence >= _CONFIDENT
        urgency = judge_urgency(evidence, ranked[0][0] if sure else None, reasons)
        return Classification(intent, urgency, tuple(guess for _, guess in ranked), tuple(reasons))

    def _rank(
        self, text: str, evidence: Evidence, reading: Reading, listed: Mapping[str, float], case_share: float
    ) -> _Ranked:
        """The likeliest categories; three at least where the text reports a problem, so that a person has a choice."""
        chances = self.model.category_chances(reading, self._listed.of_categories(listed))
        likeliest = np.argpartition(chances, -min(MOST_GUESSES, len(chances)))[-MOST_GUESSES:].tolist()
        best = {self.model.keys[at]: float(chances[at]) * case_share for at in likeliest}
        if self._newer:
            best |= {key: listed[key] * case_share for key in self._newer & listed.keys()}
        first = max(best, key=best.__getitem__)
        best |= (usual := self._by_convention(first, evidence, best))
        first = next(iter(usual), first)
        _calibrate(best, first, self.model)
        for key in self._other_kinds(first, evidence):
            best[key] = max(best.get(key, 0.0), _KIND_CONFIDENCE * case_share)
        ranked: _Ranked = []
        for key, chance in sorted(best.items(), key=lambda one: (-one[1], one[0]))[:MOST_GUESSES]:
            entry = self._keywords.catalogue.find(key)
            wanted = chance >= LEAST_CONFIDENCE or (case_share >= _A_CASE and len(ranked) < _FEWEST_GUESSES)
            if wanted and entry is not None:
                confidence = min(max(chance, _SMALLEST), _MOST_CONFIDENCE)
                ranked.append(self._guess(entry, confidence, evidence, reading, text))
        column = self._columns.get(first)
        shown_first = bool(ranked) and ranked[0][1].category.key == first
        if shown_first and column is not None and listed.get(first, 0.0) < _SAID_PLAINLY:
            ranked[0] = (ranked[0][0], self._explained(ranked[0][1], reading, column, text))
        return ranked

    def _guess(
        self, entry: CategoryEntry, confidence: float | None, evidence: Evidence, reading: Reading, text: str
    ) -> tuple[ConditionRule, CategoryGuess]:
        leanings: Mapping[int, float] = {}
        worth_it = confidence is None or confidence >= _WORTH_A_CONDITION
        if worth_it and len(entry.rules) > 1:
            leanings = self.model.conditions.leanings(entry.category.key, reading.known.numbers, reading.shares)
        return self._keywords.guess(entry, confidence, evidence, text, leanings=leanings)

    def _by_convention(self, first: str, evidence: Evidence, chances: Mapping[str, float]) -> dict[str, float]:
        """Where a word without a kind was said: what the city takes it for, with the chance that it is any of its
        kinds, and the likeliest of them behind it; the others come as the pack weighs them.

        Empty where a listed word names the kind, or where the text as a whole leaves little doubt of it."""
        kinds: set[str] = set()
        default = ""
        for term in evidence.factors:
            if term.default_key and term.categories.get(first, 0.0) > 0:
                default, kinds = term.default_key, kinds | term.categories.keys()
            elif term.categories.get(first, 0.0) > 0:
                return {}
        told = sum(chance for key, chance in chances.items() if key in kinds)
        if not default or (first != default and chances[first] >= _KIND_TOLD * told):
            return {}
        others = {key: min(chance, _SMALLEST) for key, chance in chances.items() if self._are_kin(key, default)}
        behind = max(0.0, min(chances.get(default, 0.0), 1.0 - told))
        return {default: told} | others | {first: behind, default: told}

    def _are_kin(self, key: str, other: str) -> bool:
        found, against = self._keywords.catalogue.find(key), self._keywords.catalogue.find(other)
        return found is not None and against is not None and found.category.group == against.category.group

    @staticmethod
    def _other_kinds(first: str, evidence: Evidence) -> list[str]:
        """Where the first guess is what a city takes a word without a kind for: the other kinds of the word."""
        kinds: dict[str, float] = {}
        for term in evidence.factors:
            if term.default_key == first:
                kinds |= term.categories
        return sorted(kinds.keys() - {first}, key=lambda key: (-kinds[key], key))[: MOST_GUESSES - 1]

    def _explained(self, guess: CategoryGuess, reading: Reading, column: int, text: str) -> CategoryGuess:
        found = phrases_for(self.model, reading, column)
        new = [span for span in found if span not in guess.spans]
        reasons = [f"“{text[start:end]}”像“{guess.category.name}”的说法" for start, end in new]
        spans = tuple(sorted({*guess.spans, *new}))
        return CategoryGuess(guess.category, guess.condition, guess.confidence, spans, (*guess.reasons, *reasons))

    def _intent(self, chances: Sequence[float], evidence: Evidence, *, chosen: bool) -> Intent:
        best = max(range(len(chances)), key=lambda at: chances[at])
        intent = intent_of(INTENTS[best])
        if chosen and (intent is Intent.UNCLEAR or chances[best] < _SURE_OF_ANOTHER_INTENT):
            return Intent.PROBLEM
        # Whoever says that somebody is hurt is not sent away for the rest of the words.
        if intent is Intent.UNCLEAR and evidence.urgency is Urgency.EMERGENCY:
            return Intent.PROBLEM
        return intent

    def _why(self, intent: Intent, chances: Sequence[float], evidence: Evidence) -> list[str]:
        if intent is Intent.PROBLEM:
            return []
        words = "、".join(f"“{term.word}”" for term in evidence.intents if intent in term.intents)
        told = [f"{words[:200]} → {INTENT_NAMES[intent]}"] if words else []
        surest = max(chances)
        word = INTENTS[chances.index(surest)]
        name = "像是其他部门的业务" if word == ELSEWHERE else f"整句像“{INTENT_NAMES[intent]}”"
        return [*told, f"{name}（把握{surest:.2f}）"]


def _calibrate(chances: dict[str, float], first: str, model: TextModel) -> None:
    """Put the first chance as the share of such guesses that are right; the others keep their order in what is left."""
    chance = chances[first]
    calibrated = model.calibrated(chance)
    left = (1 - calibrated) / (1 - chance) if chance < 1 else 0.0
    for key, other in chances.items():
        chances[key] = min(other * left, calibrated)
    chances[first] = calibrated


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _says_nothing(reading: Reading, evidence: Evidence) -> bool:
    known = len(reading.known.numbers) or evidence.factors or evidence.intents
    return not known and evidence.urgency is Urgency.NORMAL
