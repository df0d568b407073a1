"""Keywords to categories: who speaks loudest, how alone it stands, and why, in words an operator can read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from case_api.catalogue.catalogue import Catalogue, CategoryEntry, ConditionRule
from case_api.catalogue.evidence import URGENCY_ORDER, Evidence, gather
from case_api.catalogue.lexicon import Lexicon
from case_api.catalogue.rows import IntentRow, WordRow
from intake.model import CategoryGuess, Classification, Intent, Urgency

MOST_GUESSES: Final = 5
NOTHING_KNOWN: Final = "没有认出任何类别或意图"

_MOST_SPANS = 16
_CATEGORY_AS_INTENT = 2.0
INTENT_NAMES: Mapping[Intent, str] = {
    Intent.PROBLEM: "反映问题",
    Intent.CHASE_UP: "催办",
    Intent.CONSULTATION: "咨询",
    Intent.PRAISE: "表扬",
    Intent.UNCLEAR: "不像在反映问题",
}
_URGENCY_NAMES: Mapping[Urgency, str] = {Urgency.NORMAL: "一般", Urgency.URGENT: "紧急", Urgency.EMERGENCY: "特急"}


class KeywordClassifier:
    """`Classifier` by the words of a city pack.

    Confidence of a guess is the share of its group in all that was recognised (by squares, so that the stronger one
    stands out), times the strength of the evidence (one clear word 0.9, two 0.99), times its place within its group.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        words: Iterable[WordRow],
        intents: Iterable[IntentRow],
        defaults: Mapping[str, str],
    ) -> None:
        self._catalogue = catalogue
        self._lexicon = Lexicon(catalogue, words, intents, defaults)

    def classify(self, text: str, category_key: str | None = None) -> Classification:
        """See the port. A given key that the catalogue does not know is ignored, and the reasons say so."""
        evidence = self.evidence(text)
        entry = self._catalogue.find(category_key) if category_key else None
        reasons: list[str] = []
        if category_key and entry is None:
            reasons.append(unknown_choice(category_key))
        if entry is not None:
            ranked = [self.guess(entry, None, evidence, text)]
            certainty = 1.0
        else:
            confidences = sorted(self.confidences(evidence).items(), key=lambda pair: (-pair[1], pair[0]))
            ranked = [
                self.guess(self._catalogue.entry(key), confidence, evidence, text)
                for key, confidence in confidences[:MOST_GUESSES]
            ]
            certainty = self._strength(max(evidence.scores().values(), default=0.0))
        intent = _judge_intent(evidence, _CATEGORY_AS_INTENT * certainty, reasons)
        urgency = judge_urgency(evidence, ranked[0][0] if ranked else None, reasons)
        return Classification(intent, urgency, tuple(guess for _, guess in ranked), tuple(reasons))

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that its guesses are of."""
        return self._catalogue

    def listed_words(self, key: str) -> Sequence[str]:
        """The words of the pack that speak for a category."""
        return self._lexicon.listed.get(key, ())

    def evidence(self, text: str) -> Evidence:
        """What the listed words of a text speak for."""
        return gather(self._lexicon, text)

    def _strength(self, score: float) -> float:
        return 1.0 - math.pow(0.1, score / self._lexicon.clear_weight)

    def confidences(self, evidence: Evidence) -> dict[str, float]:
        """Confidence of every category that has a word in the text, 0-1, in no order."""
        scores = evidence.scores()
        best: dict[str, float] = {}
        groups: dict[str, str] = {}
        for key, score in scores.items():
            entry = self._catalogue.find(key)
            if entry is not None:
                group = groups[key] = entry.category.group or key
                best[group] = max(score, best.get(group, 0.0))
        total = sum(score * score for score in best.values())
        return {key: best[group] * scores[key] / total * self._strength(best[group]) for key, group in groups.items()}

    def guess(
        self,
        entry: CategoryEntry,
        confidence: float | None,
        evidence: Evidence,
        text: str,
        *,
        leanings: Mapping[int, float] | None = None,
    ) -> tuple[ConditionRule, CategoryGuess]:
        """One category as a guess, with the condition and the words that speak for both; None is the sender's word.

        `leanings` are added to the share that each condition has of the condition words in the text.
        """
        category = entry.category
        spans: list[tuple[int, int]] = []
        reasons: list[str] = ["上报时选择了此类别"] if confidence is None else []
        for term, factor in evidence.factors.items():
            if term.categories.get(category.key, 0.0) <= 0:
                continue
            start, end = evidence.positions[term]
            spans.append((start, end))
            note = "" if factor == 1.0 else "（像是在说位置，分量减轻）"
            if term.default_key == category.key:
                note += "（未说明种类，按本市约定）"
            reasons.append(f"“{text[start:end]}” → {category.name}{note}")
        rule, words = _choose_rule(entry, evidence, leanings or {})
        for start, end in words:
            spans.append((start, end))
            reasons.append(f"“{text[start:end]}” → 立案条件{rule.condition.number}：{rule.condition.filing}")
        guess = CategoryGuess(
            category,
            rule.condition,
            1.0 if confidence is None else round(confidence, 3),
            tuple(sorted(set(spans))[:_MOST_SPANS]),
            tuple(reasons),
        )
        return rule, guess


def _choose_rule(
    entry: CategoryEntry, evidence: Evidence, leanings: Mapping[int, float]
) -> tuple[ConditionRule, list[tuple[int, int]]]:
    """The condition with the most letters of keywords in the text; the first listed where none or several lead."""
    if not (evidence.conditions or leanings) or len(entry.rules) == 1:
        return entry.rules[0], evidence.condition_spans(entry.category.key, entry.rules[0].condition.number)
    key = entry.category.key
    shares = evidence.condition_shares(key)
    best, loudest = entry.rules[0], -math.inf
    for rule in entry.rules:
        number = rule.condition.number
        loudness = shares.get(number, 0.0) + leanings.get(number, 0.0)
        if loudness > loudest:
            best, loudest = rule, loudness
    return best, evidence.condition_spans(key, best.condition.number)


def _judge_intent(evidence: Evidence, problem_score: float, reasons: list[str]) -> Intent:
    scores = evidence.intent_scores()
    problem = scores.pop(Intent.PROBLEM, 0.0) + problem_score
    rival = max(scores, key=lambda intent: scores[intent], default=None)
    if rival is not None and scores[rival] > problem:
        words = "、".join(f"“{term.word}”" for term in evidence.intents if rival in term.intents)
        reasons.append(f"{words[:200]} → {INTENT_NAMES[rival]}")
        return rival
    if problem > 0 or evidence.urgency is not Urgency.NORMAL:
        return Intent.PROBLEM
    reasons.append(NOTHING_KNOWN)
    return Intent.UNCLEAR


def unknown_choice(category_key: str) -> str:
    """The reason given when a sender chose what the catalogue does not know."""
    return f"所选类别“{category_key[:20]}”不在目录中，改按文字判断"


def judge_urgency(evidence: Evidence, rule: ConditionRule | None, reasons: list[str]) -> Urgency:
    """The higher urgency of the condition and of the words; its reason is appended to `reasons`."""
    if rule is not None and URGENCY_ORDER[rule.urgency] >= URGENCY_ORDER[evidence.urgency]:
        if rule.urgency is not Urgency.NORMAL:
            reasons.append(f"立案条件{rule.condition.number} → {_URGENCY_NAMES[rule.urgency]}")
        return rule.urgency
    if evidence.urgency_word:
        reasons.append(f"“{evidence.urgency_word}” → {_URGENCY_NAMES[evidence.urgency]}")
    return evidence.urgency
