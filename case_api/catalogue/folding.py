"""Light normalisation that keeps every position: one character in, one character out."""

from __future__ import annotations

_FULL_WIDTH = range(0xFF01, 0xFF5F)
_FULL_WIDTH_SHIFT = 0xFEE0


class Folding:
    """Full-width forms become half-width and Latin capitals small, so that spans stay true to the text given."""

    def __init__(self) -> None:
        self._table = {code: code - _FULL_WIDTH_SHIFT for code in _FULL_WIDTH} | {0x3000: 0x20}
        for capital in range(ord("A"), ord("Z") + 1):
            small = capital + 0x20
            self._table |= {capital: small, capital + _FULL_WIDTH_SHIFT: small}

    @property
    def table(self) -> dict[int, str]:
        """What becomes of each code point that changes."""
        return {code: chr(to) for code, to in self._table.items()}

    def fold(self, text: str) -> str:
        """The text with the same length, ready to be compared."""
        return text.translate(self._table)
