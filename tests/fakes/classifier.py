"""An honest classifier in memory: it knows the words it was given, one category each."""

from __future__ import annotations

from collections.abc import Mapping

from intake.model import Category, CategoryGuess, Classification, Condition, Intent, Urgency


class InMemoryClassifier:
    """Implements `intake.ports.Classifier`: a category is recognised when its word stands in the text."""

    def __init__(self, words: Mapping[str, Category]) -> None:
        self._words = dict(words)

    def classify(self, text: str, category_key: str | None = None) -> Classification:
        """One guess for each known word in the text, the earliest first; a given key stands alone."""
        given = next((category for category in self._words.values() if category.key == category_key), None)
        if given is not None:
            return Classification(Intent.PROBLEM, Urgency.NORMAL, (_guess(given, 1.0, None),))
        found = sorted((text.index(word), word) for word in self._words if word in text)
        guesses = tuple(_guess(self._words[word], 0.9 / rank, (at, word)) for rank, (at, word) in enumerate(found, 1))
        reasons = () if category_key is None else (f"所选类别“{category_key}”不在目录中",)
        return Classification(Intent.PROBLEM if guesses else Intent.UNCLEAR, Urgency.NORMAL, guesses, reasons)


def _guess(category: Category, confidence: float, said: tuple[int, str] | None) -> CategoryGuess:
    condition = Condition(
        category_key=category.key,
        number=1,
        filing="存在问题的",
        limit_value=1,
        limit_unit="工作日",
        closing="恢复",
    )
    if said is None:
        return CategoryGuess(category, condition, confidence, (), ("上报时选择了此类别",))
    at, word = said
    return CategoryGuess(category, condition, confidence, ((at, at + len(word)),), (f"“{word}” → {category.name}",))
