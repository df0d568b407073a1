"""The units of a time limit, spelled as the filing conditions spell them."""

from __future__ import annotations

from enum import StrEnum

MAX_LIMIT = 3660


class LimitUnit(StrEnum):
    """紧急工作时, 紧急工作日 and 自然日 run round the clock; 工作时 and 工作日 know shifts and holidays."""

    URGENT_HOUR = "紧急工作时"
    WORKING_HOUR = "工作时"
    WORKING_DAY = "工作日"
    URGENT_DAY = "紧急工作日"
    CALENDAR_DAY = "自然日"

    @property
    def english(self) -> str:
        """The unit in English, singular."""
        return self.name.lower().replace("_", " ")
