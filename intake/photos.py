"""How a photo looks, in 64 bits: two shots of one file, made smaller or packed again, look the same.

A difference hash (dHash): the picture in nine by eight greys, and whether each is lighter than the next in its row.
"""

from __future__ import annotations

from PIL import Image

_WIDTH, _HEIGHT = 9, 8
# A picture of one colour, a black one for instance, looks like any other of the kind: it tells nothing.
_FLAT_BITS = 4


def look_of(picture: Image.Image) -> str | None:
    """The look as 16 hex digits; None when there is nothing to see. Decodes the picture: blocks."""
    grey = picture.convert("L").resize((_WIDTH, _HEIGHT), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(_HEIGHT):
        for column in range(_WIDTH - 1):
            place = row * _WIDTH + column
            bits = bits << 1 | (grey[place] > grey[place + 1])
    return f"{bits:016x}" if _FLAT_BITS <= bits.bit_count() <= 64 - _FLAT_BITS else None
