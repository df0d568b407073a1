"""`python answer.py DOCUMENTS QUERIES ANSWERS`: loads addok, then answers each query; runs in addok's environment.

All three are lines of JSON. The first line of ANSWERS holds the seconds of loading and of searching, then comes one
array of results for each query.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

_CHUNK, _LIMIT = 1000, 5


def main() -> None:
    """Load and answer."""
    documents, queries, answers = (Path(argument) for argument in sys.argv[1:4])
    importlib.import_module("addok.config").config.load()
    load_seconds = _load(documents)
    search = importlib.import_module("addok.core").search
    texts = [json.loads(line) for line in queries.read_text(encoding="utf-8").splitlines()]
    search(texts[0], limit=_LIMIT)
    begun = time.perf_counter()
    found = [search(text, limit=_LIMIT) for text in texts]
    seconds = time.perf_counter() - begun
    head = {"load_seconds": load_seconds, "search_seconds": seconds}
    lines = [json.dumps(head), *(json.dumps([_answer(result) for result in results]) for results in found)]
    answers.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _load(documents: Path) -> float:
    process = importlib.import_module("addok.batch").process_documents
    begun = time.perf_counter()
    with documents.open(encoding="utf-8") as lines:
        for chunk in _chunks(lines):
            process(*chunk)
    return time.perf_counter() - begun


def _chunks(lines: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(lines, _CHUNK)):
        yield chunk


def _answer(result: Any) -> dict[str, Any]:
    return {
        "name": result.whole,
        "code12": result.code12,
        "kind": result.kind,
        "lon": float(result.lon),
        "lat": float(result.lat),
        "score": result.score,
    }


main()
