"""`python -m bench accuracy.places`: every made set against the geocoder, what its confidence is worth, the misses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.accuracy.city_names import CityNames
from bench.accuracy.figures import calibration, misses, set_figures, table
from bench.accuracy.judge import Judge, Judged
from bench.accuracy.make import CITY, HELD_OUT, SECOND, make_sets
from bench.accuracy.spoken import spoken_sets
from geocode import CityGeocoder
from intake.pack import Faults

_MISSES = Path(__file__).parents[1] / "results" / "accuracy_misses.txt"
_LISTED = 30
_HANDS = {"first": "", "second": SECOND, "held_out": HELD_OUT}


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure; `tell` gets progress and the table."""
    tell("making the sets")
    names = CityNames(CITY)
    spoken = spoken_sets(names)
    if not spoken:
        tell("the spoken sentences are not beside this checkout: left out")
    geocoder, judge = CityGeocoder.from_pack(CITY, Faults()), Judge(names.courses)
    lines, result = [], dict[str, Any]()
    for hand, wordings in _HANDS.items():
        tell(f"wordings: {hand}")
        sets = make_sets(names, wordings=wordings) | (spoken if hand == "first" else {})
        judged = {
            name: [judge.judge(item, geocoder.locate(item.text)) for item in items] for name, items in sets.items()
        }
        result[hand] = {"sets": _told(judged, tell), "confidence": _calibration(judged)}
        if wordings == HELD_OUT:
            continue
        lines += [line for name, answers in judged.items() for line in misses(f"{hand} {name}", answers, _LISTED)]
    _MISSES.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return result


def _told(judged: dict[str, list[Judged]], tell: Callable[[str], None]) -> dict[str, Any]:
    figures = {name: set_figures(name, answers) for name, answers in judged.items()}
    for line in table(figures):
        tell(line)
    return figures


def _calibration(judged: dict[str, list[Judged]]) -> dict[str, Any]:
    return calibration(one for answers in judged.values() for one in answers)
