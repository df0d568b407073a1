"""The background of every map: the city pack's own lines, so that no map server is needed."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from intake.http import PUBLIC, Call, Route

_LAYERS = {"county.geojson": "county", "communities.geojson": "community", "roads.geojson": "road"}
_DIGITS = 5


def map_routes(city: Path, version: Callable[[], str] = str) -> tuple[Route, ...]:
    """`GET /map/base.geojson`: county, communities and roads as one FeatureCollection with `layer` and `name`, drawn
    anew when `version` of the pack changes."""

    @lru_cache(maxsize=1)
    def base(_: str) -> tuple[bytes, str]:
        content = _feature_collection(city)
        return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'

    async def answer(call: Call) -> web.StreamResponse:
        content, etag = base(version())
        headers = {"ETag": etag, "Cache-Control": "public, max-age=3600"}
        if call.request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers=headers)
        response = web.Response(body=content, content_type="application/geo+json", headers=headers)
        response.enable_compression()
        return response

    return (Route("GET", "/map/base.geojson", answer, PUBLIC, "地图底图", "map", page=True),)


def _feature_collection(city: Path) -> bytes:
    names = _division_names(city)
    features: list[dict[str, Any]] = []
    for file, layer in _LAYERS.items():
        for feature in orjson.loads((city / file).read_bytes())["features"]:
            properties = feature["properties"]
            name = properties.get("name") or names.get(properties.get("code12", ""), "")
            features.append(
                {
                    "type": "Feature",
                    "properties": {"layer": layer, "name": name, "code": properties.get("code12", "")},
                    "geometry": {**feature["geometry"], "coordinates": _rounded(feature["geometry"]["coordinates"])},
                },
            )
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _division_names(city: Path) -> dict[str, str]:
    with (city / "divisions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code12"].strip(): (row.get("short_name") or "").strip() for row in csv.DictReader(file)}


def _rounded(coordinates: Any) -> Any:
    """About a metre is enough for a background."""
    if isinstance(coordinates, float):
        return round(coordinates, _DIGITS)
    return [_rounded(one) for one in coordinates] if isinstance(coordinates, list) else coordinates
