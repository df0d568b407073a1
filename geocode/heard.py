"""Names that a text has by their sound or with a slip: asked only where exact names leave doubt."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from geocode.gazetteer import Kind
from geocode.heard_endings import Endings
from geocode.heard_guesses import Guesses
from geocode.heard_stems import StemSearch
from geocode.sounds import Sounds
from geocode.spelled import Mention, in_towns, towns_of
from geocode.stems import Hit, Names, Stems

TEXT_LIMIT = 2_000
CLEAR = 0.8
BROKEN = 0.08
_COMMAS = frozenset(",、﹑")


class Doubt(Enum):
    """What exact names leave open: only which town is meant, what a short name is part of, or everything."""

    TOWN = "town"
    SHORT = "short"
    ALL = "all"


class Heard:
    """Searches a text for names that are not written as they are. Immutable; safe from any thread."""

    def __init__(self, names: Names, sounds: Sounds) -> None:
        towns = {spelling: named for spelling, named in names.items() if named[0].place.kind is Kind.TOWN}
        self._sounds = sounds
        self.is_everyday = sounds.is_everyday
        self._stems = Stems(names, sounds)
        endings = Endings(self._stems, sounds)
        self._all = StemSearch(self._stems, sounds, endings)
        self._towns = StemSearch(Stems(towns, sounds), sounds, endings)
        self._guesses = Guesses(self._stems, sounds, endings)

    def hits(self, text: str, doubt: Doubt, exact: Sequence[Mention] = ()) -> list[Hit]:
        """Every likely name, in no order, beside the names `exact` that stand in the text as they are."""
        text = text[:TEXT_LIMIT]
        codes = self._sounds.codes(text)
        town_ends = {mention.end for mention in exact if mention.entries[0].place.kind is Kind.TOWN}
        if doubt is Doubt.TOWN:
            return list(self._towns.search(text, codes, town_ends))
        found = list(self._all.search(text, codes, town_ends))
        if doubt is Doubt.ALL and not _is_clear(found, exact):
            found += self._guesses.search(text, codes, town_ends)
            if "," in text:
                found += self._over_commas(text)
        return found

    def _over_commas(self, text: str) -> list[Hit]:
        """Names that a recogniser has put a comma into."""
        kept = [place for place, char in enumerate(text) if char not in _COMMAS]
        joined = "".join([text[place] for place in kept])
        hits = self._all.search(joined, self._sounds.codes(joined), set(), written_too=True)
        moved = [hit._replace(start=kept[hit.start], end=kept[hit.end - 1] + 1) for hit in hits]
        return [
            hit._replace(likeness=hit.likeness - BROKEN)
            for hit in moved
            if not _COMMAS.isdisjoint(text[hit.start : hit.end])
        ]

    def may_go_on(self, text: str, position: int) -> bool:
        """Whether what follows a short name may be the ending of a longer one, spelled wrong."""
        first, second = self._stems.first_of_endings, self._stems.second_of_endings
        codes = self._sounds.codes(text[position : position + 2])
        return codes[:1] in first or codes[1:] in second or codes[1:] in first


def _is_clear(hits: Sequence[Hit], exact: Sequence[Mention]) -> bool:
    """Whether a place that fits the towns said is among the hits."""
    clear = [hit for hit in hits if hit.likeness >= CLEAR]
    towns = towns_of(exact)
    for hit in clear:
        if hit.spelled.is_town:
            towns.update(entry.place.code12[:9] for entry in hit.spelled.entries)
    return any(not hit.spelled.is_town and (not towns or in_towns(hit.spelled.entries, towns)) for hit in clear)
