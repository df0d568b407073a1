"""Shared by all tests. Fixtures of one subject stand beside its tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.services.fixtures import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]

settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _settings_of_the_caller_stay_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A `HUB_*` variable of the shell must not decide a test."""
    for name in os.environ:
        if name.startswith("HUB_"):
            monkeypatch.delenv(name)
