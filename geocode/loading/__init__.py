"""Data of a city from the files of other systems into the files of its pack."""

from geocode.loading.load import TABLES, load_file
from geocode.loading.raster import make_raster
from geocode.loading.request import LoadRequest, LoadResult

__all__ = ["TABLES", "LoadRequest", "LoadResult", "load_file", "make_raster"]
