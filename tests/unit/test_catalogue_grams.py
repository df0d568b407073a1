"""Texts as runs of letters and sounds, and the words that only say where."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from case_api.catalogue.grams import Grams, readings_mark
from case_api.catalogue.place_words import HIDDEN, PlaceWords
from case_api.catalogue.run_table import RunTable, sorted_runs

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=3000)


def test_punctuation_is_left_out_digits_are_alike_and_positions_stay_true() -> None:
    letters = Grams().letters("Ａ灯，坏了 37号")
    assert (letters.characters, letters.positions) == ("a灯坏了00号", (0, 1, 3, 4, 6, 7, 8))


def test_words_that_a_southern_mouth_says_alike_have_the_same_sounds() -> None:
    grams = Grams()
    one, other = (grams.letters(text) for text in ("站到经营", "占道精英"))
    assert (one.sounds == other.sounds, one.characters == other.characters) == (True, False)


def test_known_runs_are_numbered_once_and_placed_wherever_they_stand() -> None:
    runs = sorted_runs({"灯", "坏", "灯坏", "没有"})
    table, letters = RunTable(runs), Grams().letters("灯坏，灯坏")
    known = table.known(letters)
    firsts, lengths = table.places(known, len(letters.characters))
    placed = zip([runs[number] for number in known.found], firsts.tolist(), lengths.tolist(), strict=True)
    assert [runs[number] for number in known.numbers] == ["坏", "灯", "灯坏"]
    assert sorted(placed) == [("坏", 1, 1), ("坏", 3, 1), ("灯", 0, 1), ("灯", 2, 1), ("灯坏", 0, 2), ("灯坏", 2, 2)]


def test_a_text_is_odd_where_known_sounds_are_written_with_unknown_characters() -> None:
    grams = Grams()
    table = RunTable(sorted_runs(grams.all(grams.letters("占道经营"))))
    said = ("占道经营", "站到精英", "占道精英", "路灯")
    assert [table.known(grams.letters(text)).oddness for text in said] == [0.0, 1.0, 2 / 3, 0.0]


@given(text=ANY_TEXT)
def test_the_runs_found_are_those_that_are_in_the_text(text: str) -> None:
    grams = Grams()
    letters = grams.letters(text)
    runs = sorted_runs({*grams.all(letters), "没有"})
    known = RunTable(runs).known(letters)
    assert {runs[number] for number in known.numbers} == grams.all(letters)


@settings(max_examples=80, deadline=None)
@given(text=ANY_TEXT)
def test_any_text_has_a_sound_and_a_position_for_every_letter(text: str) -> None:
    letters = Grams().letters(text)
    assert len(letters.characters) == len(letters.sounds) == len(letters.positions) <= 600
    assert list(letters.positions) == sorted(set(letters.positions))
    assert all(0 <= at < len(text) for at in letters.positions)


def test_a_hundred_thousand_letters_cost_no_more_runs_than_six_hundred() -> None:
    grams = Grams()
    long, short = (grams.all(grams.letters("井盖不见了" * times)) for times in (20_000, 120))
    assert long == short


def test_the_readings_have_one_mark() -> None:
    assert readings_mark() == readings_mark() != ""


def test_places_numbers_and_spots_are_hidden_one_for_one() -> None:
    places = PlaceWords(["塔头孙村", "菜市场旁边"])
    hidden = places.hide("塔头孙村西区54号菜市场旁边垃圾")
    assert (hidden.replace(HIDDEN, ""), len(hidden)) == ("垃圾", 16)
    assert places.hide("垃圾没人清") == "垃圾没人清"


@settings(max_examples=80, deadline=None)
@given(text=ANY_TEXT)
def test_hiding_twice_hides_no_more_and_keeps_the_length(text: str) -> None:
    places = PlaceWords(["塔头孙村", "桥头旁边"])
    hidden = places.hide(text)
    assert (len(hidden), places.hide(hidden)) == (len(text), hidden)
