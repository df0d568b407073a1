"""`python -m scripts.generate_city --seed 350582 --out cities/jinjiang` writes the generated half of the demo pack."""

from __future__ import annotations

import argparse
from pathlib import Path

from scripts.generate_city.inputs import read_inputs
from scripts.generate_city.tables import invent, write_city

DEMO_PACK = Path("cities/jinjiang")


def main() -> None:
    """Reads the committed inputs, invents the rest, writes it and prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=350582)
    parser.add_argument("--source", type=Path, default=DEMO_PACK / "source")
    parser.add_argument("--projection", default="EPSG:4549")
    parser.add_argument("--out", type=Path, default=DEMO_PACK)
    choices = parser.parse_args()
    choices.out.mkdir(parents=True, exist_ok=True)
    city = invent(read_inputs(choices.source), choices.projection, choices.seed)
    for name, count in write_city(city, choices.out).items():
        print(f"{name}: {count}")


if __name__ == "__main__":
    main()
