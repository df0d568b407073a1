"""Chinese numerals where a number of an address can stand: 一百七十一号, 幺幺零号, 附三号, 五十米."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "幺": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ALL = "零一二三四五六七八九两幺十百千"
# What a converted number makes of the text must be read the same way again: hence 之 before numerals and digits alike.
NUMERAL = re.compile(
    f"[{_ALL}]{{1,12}}(?=号|弄|幢|栋|座|米|公里|[多来余几]米|#|[之-][{_ALL}\\d]{{1,4}}号|号之)"
    f"|(?<=附)[{_ALL}]{{1,4}}(?!楼|层)|(?<=[号\\d]之)[{_ALL}]{{1,3}}(?![{_ALL}])"
)


def value(numeral: str) -> str | None:
    """`一百七十一` to `171`, `一七一` to `171`; None for what is no number, such as `十百`."""
    if not any(char in _UNITS for char in numeral):
        return "".join(str(_DIGITS[char]) for char in numeral)
    total, digit, last_unit = 0, None, 10_000
    for char in numeral:
        if char in _UNITS:
            if _UNITS[char] >= last_unit:
                return None
            last_unit = _UNITS[char]
            total += (1 if digit is None else digit) * last_unit
            digit = None
        elif digit:
            return None
        else:
            digit = _DIGITS[char]
    return str(total + (digit or 0))
