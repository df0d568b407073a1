"""What a text says for and against each category: the longest words, each counted once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from case_api.catalogue.lexicon import Hit, Lexicon, Term
from intake.model import Intent, Urgency

URGENCY_ORDER = {Urgency.NORMAL: 0, Urgency.URGENT: 1, Urgency.EMERGENCY: 2}

_BESIDE = re.compile("旁|边上|附近|对面|斜对|隔壁|[门前后]口|门前|[前后]面|背后|[左右]边|[东西南北]侧")
_BESIDE_FACTOR = 0.4
_NEGATIONS = frozenset("不没无")


@dataclass(slots=True)
class Evidence:
    """Hits by what they speak for. `factors` weigh each category word; below 1 it seems to name a place only."""

    factors: dict[Term, float] = field(default_factory=dict)
    positions: dict[Term, tuple[int, int]] = field(default_factory=dict)
    conditions: dict[Term, tuple[int, int]] = field(default_factory=dict)
    intents: dict[Term, None] = field(default_factory=dict)
    urgency: Urgency = Urgency.NORMAL
    urgency_word: str = ""

    def scores(self) -> dict[str, float]:
        """Sum of the weights for each category key; keys that nothing speaks for are left out."""
        sums: dict[str, float] = {}
        for term, factor in self.factors.items():
            for key, weight in term.categories.items():
                sums[key] = sums.get(key, 0.0) + weight * factor
        return {key: score for key, score in sums.items() if score > 0}

    def condition_shares(self, key: str) -> dict[int, float]:
        """Share of each condition of a category in the letters of its condition words; those without one left out."""
        letters: dict[int, int] = {}
        for term in self.conditions:
            for number in term.conditions.get(key, ()):
                letters[number] = letters.get(number, 0) + len(term.word)
        total = sum(letters.values())
        return {number: count / total for number, count in letters.items()}

    def condition_spans(self, key: str, number: int) -> list[tuple[int, int]]:
        """Where the words of one condition of a category stand."""
        return [span for term, span in self.conditions.items() if number in term.conditions.get(key, ())]

    def intent_scores(self) -> dict[Intent, float]:
        """Sum of the weights for each intent that has a word in the text."""
        sums: dict[Intent, float] = {}
        for term in self.intents:
            for intent, weight in term.intents.items():
                sums[intent] = sums.get(intent, 0.0) + weight
        return sums


def gather(lexicon: Lexicon, text: str) -> Evidence:
    """Evidence of any text, in time proportional to its length."""
    folded = lexicon.fold(text)
    evidence = Evidence()
    category_hits: list[Hit] = []
    intent_hits: list[Hit] = []
    for hit in lexicon.hits(folded):
        term = hit.term
        if term.categories:
            _keep_longest(category_hits, hit)
        if term.intents:
            _keep_longest(intent_hits, hit)
        if term.conditions:
            evidence.conditions.setdefault(term, (hit.start, hit.end))
        if term.urgency is not None:
            _raise_urgency(evidence, hit, folded)
    _weigh(evidence, category_hits, folded)
    evidence.intents = dict.fromkeys(hit.term for hit in intent_hits)
    return evidence


def _keep_longest(kept: list[Hit], hit: Hit) -> None:
    # Hits come by their end, so a word inside another one is at the tail of what was kept, or ends with it.
    if kept and kept[-1].end == hit.end and kept[-1].start <= hit.start:
        return
    while kept and kept[-1].start >= hit.start:
        kept.pop()
    kept.append(hit)


def _raise_urgency(evidence: Evidence, hit: Hit, folded: str) -> None:
    urgency = hit.term.urgency
    if urgency is None or (hit.start and folded[hit.start - 1] in _NEGATIONS):
        return
    if URGENCY_ORDER[urgency] > URGENCY_ORDER[evidence.urgency]:
        evidence.urgency, evidence.urgency_word = urgency, hit.term.word


def _weigh(evidence: Evidence, hits: Iterable[Hit], folded: str) -> None:
    for hit in hits:
        factor = _BESIDE_FACTOR if _BESIDE.match(folded, hit.end) else 1.0
        if factor > evidence.factors.get(hit.term, 0.0):
            evidence.factors[hit.term] = factor
            evidence.positions[hit.term] = (hit.start, hit.end)
