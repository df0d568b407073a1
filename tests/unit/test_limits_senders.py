"""Who is counted: hashed for the counts, masked for people."""

from __future__ import annotations

import pytest

from intake.http import Principal
from intake.limits.senders import Senders, network_of

SENDERS = Senders(b"a key")
STAFF = Principal("li", "李", "operator", frozenset(), None, "session")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("-", "-"),
    ],
)
def test_one_customer_is_one_sender(address: str, network: str) -> None:
    assert network_of(address) == network


def test_neither_number_nor_address_stands_in_the_key() -> None:
    number, address = SENDERS.of_number("13805957531"), SENDERS.of_address("203.0.113.9")
    assert (number.shown, address.shown) == ("138****7531", "203.0.113.9")
    assert [key for key in (number.key, address.key) if len(key) != 24 or "138" in key or "203" in key] == []


def test_another_key_gives_other_names() -> None:
    assert SENDERS.of_number("13805957531").key != Senders(b"another key").of_number("13805957531").key


def test_an_account_an_address_and_a_number_of_one_spelling_are_three_senders() -> None:
    named = Principal("12319", "", "operator", frozenset(), None, "token")
    keys = {SENDERS.of_number("12319").key, SENDERS.of_address("12319").key, SENDERS.of_account(named).key}
    assert len(keys) == 3


def test_who_is_signed_in_counts_as_their_account_wherever_they_are() -> None:
    assert SENDERS.of(STAFF, "203.0.113.9") == SENDERS.of(STAFF, "203.0.113.10")
    assert SENDERS.of(STAFF, "203.0.113.9").shown == "li"
    assert SENDERS.of(None, "203.0.113.9") == SENDERS.of_address("203.0.113.9")
