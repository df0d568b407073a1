"""How often one address may guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_api.api.attempts import Attempts, network_of
from intake.http import TooManyRequests
from tests.fakes.clock import FakeClock


def test_only_failures_use_up_the_limit() -> None:
    attempts = Attempts(FakeClock(), limit=2)
    for _ in range(50):
        attempts.begin("10.0.0.1")
        attempts.succeeded("10.0.0.1")
    attempts.begin("10.0.0.1")
    attempts.begin("10.0.0.1")
    with pytest.raises(TooManyRequests) as refused:
        attempts.begin("10.0.0.1")
    assert refused.value.retry_after_seconds == 301
    attempts.begin("10.0.0.2")


def test_a_window_that_is_over_frees_the_address() -> None:
    clock = FakeClock()
    attempts = Attempts(clock, limit=1, window_seconds=60)
    attempts.begin("10.0.0.1")
    clock.move(59)
    with pytest.raises(TooManyRequests):
        attempts.begin("10.0.0.1")
    clock.move(1)
    attempts.begin("10.0.0.1")


def test_no_flood_of_addresses_fills_the_memory() -> None:
    attempts = Attempts(FakeClock(), addresses=100)
    for number in range(1000):
        attempts.begin(f"10.0.{number // 250}.{number % 250}")
    assert len(attempts._seen) == 100


def test_one_ipv6_customer_is_one_sender() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")
    assert network_of("fe80::1%eth0") == network_of("fe80::2")


@given(st.text(max_size=50))
def test_no_address_breaks_the_count(address: str) -> None:
    attempts = Attempts(FakeClock(), limit=1)
    attempts.begin(address)
    with pytest.raises(TooManyRequests):
        attempts.begin(address)
