"""Responsibility grids: cells they name and do not exist, and cells that nobody is responsible for."""

from __future__ import annotations

from collections import Counter

from geocode.pack import PackTables
from intake.pack import Faults

FILE = "grids.csv"


def check_grids(tables: PackTables, faults: Faults) -> None:
    """An unknown cell, or one that two grids name, is a fault; a community with cells in no grid is a warning."""
    communities = {cell.code: cell.code12 for cell in tables.cells}
    communities |= {shape.text("code"): shape.text("code12") for shape in tables.cell_shapes}
    first: dict[str, int] = {}
    for row in tables.grids:
        if row.cell not in communities:
            faults.add(FILE, row.line, f"grid {row.grid} names the unknown cell {row.cell}")
        if row.cell in first:
            faults.add(FILE, row.line, f"cell {row.cell} stands already on line {first[row.cell]}")
        first.setdefault(row.cell, row.line)
    if not tables.grids or tables.grid_shapes:
        return
    bare = Counter(code12 for cell, code12 in communities.items() if cell not in first)
    for code12, count in sorted(bare.items()):
        faults.warn(FILE, 0, f"{count} cells of community {code12} belong to no grid")
