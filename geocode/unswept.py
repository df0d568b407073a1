"""Building very many objects that all stay: the collector of cycles would look at them again and again, for nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_sweeps() -> Iterator[None]:
    """No collection of cycles inside, in any thread, and what was built is left out of later ones: a sweep over the
    places of a large city would hold every thread for half a second. What is freed by its count still is."""
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
