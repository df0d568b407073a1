"""Every word that speaks for a category, a condition, an intent or an urgency, found in one pass over a text."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import ahocorasick

from case_api.catalogue.catalogue import Catalogue
from case_api.catalogue.folding import Folding
from case_api.catalogue.rows import IntentRow, WordRow
from intake.model import Intent, Urgency

_BRACKETS = re.compile(r"[（(].*?[）)]")
_KIN_SHARE = 0.3
_LEAD = 1.05

# Spoken for when a pack lists no urgency words of its own.
_URGENCY_WORDS: Mapping[Urgency, str] = {
    Urgency.EMERGENCY: "有人受伤 受伤了 伤人 漏气 燃气泄漏 煤气味 起火 着火 爆炸 触电 掉进去 掉下去 困在",
    Urgency.URGENT: "危险 安全隐患 漏电 塌方 塌陷 马上 赶紧 紧急 差点摔 摔倒 绊倒",
}


@dataclass(slots=True, eq=False)
class Term:
    """One word and all that it speaks for. `default_key` is set when the word names no kind and the city chose one."""

    word: str
    categories: dict[str, float] = field(default_factory=dict)
    conditions: dict[str, list[int]] = field(default_factory=dict)
    intents: dict[Intent, float] = field(default_factory=dict)
    urgency: Urgency | None = None
    default_key: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A term at `[start, end)` of a text."""

    start: int
    end: int
    term: Term


class Lexicon:
    """The words of a pack as one automaton. Reading a text costs time in proportion to its length.

    `clear_weight` is the middling weight of the pack's words, so that every pack may choose its own scale; `listed` are
    the words that speak for each category, as the pack lists them.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        words: Iterable[WordRow],
        intents: Iterable[IntentRow],
        defaults: Mapping[str, str],
    ) -> None:
        self._folding = Folding()
        self._terms: dict[str, Term] = {}
        listed = list(words)
        self.listed: dict[str, list[str]] = {}
        for row in listed:
            self._term(row.word).categories[row.category_key] = row.weight
            if row.weight > 0:
                self.listed.setdefault(row.category_key, []).append(row.word)
        self.clear_weight = statistics.median([row.weight for row in listed if row.weight > 0] or [1.0])
        self._add_catalogue(catalogue)
        self._add_intents(intents)
        for word, key in defaults.items():
            self._add_default(word, key, catalogue.kin(key))
        self._automaton = ahocorasick.Automaton()
        for folded, term in self._terms.items():
            self._automaton.add_word(folded, term)
        if self._terms:
            self._automaton.make_automaton()

    def fold(self, text: str) -> str:
        """The text as the words are compared with it; positions stay."""
        return self._folding.fold(text)

    def hits(self, folded: str) -> Iterator[Hit]:
        """All words in a folded text, by their end, the longest first where several end together."""
        if self._terms:
            for last, term in self._automaton.iter(folded):
                yield Hit(last + 1 - len(term.word), last + 1, term)

    def _term(self, word: str) -> Term:
        folded = self._folding.fold(word)
        return self._terms.setdefault(folded, Term(folded))

    def _add_catalogue(self, catalogue: Catalogue) -> None:
        for entry in catalogue.entries():
            category = entry.category
            name = _BRACKETS.sub("", category.name)
            if len(name) > 1 and not name.startswith(("其他", "其它")):
                self._term(name).categories.setdefault(category.key, self.clear_weight)
            for rule in entry.rules:
                for word in rule.keywords:
                    numbers = self._term(word).conditions.setdefault(category.key, [])
                    numbers.append(rule.condition.number)

    def _add_intents(self, intents: Iterable[IntentRow]) -> None:
        urgency_is_listed = False
        for row in intents:
            if isinstance(row.intent, Intent):
                self._term(row.word).intents[row.intent] = row.weight
            else:
                self._term(row.word).urgency = Urgency(row.intent)
                urgency_is_listed = True
        for urgency, listed in _URGENCY_WORDS.items():
            for word in () if urgency_is_listed else listed.split():
                self._term(word).urgency = urgency

    def _add_default(self, word: str, key: str, kin: Sequence[str]) -> None:
        term = self._term(word)
        base = max(self.clear_weight, *term.categories.values())
        if term.categories.keys() <= {key}:
            term.categories = dict.fromkeys(kin, base * _KIN_SHARE)
        term.categories[key] = base * _LEAD
        term.default_key = key
