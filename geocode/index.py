"""Names found in a text: one automaton over every spelling, then the fullest and longest without overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import ahocorasick

from geocode.gazetteer import Entry, Kind
from geocode.normalise import fold
from geocode.spelled import How, Mention

MENTION_LIMIT = 40


class NameIndex:
    """All names of the city. Immutable after it is built; searching is safe from any thread."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        names: dict[str, list[Entry]] = {}
        for entry in entries:
            spelling = fold(entry.spelling)
            if len(spelling) >= 2:
                names.setdefault(spelling, []).append(entry)
        self._automaton = ahocorasick.Automaton()
        for spelling, named in names.items():
            kept = _kept(named)
            self._automaton.add_word(spelling, (len(spelling), kept[0].form, kept, spelling))
        self._empty = not names
        self._automaton.make_automaton()

    def find(self, text: str) -> list[Mention]:
        """Mentions in the order of the text, at most `MENTION_LIMIT`. `text` is normalised."""
        if self._empty:
            return []
        hits = [
            (best, -length, end + 1, entries, name)
            for end, (length, best, entries, name) in self._automaton.iter(text)
        ]
        if len(hits) > 1:
            hits.sort(key=lambda hit: hit[:3])
        taken = bytearray(len(text))
        mentions = []
        for _, minus_length, end, entries, name in hits:
            start = end + minus_length
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * -minus_length
                mentions.append(Mention(start, end, entries, How.EXACT, 1.0, name))
        mentions.sort(key=lambda mention: mention.start)
        return mentions[:MENTION_LIMIT]


def _kept(named: Sequence[Entry]) -> tuple[Entry, ...]:
    """Each place once, only the fullest form; a landmark goes before the community it is named after and lies in."""
    best = min(entry.form for entry in named)
    places = {(entry.place.kind, entry.place.id): entry for entry in named if entry.form == best}
    housed = {entry.place.code12 for entry in places.values() if entry.place.kind is Kind.LANDMARK}
    return tuple(
        entry for entry in places.values() if entry.place.kind is not Kind.COMMUNITY or entry.place.code12 not in housed
    )
