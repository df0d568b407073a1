"""Numbers: one spelling inside, masked outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.model import Contact
from intake.model.contact import mask_numbers, mask_phone, normalise_phone

MOBILE = "13812345678"


@pytest.mark.parametrize(
    ("spelling", "digits"),
    [
        (MOBILE, MOBILE),
        ("+86 138-1234-5678", MOBILE),
        ("0086 13812345678", MOBILE),
        ("8613812345678", MOBILE),
        (" 138 1234 5678 ", MOBILE),
        ("138.1234.5678", MOBILE),
        ("+86（0595）85612345", "059585612345"),
        ("(0595) 8561-2345", "059585612345"),
        ("0595-85612345", "059585612345"),
        ("85612345", "85612345"),
        ("12319", "12319"),
        ("+44 20 7946 0958", "442079460958"),
        ("86123", "86123"),
    ],
)
def test_every_spelling_becomes_the_same_digits(spelling: str, digits: str) -> None:
    assert normalise_phone(spelling) == digits


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "1234",
        "1" * 21,
        "138１2345678",
        "138a2345678",
        "无",
        "+",
        "13812345678;ext=9",
        "１３８１２３４５６７８",
    ],
)
def test_what_is_no_number_is_none(words: str) -> None:
    assert normalise_phone(words) is None


@given(st.text("0123456789", min_size=10, max_size=10).map("1".__add__), st.lists(st.integers(1, 10), max_size=3))
def test_separators_anywhere_change_nothing(digits: str, cuts: list[int]) -> None:
    spelling = "".join(f"-{digit}" if index in cuts else digit for index, digit in enumerate(digits))
    for prefix in ("", "+86 ", "0086-", "86 "):
        assert normalise_phone(prefix + spelling) == digits


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(spelling: str) -> None:
    digits = normalise_phone(spelling)
    assert digits is None or normalise_phone(digits) == digits


@pytest.mark.parametrize(
    ("digits", "masked"),
    [(MOBILE, "138****5678"), ("059585612345", "**********45"), ("12319", "***19"), ("12", "12"), ("", "")],
)
def test_a_masked_number_shows_what_it_may(digits: str, masked: str) -> None:
    assert mask_phone(digits) == masked


@given(st.text("0123456789", min_size=5, max_size=20))
def test_a_masked_number_is_as_long_and_hides_at_least_three_digits(digits: str) -> None:
    masked = mask_phone(digits)
    assert len(masked) == len(digits)
    assert masked.count("*") >= 3


def test_a_contact_never_shows_its_number_or_name_by_accident() -> None:
    contact = Contact(MOBILE, "王小明")
    assert (repr(contact), str(contact), contact.masked) == ("Contact(138****5678)",) * 2 + ("138****5678",)


def test_a_contact_without_a_number_is_anonymous() -> None:
    assert (repr(Contact()), Contact().masked) == ("Contact(anonymous)", "")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("路灯坏了，请打13812345678联系我", "路灯坏了，请打138****5678联系我"),
        ("电话 138-1234-5678。", "电话 138****5678。"),
        ("电话+86 138 1234 5678", "电话138****5678"),
        ("家里座机0595-85661234", "家里座机**********34"),
        ("两个：13812345678、13900001111", "两个：138****5678、139****1111"),
        ("文竹路11号西区171号，井盖不见了", "文竹路11号西区171号，井盖不见了"),
        ("案卷26112500001没有人管", "案卷26112500001没有人管"),
        ("查询号261125000016", "查询号261125000016"),
        ("坐标118.572526,24.818418", "坐标118.572526,24.818418"),
    ],
)
def test_a_number_that_a_citizen_writes_into_the_text_is_masked_and_no_other_figure(told: str, shown: str) -> None:
    assert mask_numbers(told) == shown
