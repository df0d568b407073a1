"""`python -m bench geocode`: speed, memory and loading at 3,000 and at 100,000 names; addok on the same texts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.accuracy.city_names import CityNames
from bench.accuracy.figures import share
from bench.accuracy.item import Item
from bench.accuracy.judge import Judge
from bench.accuracy.make import CITY, SIZE, make_set
from bench.accuracy.make import SETS as ALL_SETS
from bench.accuracy.spoken import spoken_sets
from bench.geocode.made_city import MadeCity
from bench.geocode.peer import ask_addok
from geocode import CityGeocoder
from intake.model import PlaceAnswer
from intake.pack import Faults

_CHECKOUT = Path(__file__).parents[2]
_NAMES, _SEED = 100_000, 12319
_ROUNDS = 3
_HEARD = ("homophones", "accent", "heard")
_CUTS = ("words", "both")

Sets = Mapping[str, Sequence[Item]]


def run(tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure; `tell` gets progress."""
    folder = Path(tempfile.mkdtemp(prefix="bench-geocode-"))
    try:
        small = CityNames(CITY)
        # Neighbours on the machine slow everything: the figures mean what they say near 0 only.
        result: dict[str, Any] = {"load_average_before": round(os.getloadavg()[0], 1)}
        result["jinjiang"] = _library(small, folder, tell)
        result["beside_addok"] = _beside(small, tell)
        tell(f"making a city of {_NAMES:,} names")
        large = CityNames(MadeCity(_NAMES, _SEED).write(folder / "city"))
        result["made_city"] = _library(large, folder, tell)
        result["batch_lines_per_second"] = _batch(small, folder, tell)
        return result
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _library(names: CityNames, folder: Path, tell: Callable[[str], None]) -> dict[str, Any]:
    """A process of its own, that nothing else fills: `bench.geocode.library` on texts that all differ."""
    tell(f"texts about {sum(1 for _ in names.everything()):,} names")
    made = {name: make_set(name, names, SIZE * (_ROUNDS + 1)) for name in ALL_SETS if name not in _HEARD}
    rounds = [
        [item.text for items in made.values() for item in items[number * SIZE : (number + 1) * SIZE]]
        for number in range(_ROUNDS + 1)
    ]
    heard = {name: [item.text for item in make_set(name, names)] for name in _HEARD}
    by_set = {name: [item.text for item in items[-SIZE:]] for name, items in made.items()} | heard
    queries = folder / "queries.json"
    told = {"rounds": rounds, "heard": [text for texts in heard.values() for text in texts], "sets": by_set}
    queries.write_text(json.dumps(told), encoding="utf-8")
    tell("placing them")
    answer = subprocess.run(
        [sys.executable, "-m", "bench.geocode.library", names.folder, queries],
        cwd=_CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    counts = {"names": sum(1 for _ in names.everything()), "doors": len(names.doors)}
    return counts | dict(json.loads(answer.stdout))


def _beside(names: CityNames, tell: Callable[[str], None]) -> dict[str, Any]:
    """The same texts for us and for addok: the share of each set where a true place came first."""
    sets = {name: make_set(name, names) for name in ALL_SETS} | spoken_sets(names)
    with_truth = {name: items for name, items in sets.items() if items[0].spots}
    texts = [item.text for items in with_truth.values() for item in items]
    judge, geocoder = Judge(names.courses), CityGeocoder.from_pack(names.folder, Faults())
    result: dict[str, Any] = {"ours": {"first": _first(judge, with_truth, [geocoder.locate(text) for text in texts])}}
    for cut in _CUTS:
        found = ask_addok(names, texts, cut, tell)
        result[f"addok_{cut}"] = {
            "queries_per_second": round(found.queries_per_second),
            "load_seconds": round(found.load_seconds, 1),
            "first": _first(judge, with_truth, found.answers),
        }
    return result


def _first(judge: Judge, sets: Sets, answers: Sequence[PlaceAnswer]) -> dict[str, float]:
    left = iter(answers)
    return {name: share(judge.judge(item, next(left)).first for item in items) for name, items in sets.items()}


def _batch(names: CityNames, folder: Path, tell: Callable[[str], None]) -> dict[str, int]:
    """`hub geocode batch` as a command: lines of a second, and the seconds that starting takes, told apart."""
    lines = 5 * [item.text for name in ("sentence", "section_number") for item in make_set(name, names, 10 * SIZE)]
    tell(f"hub geocode batch on {len(lines):,} lines and on none")
    seconds = [_batch_seconds(folder, lines), _batch_seconds(folder, [])]
    return {"lines": len(lines), "per_second": round(len(lines) / (seconds[0] - seconds[1]))}


def _batch_seconds(folder: Path, lines: Sequence[str]) -> float:
    file = folder / "lines.txt"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    begun = time.perf_counter()
    answer = subprocess.run(
        [Path(sys.executable).parent / "hub", "geocode", "batch", file],
        cwd=_CHECKOUT,
        env={**os.environ, "HUB_DATA": str(folder / "data")},
        capture_output=True,
        check=True,
    )
    if len(answer.stdout.splitlines()) != len(lines):
        raise RuntimeError("batch did not answer every line")
    return time.perf_counter() - begun
