"""Short names that are also ordinary words or the names of far cities: they count only beside 社区, 村 or a town.

Which words are ordinary in texts about a city, its pack says; that single letters, numbers and directions are, is so
everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATTERN = re.compile(
    r"第?[一二三四五六七八九十]|[东西南北前后上下里内外中山湖坑溪水海江河沟坝塘村桥路井][东西南北前后上下里内外中边面头门口尾]"
)


@dataclass(frozen=True, slots=True)
class OrdinaryWords:
    """The words of one city."""

    words: frozenset[str] = frozenset()

    def holds(self, name: str) -> bool:
        """Whether a short name would turn up in texts that do not mean the place."""
        # No pattern is longer than two characters: of very many names only the look-up is left.
        return name in self.words or len(name) < 2 or (len(name) == 2 and _PATTERN.fullmatch(name) is not None)
