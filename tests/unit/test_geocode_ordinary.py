"""Short names that are ordinary words: the pack names them, and a text that uses them so names no place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geocode import CityGeocoder
from geocode.ordinary import OrdinaryWords
from intake.pack import Faults

CITIES = Path(__file__).resolve().parents[2] / "cities"
TINY = Path(__file__).resolve().parents[1] / "data" / "tiny_city"
TEXT = "今天阳光很好，井盖不见了"


def places(folder: Path, text: str) -> tuple[list[str], list[str]]:
    """The faults of the pack, and the names of what a text names."""
    faults = Faults()
    answer = CityGeocoder.from_pack(folder, faults).locate(text)
    return [str(fault) for fault in faults.found], [one.name for one in answer.candidates]


@pytest.mark.parametrize(
    ("name", "ordinary"),
    [("阳光", True), ("西边", True), ("第一", True), ("井", True), ("", True), ("青新", False), ("塔头孙", False)],
)
def test_words_of_the_pack_single_letters_numbers_and_directions_are_ordinary(name: str, ordinary: bool) -> None:
    assert OrdinaryWords(frozenset({"阳光"})).holds(name) is ordinary


def test_an_ordinary_word_names_its_place_only_in_company() -> None:
    assert places(TINY, TEXT) == ([], [])
    assert places(TINY, "阳光社区井盖不见了") == ([], ["青阳街道阳光社区"])


def test_a_pack_may_leave_the_words_out(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(TINY, folder)
    (folder / "ordinary_words.csv").unlink()
    assert places(folder, TEXT) == ([], ["青阳街道阳光社区"])


def test_the_demo_city_names_far_cities_and_everyday_words() -> None:
    lines = (CITIES / "jinjiang" / "ordinary_words.csv").read_text(encoding="utf-8").splitlines()
    words = {line.partition(",")[0] for line in lines[1:]}
    assert (len(words), {"深圳", "阳光", "开发区"} - words, {"青新", "瑶琼"} & words) == (len(lines) - 1, set(), set())
