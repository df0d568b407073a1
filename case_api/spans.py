"""Which words of a report stand behind its answers: spans of the text as it is shown, none over another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Protocol, runtime_checkable

from case_api.views import SpanView
from intake.model import PlaceAnswer
from intake.spelling import clean_text

CATEGORY = "category"
_MOST_EXPLAINED = 300


class ExplainedSpan(Protocol):
    """`[start, end)` of a text, what it was taken for, and that in words, zh."""

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...

    @property
    def role(self) -> str:
        """town, community, road, landmark, crossing, number, relative, home, ..."""
        ...

    @property
    def words(self) -> str:
        """The same in words, zh."""
        ...


class Explained(Protocol):
    """An answer, the steps to it, and the spans of the text behind it."""

    @property
    def answer(self) -> PlaceAnswer:
        """The answer of `locate`."""
        ...

    @property
    def steps(self) -> Sequence[str]:
        """One line for each step, zh."""
        ...

    @property
    def spans(self) -> Sequence[ExplainedSpan]:
        """In the order of the text."""
        ...


@runtime_checkable
class Explainer(Protocol):
    """A geocoder that can say how it came to an answer."""

    def explain(self, text: str) -> Explained:
        """The answer on a text with the way to it. Never raises on any text."""
        ...


def place_spans(geocoder: object, text: str, place_words: str) -> tuple[list[SpanView], list[SpanView]]:
    """What names the place in the text, and in the words that were told for the place. Both are read together, as
    they are when a report is placed; the text shows besides what it names when read alone, for of a place told twice
    only one telling is kept. Of a long text the first 300 characters are read, for a page of questions is read often.
    Nothing from a geocoder that does not explain itself."""
    if not isinstance(geocoder, Explainer):
        return [], []
    alone = _explained(geocoder, text)
    if not place_words:
        return apart(text, alone), []
    lead = f"{place_words}，"
    together = _explained(geocoder, lead + text)
    return apart(text, alone, over=moved(together, -len(lead))), apart(place_words, together)


def _explained(geocoder: Explainer, text: str) -> list[SpanView]:
    found = geocoder.explain(text[:_MOST_EXPLAINED]).spans
    return [SpanView(start=one.start, end=one.end, role=one.role, words=one.words) for one in found]


def apart(text: str, spans: Iterable[SpanView], over: Iterable[SpanView] = ()) -> list[SpanView]:
    """The spans that lie within the text, in its order and none over another: the longer one keeps its letters, and
    each of `over` keeps them from all of `spans`. What remains of one that is covered in part stays; touching parts
    that say the same are one."""
    # Later ones take the letters of earlier ones: the longest comes last, of equals the one that begins first.
    ordered = [
        one
        for layer in (spans, over)
        for one in sorted(layer, key=lambda span: (span.end - span.start, -span.start))
        if 0 <= one.start < one.end <= len(text)
    ]
    found: list[SpanView] = []
    for begin, end, owner in _owned(ordered):
        touching = found and found[-1].end == begin
        if touching and (found[-1].role, found[-1].words) == (owner.role, owner.words):
            begins = found.pop().start
        else:
            begins = begin
        found.append(SpanView(start=begins, end=end, role=owner.role, words=owner.words))
    return found


def _owned(ordered: Sequence[SpanView]) -> Iterator[tuple[int, int, SpanView]]:
    """Between each two edges, whose the letters are: the last one's that covers them."""
    edges = sorted({edge for one in ordered for edge in (one.start, one.end)})
    place = {edge: at for at, edge in enumerate(edges)}
    owners: list[SpanView | None] = [None] * max(len(edges) - 1, 0)
    for one in ordered:
        first, last = place[one.start], place[one.end]
        owners[first:last] = [one] * (last - first)
    for (begin, end), owner in zip(pairwise(edges), owners, strict=True):
        if owner is not None:
            yield begin, end, owner


def moved(spans: Iterable[SpanView], by: int) -> list[SpanView]:
    """The same spans of a text that begins so many letters later (earlier when negative)."""
    return [SpanView(start=one.start + by, end=one.end + by, role=one.role, words=one.words) for one in spans]


def as_told(told: str, cleaned: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of `clean_text(told)` as spans of the text as told. None at all when the cleaned text is another one, or
    when its letters cannot be followed back (several marks that became one letter)."""
    letters, origins = _followed(told)
    if letters != cleaned:
        return []
    return [(origins[start], origins[end - 1] + 1) for start, end in spans if 0 <= start < end <= len(cleaned)]


def _followed(told: str) -> tuple[str, Sequence[int]]:
    """`clean_text` letter by letter, with where each letter came from."""
    letters: list[str] = []
    origins: list[int] = []
    blank: int | None = None
    for at, letter in enumerate(told):
        if letter.isspace():
            blank = at if blank is None else blank
            continue
        if blank is not None and letters:
            letters.append(" ")
            origins.append(blank)
        blank = None
        cleaned = clean_text(letter)
        letters += cleaned
        origins += [at] * len(cleaned)
    return "".join(letters), origins
