"""How characters sound, alike and unlike."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import intake
from geocode.sounds import SAME_SOUND, SAME_TONELESS, UNLIKE, Sounds
from geocode.syllables import Syllable, folded, split
from scripts.make_readings import reading_lines

SOUNDS = Sounds()


@pytest.mark.parametrize(
    ("pinyin", "parts"),
    [
        ("zhuang", Syllable("zh", "u", "a", "ng")),
        ("yan", Syllable("", "i", "a", "n")),
        ("wei", Syllable("", "u", "e", "i")),
        ("xu", Syllable("x", "ü", "", "")),
        ("lüe", Syllable("l", "ü", "e", "")),
        ("liu", Syllable("l", "i", "o", "u")),
        ("cun", Syllable("c", "u", "e", "n")),
        ("zi", Syllable("z", "", "z", "")),
        ("li", Syllable("l", "i", "", "")),
        ("er", Syllable("", "", "e", "r")),
        ("a", Syllable("", "", "a", "")),
    ],
)
def test_a_syllable_is_taken_apart(pinyin: str, parts: Syllable) -> None:
    assert split(pinyin) == parts


@pytest.mark.parametrize(
    "pair",
    ["zhi zi", "chang can", "shi si", "nan lan", "ren len", "fei hui", "fa hua", "fang huan", "ying yin", "yu yi"],
)
def test_southern_speakers_fold_syllables(pair: str) -> None:
    one, other = pair.split()
    assert folded(split(one)) == folded(split(other))


@pytest.mark.parametrize("pair", ["dong dou", "ba pa", "zi ji", "ming ning", "gu ku", "hong han", "dan dian"])
def test_other_syllables_stay_apart(pair: str) -> None:
    one, other = pair.split()
    assert folded(split(one)) != folded(split(other))


@given(st.text())
def test_every_character_has_one_code_and_what_is_not_chinese_is_its_own(text: str) -> None:
    codes = SOUNDS.codes(text)
    assert len(codes) == len(text)
    assert all(code == char for code, char in zip(codes, text, strict=True) if not "\u4e00" <= char <= "\u9fff")


def test_names_that_sound_the_same_have_the_same_codes() -> None:
    assert SOUNDS.codes("古英村") == SOUNDS.codes("谷盈存")
    assert SOUNDS.codes("古英村") != SOUNDS.codes("古营边")


def test_a_name_is_known_by_every_reading_of_its_characters() -> None:
    ways = SOUNDS.codes_of_name("曾厝")
    assert SOUNDS.codes("增错") in ways
    assert SOUNDS.codes("层错") == ways[0]
    assert len(SOUNDS.codes_of_name("长重行曾石厦")) == 6


def test_unlikeness_grows_from_tone_to_accent_to_another_syllable() -> None:
    costs = [SOUNDS.unlike(said, "村") for said in ("村", "邨", "存", "春", "尊", "孙", "路")]
    assert costs == sorted(costs)
    assert (costs[0], costs[1], costs[2], costs[-1]) == (0.0, SAME_SOUND, SAME_TONELESS, UNLIKE)
    assert SOUNDS.unlike("村", "x") == UNLIKE


def test_a_swallowed_final_counts_less_than_the_initial() -> None:
    assert SOUNDS.worn("出", "村") < SOUNDS.worn("市", "村") < SOUNDS.worn("本", "村")
    assert SOUNDS.worn("正", "镇") < 0.05


def test_the_table_of_readings_is_that_of_the_package() -> None:
    table = Path(intake.__file__).parent / "data" / "readings.txt"
    assert table.read_text(encoding="utf-8").splitlines() == list(reading_lines())


def test_sounds_are_let_go_without_a_collection_of_cycles() -> None:
    sounds = Sounds()
    sounds.unlike("古", "谷")
    gone = weakref.ref(sounds)
    gc.disable()
    try:
        del sounds
        assert gone() is None
    finally:
        gc.enable()
