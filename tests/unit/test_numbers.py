"""Numbers that are read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_api.store.database import Database
from case_api.store.numbers import case_number, check_digit, current, day_of, take, tracking_number
from tests.fakes.clock import START, FakeClock
from tests.fakes.stores import sql_stores

serials = st.integers(1, 10**7)


@given(serials, st.data())
def test_every_single_wrong_digit_is_caught(serial: int, data: st.DataObject) -> None:
    number = tracking_number("261124", serial)
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    mistyped = number[:place] + wrong + number[place + 1 :]
    assert str(check_digit(mistyped[:-1])) != mistyped[-1]


@given(serials, st.data())
def test_neighbours_in_the_wrong_order_are_caught_but_for_nine_and_nought(serial: int, data: st.DataObject) -> None:
    number = tracking_number("261124", serial)
    place = data.draw(st.integers(0, len(number) - 2))
    pair = number[place : place + 2]
    swapped = number[:place] + pair[::-1] + number[place + 2 :]
    caught = str(check_digit(swapped[:-1])) != swapped[-1]
    assert caught == (pair[0] != pair[1] and set(pair) != {"0", "9"})


def test_the_check_digit_is_luhns() -> None:
    assert [check_digit(digits) for digits in ("7992739871", "0", "453914880343646")] == [3, 0, 7]


@pytest.mark.parametrize(
    ("serial", "number"), [(17, "26112400017"), (99_999, "26112499999"), (100_000, "261124100000")]
)
def test_a_case_number_is_day_and_serial(serial: int, number: str) -> None:
    assert case_number(day_of(START), serial) == number


def test_the_day_is_that_of_the_city_whatever_zone_the_moment_came_in() -> None:
    assert day_of(datetime(2026, 11, 24, 16, 30, tzinfo=UTC)) == "261125"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    stores = sql_stores(tmp_path / "hub.db", FakeClock())
    yield stores.database
    stores.database.close()


def test_serials_are_taken_one_after_another_by_counter(database: Database) -> None:
    taken = [database.transaction(lambda c, n=n, k=k: list(take(c, n, k))) for n, k in (("a", 2), ("b", 1), ("a", 3))]  # type: ignore[misc]
    assert taken == [[1, 2], [1], [3, 4, 5]]
    assert database.transaction(lambda connection: current(connection, "a")) == 5


def test_serials_of_a_transaction_that_failed_are_free_again(database: Database) -> None:
    def fails(connection: object) -> None:
        take(connection, "a", 5)  # type: ignore[arg-type]
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError):
        database.transaction(fails)
    assert list(database.transaction(lambda connection: take(connection, "a", 1))) == [1]
