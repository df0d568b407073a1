"""A running hub takes a changed pack under a stream of queries: none fails, and the new name is found."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bench.hub_process import HubProcess
from geocode.datum import convert
from geocode.projection import Projection
from geocode.version import pack_version
from intake.model import Datum

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
TINY = Path(__file__).parent.parent / "data" / "tiny_city"
STREAMS = 4


@dataclass(slots=True)
class Stream:
    """Queries that are asked all the time, by several at once."""

    url: str
    answered: int = 0
    failed: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        """Until it is over."""
        while not self.is_over.is_set():
            try:
                found = candidates(self.url, "青阳街道文竹路11号")
            except OSError as error:
                self.failed.append(str(error))
                continue
            self.answered += 1
            if found[0]["code12"] != "350582001004":
                self.failed.append(str(found))


def get(url: str, path: str) -> Any:
    with urllib.request.urlopen(url + path, timeout=30) as answer:  # noqa: S310 - our own http
        return json.load(answer)


def candidates(url: str, text: str) -> Any:
    return get(url, f"/api/v1/geocode?q={urllib.parse.quote(text)}")["candidates"]


def version_of(url: str) -> str:
    (city,) = [part for part in get(url, "/readyz")["parts"] if part["name"] == "city"]
    return str(city["detail"])


@contextmanager
def stream_to(url: str) -> Iterator[Stream]:
    stream = Stream(url)
    threads = [threading.Thread(target=stream.ask) for _ in range(STREAMS)]
    for thread in threads:
        thread.start()
    try:
        yield stream
    finally:
        stream.is_over.set()
        for thread in threads:
            thread.join()


@contextmanager
def running(tmp_path: Path, pack: Path) -> Iterator[HubProcess]:
    hub = HubProcess(tmp_path / "data", settings={"HUB_CITY": str(pack)})
    try:
        hub.start()
        yield hub
    finally:
        hub.stop()


def refused(hub: HubProcess, *arguments: str) -> dict[str, Any]:
    """A command that must leave with 1; its problem object."""
    with pytest.raises(subprocess.CalledProcessError) as failed:
        hub.run(*arguments)
    assert failed.value.returncode == 1
    told: dict[str, Any] = json.loads(failed.value.stdout)
    return told


def test_a_loaded_place_is_found_after_a_reload_that_nobody_notices(tmp_path: Path) -> None:
    pack, file = tmp_path / "city", tmp_path / "poi.csv"
    shutil.copytree(TINY, pack)
    file.write_text("名称,类型,经度,纬度\n金凤花鸟市场,市场,118.5483,24.7957\n", encoding="utf-8")
    with running(tmp_path, pack) as hub:
        before = version_of(hub.url)
        assert (before, candidates(hub.url, "金凤花鸟市场")) == (pack_version(pack), [])
        with stream_to(hub.url) as stream:
            loaded = json.loads(hub.run("city", "load", str(file), "--as", "places", "--crs", "cgcs2000", "--json"))
            assert (loaded["taken"], loaded["left_out"], version_of(hub.url)) == (1, 0, before)
            told = json.loads(hub.run("city", "reload", "--json"))
        assert (stream.failed, stream.answered > 0) == ([], True)
        after = pack_version(pack)
        assert (told["ok"], {one["role"]: one["version"] for one in told["processes"]}) == (
            True,
            {"web": after, "worker": after},
        )
        assert (version_of(hub.url), [one["name"] for one in candidates(hub.url, "金凤花鸟市场")]) == (
            after,
            ["青阳街道金凤花鸟市场"],
        )
        lon, lat = convert(*Projection("EPSG:4549").degrees(354_900, 2_744_200), Datum.CGCS2000, Datum.GCJ02)
        stated = get(hub.url, f"/api/v1/geocode/reverse?lon={lon}&lat={lat}&datum=wgs84")
        assert (stated["candidate"], stated["suspected_datum"]) == (None, "gcj02")
        with (pack / "doors.csv").open("a", encoding="utf-8") as doors:
            doors.write("r999,,1,,118.5483,24.7957,350582001004\n")
        problem = refused(hub, "city", "reload", "--json")
        assert "unknown road r999" in problem["detail_en"]
        assert (version_of(hub.url), candidates(hub.url, "金凤花鸟市场")[0]["code12"]) == (after, "350582001004")
