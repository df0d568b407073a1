"""addok beside us: installed in a folder of its own, filled with the same city, asked the same texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.accuracy.city_names import CityNames, Named
from bench.accuracy.item import SpotKind
from intake.model import PlaceAnswer, PlaceCandidate, Precision
from tests.services.redis import redis_server

_CHECKOUT = Path(__file__).parents[2]
_ADDOK = _CHECKOUT / "bench" / "addok"
_HOME = _CHECKOUT / "var" / "bench" / "addok"
_LONGEST_SECONDS = 1800
_PRECISION = {
    SpotKind.TOWN: Precision.TOWN,
    SpotKind.COMMUNITY: Precision.COMMUNITY,
    SpotKind.ROAD: Precision.ROAD,
    SpotKind.LANDMARK: Precision.LANDMARK,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What addok said to each text, and its speed."""

    answers: tuple[PlaceAnswer, ...]
    queries_per_second: float
    load_seconds: float


def ask_addok(names: CityNames, texts: Sequence[str], cut: str, tell: Callable[[str], None]) -> Answers:
    """Every text answered by addok, its tokens words or `both` words and characters. Raises CalledProcessError, with
    its output shown, when addok cannot be installed or ends with an error."""
    python = _installed(tell)
    with tempfile.TemporaryDirectory(prefix="bench-addok-") as name, redis_server() as redis:
        folder = Path(name)
        _write_lines(folder / "documents", documents(names))
        _write_lines(folder / "queries", texts)
        words = sorted({spelling for spelling in names.by_spelling if len(spelling) > 1})
        (folder / "words").write_text("".join(f"{word} 1000\n" for word in words), encoding="utf-8")
        tell(f"addok, {cut}: loading and {len(texts):,} queries")
        subprocess.run(
            [python, _ADDOK / "answer.py", folder / "documents", folder / "queries", folder / "answers"],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(_ADDOK),
                "ADDOK_CONFIG_MODULE": str(_ADDOK / "settings.conf"),
                "ADDOK_SOCKET": str(redis.folder / "redis.sock"),
                "ADDOK_LOG_DIR": str(folder),
                "ADDOK_CHINESE": cut,
                "ADDOK_WORDS": str(folder / "words"),
            },
            stdout=sys.stderr,
            timeout=_LONGEST_SECONDS,
            check=True,
        )
        head, *lines = (folder / "answers").read_text(encoding="utf-8").splitlines()
    seconds = json.loads(head)
    answers = tuple(_answer(text, json.loads(line)) for text, line in zip(texts, lines, strict=True))
    return Answers(answers, len(texts) / seconds["search_seconds"], seconds["load_seconds"])


def _installed(tell: Callable[[str], None]) -> Path:
    """The Python of addok's environment, made where it is missing or its pins have changed."""
    python, pins = _HOME / "bin" / "python", _ADDOK / "requirements.txt"
    done = _HOME / "pins.txt"
    if not done.exists() or done.read_bytes() != pins.read_bytes():
        tell("installing addok")
        subprocess.run([sys.executable, "-m", "venv", "--clear", _HOME], check=True)
        pip: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
        ]
        subprocess.run([*pip, "-r", pins], stdout=sys.stderr, check=True)
        done.write_bytes(pins.read_bytes())
    return python


def documents(names: CityNames) -> Iterator[dict[str, Any]]:
    """The city as addok takes it: one document for each place, its door numbers within."""
    for named in names.everything():
        town = names.towns.get(named.town)
        towns = [town.name, town.short] if town else []
        spellings = [spelling for spelling in dict.fromkeys((*named.spellings, named.short)) if spelling]
        yield {
            "_id": named.id,
            "name": spellings,
            "city": towns if named.kind is not SpotKind.TOWN else [],
            "spellings": "|".join(spellings),
            "towns": "|".join(towns),
            "whole": named.name,
            "code12": named.code12,
            "kind": named.kind.value,
            "type": named.kind.value,
            "lon": named.lon,
            "lat": named.lat,
            "importance": 0.1 if named.kind is SpotKind.TOWN else 0.5,
            "housenumbers": _numbers(names, named),
        }


def _numbers(names: CityNames, named: Named) -> dict[str, dict[str, Any]]:
    return {
        f"{door.section}{door.number}{'-' + door.suffix if door.suffix else ''}号": {
            "lon": door.lon,
            "lat": door.lat,
            "code12": door.code12,
        }
        for door in names.doors_of(named)
    }


def _write_lines(path: Path, values: Iterable[object]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def _answer(text: str, found: Sequence[dict[str, Any]]) -> PlaceAnswer:
    return PlaceAnswer(
        text,
        tuple(
            PlaceCandidate(
                name=one["name"],
                code12=one["code12"],
                lon=one["lon"],
                lat=one["lat"],
                precision=_PRECISION[SpotKind(one["kind"])],
                accuracy_metres=0.0,
                cell="",
                confidence=one["score"],
                span=(0, 0),
            )
            for one in found
        ),
    )
