"""Sentences as a recogniser might write them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from case_api.catalogue.misheard import Misheard

MISHEARD = Misheard()
LONG = "路灯坏了晚上看不见有人占道经营摆摊下水道堵住污水流了一地" * 20


def test_a_fifth_of_the_characters_is_misheard_and_the_same_way_every_time() -> None:
    heard = MISHEARD.text(LONG)
    kept = sum(heard.count(char) for char in set(LONG)) / len(LONG)
    assert (heard == Misheard().text(LONG), 0.75 < kept < 0.95, 0.9 < len(heard) / len(LONG) < 1.0) == (True,) * 3


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec=None, exclude_categories=()), max_size=200))
def test_only_chinese_characters_are_misheard(text: str) -> None:
    others = [char for char in text if not "一" <= char <= "鿿"]
    assert [char for char in MISHEARD.text(text) if not "一" <= char <= "鿿"] == others
