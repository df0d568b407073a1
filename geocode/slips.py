"""Slips of the hand: one character of a word wrong, missing, too many, or changed with its neighbour."""

from __future__ import annotations


def slip_end(text: str, start: int, word: str) -> int | None:
    """Where a word with one slip that begins at `start` stops; None when the text has no such word there. Of a word of
    one character, any other one is a slip."""
    size = len(word)
    said = text[start : start + size]
    # Of two neighbours at least one survives a slip, and not far from its place.
    if size > 1 and word[0] not in said and word[1] not in text[start : start + 3]:
        return None
    longer = text[start : start + size + 1]
    if (
        size > 1
        and longer.isalpha()
        and any(longer[:place] + longer[place + 1 :] == word for place in range(1, len(longer)))
    ):
        return start + len(longer)
    if len(said) == size and said.isalpha():
        wrong = sum(map(str.__ne__, said, word))
        if wrong == 1 or (wrong == 2 and changed_places(said, word)):
            return start + size
    if size == 1:
        return None
    shorter = said[: size - 1]
    if any(word[:place] + word[place + 1 :] == shorter for place in range(size)):
        return start + size - 1
    return None


def changed_places(said: str, word: str) -> bool:
    """Whether two neighbours of a word stand in each other's place, and all else is the same; of equal length."""
    if len(said) == 2:
        return said[0] == word[1] and said[1] == word[0] and said != word
    wrong = [place for place in range(len(said)) if said[place] != word[place]]
    if len(wrong) != 2:
        return False
    one, other = wrong
    return other == one + 1 and said[one] == word[other] and said[other] == word[one]
