"""The background of the maps, drawn from a pack whose tables are CSV as CSV may be."""

from __future__ import annotations

import shutil
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from hub.map_base import map_routes
from intake.http import Nobody, mount

TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_city"


async def names(city: Path) -> list[str]:
    """The names of the communities that the map shows."""
    app = web.Application()
    mount(app, map_routes(city), Nobody())
    async with (
        TestServer(app) as server,
        ClientSession(server.make_url("/")) as client,
        client.get("/map/base.geojson") as answer,
    ):
        features = (await answer.json(content_type=None))["features"]
    return sorted(one["properties"]["name"] for one in features if one["properties"]["layer"] == "community")


def respelled(text: str) -> str:
    """The same table with a mark in front, the columns in another order, and a comma inside a quoted name."""
    rows = [line.split(",") for line in text.splitlines()]
    at = [rows[0].index(column) for column in ("short_name", "name", "code12")]
    lines = ["short_name,name,code12", *(f'{row[at[0]]},"{row[at[1]]},",{row[at[2]]}' for row in rows[1:])]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


async def test_communities_are_named_however_their_table_is_spelled(tmp_path: Path) -> None:
    city = tmp_path / "city"
    shutil.copytree(TINY, city)
    table = city / "divisions.csv"
    before = await names(city)
    table.write_text(respelled(table.read_text(encoding="utf-8")), encoding="utf-8")
    assert (await names(city), "" in before, len(before) > 1) == (before, False, True)
