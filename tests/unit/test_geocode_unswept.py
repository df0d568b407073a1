"""Building without sweeps leaves the collector as it was."""

from __future__ import annotations

import gc

import pytest

from geocode.unswept import without_sweeps


def test_no_sweep_inside_and_the_collector_is_on_again_after() -> None:
    with without_sweeps():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_failure_turns_it_on_again() -> None:
    with pytest.raises(ValueError, match="broken"), without_sweeps():
        raise ValueError("broken")
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with without_sweeps():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
