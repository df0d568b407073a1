"""A memory of a method's answers that does not keep its object alive: a city that serves no more must go by its count,
as what a geocoder is built of is left out of the collector's sweeps."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast
from weakref import WeakMethod

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def remembered(size: int, method: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The bound method with its last `size` answers; arguments are hashable. To be kept by the object itself: it may be
    called only while that lives."""
    weak = WeakMethod(method)

    @lru_cache(size)
    def ask(*given: Given.args, **named: Given.kwargs) -> Answer:
        living = weak()
        if living is None:
            raise ReferenceError("the object of the method is gone")
        return living(*given, **named)

    return cast("Callable[Given, Answer]", ask)
