"""What a text says about where, sorted: context, the finer places, other cities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from geocode.drafts import Draft, Role, Said
from geocode.first_drafts import town_drafts
from geocode.gazetteer import Place
from geocode.spelled import Mention


@dataclass(slots=True)
class Scene:
    """What a text says about where. `context` holds towns and the county as `(start, end, places)`; `towns` those of
    them that the place of the problem lies in, `town_said` how they were said; `elsewhere` spans of other cities;
    `complaints` what did not fit."""

    context: list[tuple[int, int, list[Place]]] = field(default_factory=list)
    towns: list[Place] = field(default_factory=list)
    town_said: list[tuple[Mention, Role]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    elsewhere: Sequence[tuple[int, int]] = ()
    complaints: Sequence[str] = ()
    is_local: bool = False

    def start_with_towns(self, start: int) -> int:
        """Where the towns and the county begin that are said right before `start`, else `start`."""
        for context_start, context_end, _ in reversed(self.context):
            if context_end == start:
                start = context_start
        return start

    def town_drafts(self) -> list[Draft]:
        """The towns as places, for a text that says nothing finer."""
        return [draft for mention, role in self.town_said for draft in town_drafts(mention, role)]
