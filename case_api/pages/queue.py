"""The dispatcher's queue, drawn once by the server so that it is there at once; scripts keep it live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from case_api.pages.embedded import embedded_json
from case_api.pages.remaining import remaining
from case_api.pages.services import PageServices
from case_api.services import CaseFilter
from case_api.views import CaseView
from intake.http import Call, Language, Route, render
from intake.model import CaseState

FIRST_ROWS = 50
EVERY_STATE = "all"
_SHOWN_STATES = (("filed", "待派遣", "To dispatch"), ("dispatched", "处理中", "Being handled"), ("all", "全部", "All"))


class QueueQuery(BaseModel):
    """What the address of the page says: filters, and the case that lies open. Other names are let pass."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: Annotated[str, Field(max_length=20)] = str(CaseState.FILED)
    street: Annotated[str, Field(pattern=r"^\d{9}$")] | None = None
    group: Annotated[str, Field(max_length=40)] | None = None
    urgency: Annotated[str, Field(max_length=20)] | None = None
    q: Annotated[str, Field(max_length=60)] | None = None
    case: Annotated[str, Field(max_length=20)] | None = None

    def where(self) -> CaseFilter:
        """The filter of the store."""
        state = None if self.state == EVERY_STATE else self.state
        return CaseFilter(state=state, street=self.street, group=self.group, urgency=self.urgency, q=self.q)


@dataclass(frozen=True, slots=True)
class QueuePages:
    """Handler of `/dispatch`."""

    services: PageServices

    async def page(self, call: Call) -> web.StreamResponse:
        """The first rows and all that the scripts need."""
        query = call.query(QueueQuery)
        found = await self.services.cases.page(query.where(), None, FIRST_ROWS)
        counts = await self.services.cases.counts()
        now = self.services.clock.now()

        def due(case: CaseView) -> object:
            return remaining(case.dispatched_at or case.opened_at, case.due_at, now, call.language)

        return render(
            call,
            "queue.html",
            query=query,
            cases=found.items,
            due=due,
            states=_SHOWN_STATES,
            groups=group_words(self.services, {one.group for one in counts}, call.language),
            first=embedded_json(
                {
                    "items": [one.model_dump() for one in found.items],
                    "next_cursor": found.next_cursor,
                    "counts": [one.model_dump() for one in counts],
                }
            ),
        )


def group_words(services: PageServices, groups: set[str], language: Language = "zh") -> Sequence[tuple[str, str]]:
    """Groups with a name made of their first category, such as 上水井盖等5类, sorted by name."""
    names: dict[str, list[str]] = {}
    for entry in services.city.catalogue.items:
        if entry.group in groups:
            names.setdefault(entry.group, []).append((language == "en" and entry.name_en) or entry.name)
    more = "{} and {} more" if language == "en" else "{}等{}类"
    counted = {group: len(found) - (language == "en") for group, found in names.items()}
    words = [
        (group, found[0] if len(found) == 1 else more.format(found[0], counted[group]))
        for group, found in names.items()
    ]
    return sorted(words, key=lambda pair: pair[1])


def routes(services: PageServices) -> tuple[Route, ...]:
    """`/dispatch`."""
    page = QueuePages(services).page
    return (Route("GET", "/dispatch", page, "cases.read", "派遣工作台 / the queue", query=QueueQuery, page=True),)
