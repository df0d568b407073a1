"""Cases, reports and the desk in memory, for the API and the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from case_api.services import By, CaseFilter, Resolution
from case_api.views import (
    CaseDetailView,
    CasePage,
    CaseView,
    CategoryView,
    CountView,
    DeskItemView,
    DeskPage,
    EventView,
    HotSpotView,
    LocationView,
    PlaceView,
    PointView,
    ReadingView,
    ReasonsView,
    ReportPage,
    ReportView,
    TraceView,
    TrackingStep,
    TrackingView,
    UnitView,
)
from intake.errors import FieldFault, Invalid, NotAllowedNow, NotFound, StaleVersion
from tests.fakes.clock import START

REPORT_ID = "01kar3h5g0abcdefghjkmnpqrs"
CASE_NUMBER = "26112400001"
SECRET = "k3x9t7q2"


def category() -> CategoryView:
    """上水井盖."""
    return CategoryView(
        standard="CJ/T 214-2007",
        kind="部件",
        class_name="公用设施",
        code="0101",
        name="上水井盖",
        name_en="Water manhole cover",
        key="部件0101",
    )


def case(number: str = CASE_NUMBER, text: str = "青新社区门口井盖不见了", lon: float = 118.57) -> CaseDetailView:
    """A case awaiting dispatch."""
    return CaseDetailView(
        number=number,
        state="filed",
        state_name="待派遣",
        state_name_en="awaiting dispatch",
        text=text,
        category=category(),
        condition="井盖缺失",
        closing="井盖恢复",
        urgency="urgent",
        location=LocationView(
            code12="350582001004",
            cell="350582001004001",
            lon=lon,
            lat=24.81,
            datum="cgcs2000",
            address="青阳街道青新社区",
            precision="landmark",
            accuracy_metres=30,
            confidence=0.9,
        ),
        unit=UnitView(code="U1", name="市自来水公司"),
        due_at=START + timedelta(hours=2),
        opened_at=START,
        dispatched_at=None,
        report_ids=[REPORT_ID],
        report_count=1,
        version=1,
        reasons=ReasonsView(unit=["责任表第2行 → 市自来水公司"], due=["连续计时2小时"], category=["“井盖” → 上水井盖"]),
        alternatives=[],
    )


def report(report_id: str = REPORT_ID, text: str = "青新社区门口井盖不见了") -> ReportView:
    """A settled report with a number that was masked."""
    return ReportView(
        id=report_id,
        tracking_number="261124000018",
        channel="web",
        external_id=report_id,
        received_at=START,
        text=text,
        contact_masked="138****5678",
        confidential=False,
        place_words=None,
        point=PointView(lon=118.57, lat=24.81, datum="wgs84", accuracy_metres=None),
        evidence=[],
        complete=True,
        status="settled",
        outcome="open",
        case_number=CASE_NUMBER,
        parked_reason=None,
    )


class FakeCases:
    """Implements `CaseReader`, `CaseMap`, `Dispatch`, `Merging` and `HotSpots` over `cases`, in order."""

    def __init__(self, *cases: CaseDetailView) -> None:
        self.cases = {one.number: one for one in cases}
        self.asked: list[CaseFilter] = []
        self.before: dict[str, CaseDetailView] = {}
        self.own: dict[str, CaseDetailView] = {}
        self.hot_spots: list[HotSpotView] = []

    async def page(self, where: CaseFilter, cursor: str | None, limit: int) -> CasePage:
        """A cursor is the number of the last case shown. Only `state` and `q` narrow."""
        self.asked.append(where)
        if cursor is not None and cursor not in self.cases:
            fault = FieldFault("/query/cursor", "翻页标记无效。", "The cursor is not one of ours.")
            raise Invalid("翻页标记无效。", "The cursor is not one of ours.", (fault,))
        found: list[CaseView] = [
            one
            for one in self.cases.values()
            if (cursor is None or one.number > cursor)
            and where.state in (None, one.state)
            and (where.q or "") in one.text
        ]
        more = len(found) > limit
        return CasePage(items=found[:limit], next_cursor=found[limit - 1].number if more else None)

    async def one(self, number: str) -> CaseDetailView:
        """Raises NotFound."""
        if number not in self.cases:
            raise NotFound(f"没有编号为{number}的案卷。", f"There is no case {number}.")
        return self.cases[number]

    async def history(self, number: str) -> Sequence[EventView]:
        """One event. Raises NotFound."""
        await self.one(number)
        event = {"seq": 1, "n": 1, "kind": "opened", "at": START, "by": "hub", "payload": {"state": "filed"}}
        return [EventView.model_validate({**event, "case_number": number, "hash": "0" * 64})]

    async def counts(self) -> Sequence[CountView]:
        """Everything in one town."""
        if not self.cases:
            return []
        n = len(self.cases)
        return [CountView(street9="350582001", street_name="青阳街道", group="manhole", state="filed", count=n)]

    async def in_box(self, west: float, south: float, east: float, north: float, limit: int) -> Sequence[CaseView]:
        """By location."""
        places = ((one.location.lon, one.location.lat, one) for one in self.cases.values())
        return [one for lon, lat, one in places if west <= lon <= east and south <= lat <= north][:limit]

    async def dispatch(self, number: str, version: int, actor: str, unit_code: str | None, note: str) -> CaseDetailView:
        """Only a filed case of this version; unit `U1` and `U2` are known."""
        assert actor
        assert len(note) <= 500
        seen = await self.one(number)
        if seen.version != version:
            raise StaleVersion("已有人改动。", "Somebody changed it.")
        if seen.state != "filed":
            raise NotAllowedNow("不能再派遣。", "It cannot be dispatched.")
        if unit_code not in (None, "U1", "U2"):
            fault = FieldFault("/unit_code", "没有这个责任单位。", "There is no such unit.")
            raise Invalid("请选择责任单位。", "Choose a unit.", (fault,))
        unit = UnitView(code=unit_code, name="城管局") if unit_code else seen.unit
        changes = {"state": "dispatched", "state_name": "处理中", "state_name_en": "being handled", "unit": unit}
        moved = seen.model_copy(update={**changes, "version": version + 1, "dispatched_at": START})
        self.cases[number] = moved
        return moved

    async def merge(self, number: str, into: str, by: By) -> CaseDetailView:
        """Reports and clocks go along; what was before is remembered."""
        seen, kept = await self.one(number), await self.one(into)
        if seen.merged_into == into:
            return seen
        if number == into:
            raise Invalid("案卷不能并入自己。", "A case cannot join itself.")
        if "merged" in (seen.state, kept.state) or (seen.state, kept.state) == ("dispatched", "filed"):
            raise NotAllowedNow("不能并案。", "It cannot be merged.")
        _check(seen, by)
        self.before[number] = seen
        self.own.setdefault(into, kept)
        self._store(seen, state="merged", merged_into=into, report_ids=[], report_count=0)
        reports = [*kept.report_ids, *seen.report_ids]
        clocks = {"due_at": min(kept.due_at, seen.due_at), "opened_at": min(kept.opened_at, seen.opened_at)}
        self._store(
            kept, report_ids=reports, report_count=len(reports), merged=sorted([*kept.merged, number]), **clocks
        )
        return self.cases[number]

    async def unmerge(self, number: str, by: By) -> CaseDetailView:
        """What it brought along and is still there goes back."""
        seen = await self.one(number)
        if seen.merged_into is None:
            return seen
        kept, before = self.cases[seen.merged_into], self.before[number]
        if kept.state == "merged":
            raise NotAllowedNow("请先撤销它的并案。", "Undo that first.")
        _check(seen, by)
        back = [one for one in before.report_ids if one in kept.report_ids]
        known = {"state": before.state, "merged_into": None, "report_ids": back, "report_count": len(back)}
        self._store(seen, **known)
        reports = [one for one in kept.report_ids if one not in back]
        others = [one for one in kept.merged if one != number]
        stays = [self.own[kept.number], *(self.before[one] for one in others)]
        clocks = {"due_at": min(one.due_at for one in stays), "opened_at": min(one.opened_at for one in stays)}
        self._store(kept, report_ids=reports, report_count=len(reports), merged=others, **clocks)
        return self.cases[number]

    async def detach(self, number: str, report_id: str, by: By) -> CaseDetailView:
        """The report that opened a case stays."""
        seen = await self.one(number)
        _check(seen, by)
        if report_id not in seen.report_ids:
            raise NotFound("这件诉求不在这件案卷里。", "This report is not in this case.")
        if report_id == seen.report_ids[0]:
            raise NotAllowedNow("这件诉求是立案的依据。", "The case was opened for this report.")
        reports = [one for one in seen.report_ids if one != report_id]
        self._store(seen, report_ids=reports, report_count=len(reports))
        opened = f"{int(max(self.cases)) + 1}"
        values = {"number": opened, "report_ids": [report_id], "report_count": 1, "version": 1, "merged": []}
        self.cases[opened] = seen.model_copy(update=values)
        return self.cases[opened]

    async def active(self) -> Sequence[HotSpotView]:
        """As they were set."""
        return self.hot_spots

    def _store(self, seen: CaseDetailView, **changes: object) -> None:
        self.cases[seen.number] = seen.model_copy(update={**changes, "version": seen.version + 1})


def _check(seen: CaseDetailView, by: By) -> None:
    if seen.version != by.version:
        raise StaleVersion("已有人改动。", "Somebody changed it.")


class FakeReports:
    """Implements `ReportReader` over `reports`, newest first. Every report has the secret `SECRET`."""

    def __init__(self, *reports: ReportView) -> None:
        self.reports = {one.id: one for one in reports}

    async def page(self, status: str | None, cursor: str | None, limit: int) -> ReportPage:
        """A cursor is the id of the last report shown."""
        found = [
            one
            for one in sorted(self.reports.values(), key=lambda one: one.id, reverse=True)
            if (cursor is None or one.id < cursor) and status in (None, one.status)
        ]
        more = len(found) > limit
        return ReportPage(items=found[:limit], next_cursor=found[limit - 1].id if more else None)

    async def one(self, report_id: str) -> ReportView:
        """Raises NotFound."""
        if report_id not in self.reports:
            raise NotFound("没有这件诉求。", "There is no such report.")
        return self.reports[report_id]

    async def trace(self, report_id: str) -> TraceView:
        """One step. Raises NotFound."""
        seen = await self.one(report_id)
        steps = [{"step": "clean", "found": seen.text, "reasons": []}]
        return TraceView(report_id=report_id, outcome=seen.outcome, case_number=seen.case_number, steps=steps)

    async def tracking(self, tracking_number: str, secret: str) -> TrackingView:
        """Raises NotFound for a wrong secret too."""
        for one in self.reports.values():
            if one.tracking_number == tracking_number and secret == SECRET:
                return tracking(one)
        raise NotFound("查询号或查询码不正确。", "The tracking number or the secret is not right.")


def tracking(seen: ReportView) -> TrackingView:
    """What a citizen sees of a report."""
    return TrackingView(
        tracking_number=seen.tracking_number,
        received_at=seen.received_at,
        stage="filed",
        stage_name="已立案，等待派遣",
        stage_name_en="a case is open, awaiting dispatch",
        text=seen.text,
        case_number=seen.case_number,
        category_name="上水井盖",
        category_name_en="Water manhole cover",
        address="青阳街道青新社区",
        unit_name="市自来水公司",
        due_at=START + timedelta(hours=2),
        steps=[TrackingStep(at=seen.received_at, title="已收到您的诉求", title_en="Your report was received")],
    )


class FakeDesk:
    """Implements `Desk` with one question for each report given."""

    def __init__(self, *reports: ReportView) -> None:
        self.open = {one.id: one for one in reports}
        self.resolved: list[tuple[str, str, Resolution]] = []

    async def page(self, cursor: str | None, limit: int) -> DeskPage:
        """One page holds everything; any cursor is past its end."""
        items = [_question(one) for one in self.open.values()] if cursor is None else []
        return DeskPage(items=items[:limit], next_cursor=None)

    async def resolve(self, report_id: str, actor: str, resolution: Resolution) -> ReportView:
        """Raises NotFound, and NotAllowedNow the second time."""
        if any(known == report_id for known, _, _ in self.resolved):
            raise NotAllowedNow("这件待办已由他人处理。", "Somebody has answered this already.")
        if report_id not in self.open:
            raise NotFound("坐席没有这件待办。", "The desk has no such question.")
        self.resolved.append((report_id, actor, resolution))
        return self.open.pop(report_id)


def _question(seen: ReportView) -> DeskItemView:
    place = PlaceView(
        name="青新社区",
        code12="350582001004",
        lon=118.57,
        lat=24.81,
        cell="350582001004001",
        precision="community",
        accuracy_metres=400,
        confidence=0.5,
    )
    reading = ReadingView(category=category(), condition_number=1, condition="井盖缺失", confidence=0.4)
    return DeskItemView(
        report=seen,
        question="在青新社区的哪里？",
        reasons=["地点不够准确"],
        similar=[case()],
        places=[place],
        readings=[reading],
        created_at=START,
    )
