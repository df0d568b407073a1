"""A changed pack is taken while the old one serves; a faulty one is refused and changes nothing."""

from __future__ import annotations

import asyncio
import gc
import shutil
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from geocode import FaultyPack, ServingGeocoder, load_city
from geocode.version import pack_version
from hub.city_reload import CityKeeper, Served, ask_for_reload, told_by_processes
from hub.city_views import Addresses
from hub.clock import SystemClock

TINY = Path(__file__).parent.parent / "data" / "tiny_city"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
MARKET = "p900,market,金凤花鸟市场,,350582001004,118.5483,24.7957,x\n"


class Ending:
    """Lets a loop come round so many times."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds

    async def rest(self, seconds: float) -> bool:
        self.rounds -= 1
        await asyncio.sleep(0)
        return self.rounds >= 0


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    return folder


@pytest.fixture
def keeper(tmp_path: Path, pack: Path) -> CityKeeper:
    return CityKeeper(tmp_path / "data", pack, SystemClock(), ServingGeocoder(load_city(pack, NOW)))


def append(pack: Path, name: str, row: str) -> None:
    with (pack / name).open("a", encoding="utf-8") as file:
        file.write(row)


def names(geocoder: ServingGeocoder, text: str) -> list[str]:
    return [one.name for one in geocoder.locate(text).candidates]


@contextmanager
def queries(geocoder: ServingGeocoder) -> Iterator[list[str]]:
    """Questions from four threads as long as the context is open; each that had no answer is in the list."""
    is_over = threading.Event()
    failed: list[str] = []

    def ask() -> None:
        while not is_over.is_set():
            if geocoder.locate("文竹路11号").candidates[0].code12 != "350582001004":
                failed.append("文竹路11号")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield failed
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


async def test_a_changed_pack_is_taken_when_asked_for_and_no_query_fails(keeper: CityKeeper, pack: Path) -> None:
    old = keeper.geocoder.loaded
    append(pack, "places.csv", MARKET)
    assert (await keeper.look(), names(keeper.geocoder, "金凤花鸟市场")) == (False, [])
    ask_for_reload(keeper.data, "first")
    with queries(keeper.geocoder) as failed:
        assert await keeper.look()
    assert (failed, keeper.taken, keeper.refused) == ([], 1, 0)
    assert names(keeper.geocoder, "金凤花鸟市场") == ["青阳街道金凤花鸟市场"]
    assert keeper.geocoder.loaded.version == pack_version(pack) != old.version
    assert await keeper.look() is False


async def test_a_faulty_pack_is_refused_with_its_faults_and_the_old_one_serves_on(
    keeper: CityKeeper, pack: Path
) -> None:
    old = keeper.geocoder.loaded
    append(pack, "doors.csv", "r999,,1,,118.5483,24.7957,350582001004\n")
    ask_for_reload(keeper.data, "first")
    assert await keeper.look()
    assert keeper.geocoder.loaded is old
    (fault,) = keeper.faults
    assert (keeper.taken, keeper.refused, fault.endswith("unknown road r999")) == (0, 1, True)
    (pack / "county.geojson").unlink()
    ask_for_reload(keeper.data, "second")
    assert await keeper.look()
    assert (keeper.geocoder.loaded, keeper.refused) == (old, 2)
    shutil.copytree(TINY, pack, dirs_exist_ok=True)
    ask_for_reload(keeper.data, "third")
    assert await keeper.look()
    assert (keeper.taken, keeper.faults, keeper.geocoder.loaded.version) == (1, (), old.version)


async def test_a_process_says_what_it_serves_and_is_silent_when_it_ends(keeper: CityKeeper, pack: Path) -> None:
    told: list[list[Served]] = []

    class Watching(Ending):
        async def rest(self, seconds: float) -> bool:
            told.append(told_by_processes(keeper.data))
            return await super().rest(seconds)

    ask_for_reload(keeper.data, "first")
    append(pack, "places.csv", MARKET)
    before = keeper.geocoder.loaded.version
    await keeper.run(Watching(2), "worker")
    versions = [[(one.role, one.version, one.seen, one.refused) for one in served] for served in told]
    assert versions == [
        [("worker", before, "", ())],
        [("worker", pack_version(pack), "first", ())],
        [("worker", pack_version(pack), "first", ())],
    ]
    assert told_by_processes(keeper.data) == []


def test_a_mark_of_an_earlier_life_is_not_obeyed_again(tmp_path: Path, pack: Path) -> None:
    ask_for_reload(tmp_path / "data", "long ago")
    keeper = CityKeeper(tmp_path / "data", pack, SystemClock(), ServingGeocoder(load_city(pack, NOW)))
    assert asyncio.run(keeper.look()) is False


def test_the_version_tells_contents_and_not_copies(pack: Path) -> None:
    before = pack_version(pack)
    shutil.copy(pack / "places.csv", pack / "places.csv.bak")
    (pack / "README.md").write_text("notes", encoding="utf-8")
    assert (len(before), pack_version(pack)) == (12, before)
    append(pack, "places.csv", MARKET)
    assert pack_version(pack) != before
    assert not pack_version(pack / "nowhere")


def test_addresses_follow_the_city_that_serves(pack: Path) -> None:
    serving = ServingGeocoder(load_city(TINY, NOW))
    addresses = Addresses(serving)
    assert (addresses["350582001004"], "350582102212" in addresses) == ("青阳街道青新社区", True)
    count = len(addresses)
    append(pack, "divisions.csv", "350582001016,文华社区居委会,文华,community,社区,350582001000,no,,,x\n")
    serving.take(load_city(pack, NOW))
    assert (addresses["350582001016"], len(addresses), len(list(addresses))) == (
        "青阳街道文华社区",
        count + 1,
        count + 1,
    )


def test_a_pack_with_faults_cannot_be_loaded(pack: Path) -> None:
    append(pack, "doors.csv", "r999,,1,,118.5483,24.7957,350582001004\n")
    with pytest.raises(FaultyPack, match="unknown road r999"):
        load_city(pack, NOW)


def _parts(root: object) -> list[weakref.ref[object]]:
    """Everything of the geocoder's own that hangs on an object and can be watched."""
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, (type, ModuleType)):
            continue
        seen[id(one)] = one
        waiting += gc.get_referents(one) if not isinstance(one, FunctionType) else list(one.__closure__ or ())
    own = [one for one in seen.values() if type(one).__module__.startswith("geocode.") and not isinstance(one, Enum)]
    return [weakref.ref(one) for one in own if type(one).__weakrefoffset__]


def test_a_city_that_serves_no_more_is_let_go_without_the_collector(pack: Path) -> None:
    serving = ServingGeocoder(load_city(pack, NOW))
    serving.locate("文竹路与世纪大道路口往北50米，瑶琼小学对面")
    old = _parts(serving.city)
    other = load_city(TINY, NOW)
    gc.disable()
    try:
        serving.take(other)
        kept = {type(part).__name__ for ref in old if (part := ref()) is not None}
    finally:
        gc.enable()
    assert len(old) >= 10
    assert kept == set()
