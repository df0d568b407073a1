"""Names found in a text: as they are written first, then, where that leaves doubt, by their sound and near misses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter

import ahocorasick

from geocode.gazetteer import Entry, Kind
from geocode.heard import Doubt, Heard
from geocode.heard_choice import choose, contradicted, is_firm
from geocode.normalise import fold
from geocode.sounds import Sounds
from geocode.spelled import How, Mention, in_towns, sort_of, towns_of
from geocode.stems import Hit

MENTION_LIMIT = 40
SHORTEST_TOWN = 3
_START = itemgetter(0)
# What folding leaves as it is: Chinese characters but for a look-alike and numerals. Most names are nothing else.
_PLAIN = re.compile("(?:(?![巿零一二三四五六七八九十百千两])[\u4e00-\u9fff])+")


def _nowhere_else(_text: str) -> bool:
    return False


class NameIndex:
    """All names of the city. Immutable after it is built; searching is safe from any thread."""

    def __init__(self, entries: Iterable[Entry], elsewhere: Callable[[str], object] = _nowhere_else) -> None:
        """`elsewhere` tells whether a text names a place outside the city: then nothing is guessed in it."""
        names: dict[str, list[Entry]] = {}
        for entry in entries:
            spelling = entry.spelling if _PLAIN.fullmatch(entry.spelling) else fold(entry.spelling)
            if len(spelling) >= 2:
                names.setdefault(spelling, []).append(entry)
        self._automaton = ahocorasick.Automaton()
        kept_names = {spelling: _kept(named) for spelling, named in names.items()}
        for spelling, kept in kept_names.items():
            self._automaton.add_word(spelling, (len(spelling), kept[0].form, kept, spelling, sort_of(kept)))
        self._empty = not names
        self._automaton.make_automaton()
        self._heard = Heard(kept_names, Sounds())
        self._elsewhere = elsewhere

    def find(self, text: str) -> list[Mention]:
        """Mentions in the order of the text, at most `MENTION_LIMIT`. `text` is normalised."""
        mentions = self.find_exact(text)
        doubt = self._doubt(text, mentions)
        if doubt is Doubt.ALL and self._elsewhere(text) and not any(mention.sort.is_whole for mention in mentions):
            doubt = None
        if doubt is not None:
            hits: list[Hit] = []
            if doubt is Doubt.TOWN:
                hits = self._towns_before(text, mentions)
                if contradicted(mentions, hits):
                    doubt = Doubt.ALL
            if doubt is not Doubt.TOWN:
                hits = self._heard.hits(text, doubt, mentions)
            if hits:
                mentions = choose(text, mentions, hits, self._heard.is_everyday)
        return mentions[:MENTION_LIMIT]

    def _towns_before(self, text: str, mentions: Sequence[Mention]) -> list[Hit]:
        """The towns heard before the last name: an address begins with its town."""
        end = mentions[-1].start
        return self._heard.hits(text[:end], Doubt.TOWN) if end >= SHORTEST_TOWN else []

    def find_exact(self, text: str) -> list[Mention]:
        """Names as they are written: the fullest and longest without overlap, in the order of the text."""
        if self._empty:
            return []
        # No two hits have the same length and end, so that nothing behind these is ever compared.
        hits = [
            (best, -length, last + 1, entries, name, sort)
            for last, (length, best, entries, name, sort) in self._automaton.iter(text)
        ]
        if len(hits) > 1:
            hits.sort()
        taken = bytearray(len(text))
        mentions = []
        for _, minus_length, end, entries, name, sort in hits:
            start = end + minus_length
            if taken.find(1, start, end) < 0:
                taken[start:end] = b"\x01" * -minus_length
                mentions.append(Mention(start, end, entries, How.EXACT, 1.0, name, "", sort))
        if len(mentions) > 1:
            mentions.sort(key=_START)
        return mentions

    def _doubt(self, text: str, mentions: Sequence[Mention]) -> Doubt | None:
        """What the names that stand in the text leave open; None when one of them is surely meant."""
        towns = towns_of(mentions)
        doubt: Doubt | None = Doubt.ALL
        for mention in mentions:
            first = mention.entries[0]
            if not mention.sort.is_fine or (first.ordinary and not towns):
                continue
            if towns and not in_towns(mention.entries, towns):
                continue
            if is_firm(mention):
                if towns:
                    return None
                doubt = Doubt.TOWN
            elif towns and not self._heard.may_go_on(text, mention.end):
                return None
            elif doubt is Doubt.ALL:
                doubt = Doubt.SHORT
        return doubt


def _kept(named: Sequence[Entry]) -> tuple[Entry, ...]:
    """Each place once, only the fullest form; a landmark goes before the community it is named after and lies in."""
    best = min(entry.form for entry in named)
    places = {(entry.place.kind, entry.place.id): entry for entry in named if entry.form == best}
    housed = {entry.place.code12 for entry in places.values() if entry.place.kind is Kind.LANDMARK}
    return tuple(
        entry for entry in places.values() if entry.place.kind is not Kind.COMMUNITY or entry.place.code12 not in housed
    )
