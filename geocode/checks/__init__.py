"""What `hub city check` looks at beyond single rows: each subject in a file, each fault with file, line and reason."""

from geocode.checks.cells import check_cell_shapes
from geocode.checks.grids import check_grids
from geocode.checks.ground import Ground
from geocode.checks.names import check_names
from geocode.checks.numbers import check_numbers
from geocode.checks.positions import check_positions, check_squares
from geocode.checks.raster import check_raster
from geocode.checks.roads import check_roads
from geocode.checks.towns import check_towns

__all__ = [
    "Ground",
    "check_cell_shapes",
    "check_grids",
    "check_names",
    "check_numbers",
    "check_positions",
    "check_raster",
    "check_roads",
    "check_squares",
    "check_towns",
]
