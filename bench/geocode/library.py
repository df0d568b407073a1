"""`python -m bench.geocode.library PACK QUERIES`: one process that loads a pack and places texts, timed from within.

QUERIES is JSON: `rounds`, lists of typed texts that all differ; `heard`, a list; `sets`, lists by
name. Figures as JSON on stdout.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from geocode import CityGeocoder
from intake.pack import Faults


def main() -> None:
    """Load, warm up on the first round, time the others, then each text of the last by itself."""
    folder, queries = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    before = _memory_mb("VmRSS")
    faults = Faults()
    begun = time.perf_counter()
    geocoder = CityGeocoder.from_pack(folder, faults)
    load_seconds = time.perf_counter() - begun
    loaded = _memory_mb("VmRSS")
    warm_up, *rounds = queries["rounds"]
    _rate(geocoder, warm_up)
    each = sorted(_microseconds(geocoder, text) for text in rounds[-1])
    rates = [_rate(geocoder, texts) for texts in rounds]
    figures = {
        "faults": len(faults.found),
        "load_seconds": round(load_seconds, 2),
        "queries_per_second": round(statistics.median(rates)),
        "queries_per_second_best_round": round(max(rates)),
        "heard_per_second": round(_rate(geocoder, queries["heard"])),
        "p50_us": round(each[len(each) // 2]),
        "p99_us": round(each[len(each) * 99 // 100]),
        "max_us": round(each[-1]),
        "mean_us_by_set": {name: round(1e6 / _rate(geocoder, texts)) for name, texts in queries["sets"].items()},
        "memory_mb": {"imports": before, "loaded": loaded, "peak": _memory_mb("VmHWM"), "after": _memory_mb("VmRSS")},
    }
    print(json.dumps(figures))


def _rate(geocoder: CityGeocoder, texts: Sequence[str]) -> float:
    locate = geocoder.locate
    begun = time.perf_counter()
    for text in texts:
        locate(text)
    return len(texts) / (time.perf_counter() - begun)


def _microseconds(geocoder: CityGeocoder, text: str) -> float:
    begun = time.perf_counter_ns()
    geocoder.locate(text)
    return (time.perf_counter_ns() - begun) / 1000


def _memory_mb(key: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) // 1024
    return 0


if __name__ == "__main__":
    main()
