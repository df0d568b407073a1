"""The books of the limits in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from case_api.limit_views import LimitPage, LimitView
from intake.errors import NotFound, Temporary
from intake.limits import Counted


class FakeLimitLedger:
    """Implements `intake.limits.LimitLedger` and `case_api.limit_views.LimitBooks`; raises Temporary while `away`."""

    def __init__(self) -> None:
        self.away = False
        self.counts: list[Counted] = []
        self.given: dict[str, datetime] = {}

    async def add(self, counts: Sequence[Counted]) -> None:
        """As the port says."""
        self._reach()
        self.counts += counts

    async def passes(self, now: datetime) -> Mapping[str, datetime]:
        """As the port says."""
        self._reach()
        return {key: until for key, until in self.given.items() if until > now}

    async def forget(self, before: datetime) -> int:
        """As the port says."""
        self._reach()
        kept = [one for one in self.counts if one.mark.hour >= before]
        gone = len({one.mark for one in self.counts} - {one.mark for one in kept})
        self.counts = kept
        return gone

    async def page(self, now: datetime, hours: int) -> LimitPage:
        """As the port says."""
        recent = [one for one in self.counts if one.last_at >= now - timedelta(hours=hours)]
        groups: dict[tuple[str, str, str, str], list[Counted]] = {}
        for one in recent:
            mark = one.mark
            groups.setdefault((mark.door, str(mark.kind), mark.sender.key, mark.sender.shown), []).append(one)
        passes = await self.passes(now)
        items = [
            LimitView(
                door=door,
                kind=kind,
                who_key=key,
                who=shown,
                count=sum(one.count for one in ones),
                first_at=min(one.mark.hour for one in ones),
                last_at=max(one.last_at for one in ones),
                passes_until=passes.get(key),
            )
            for (door, kind, key, shown), ones in groups.items()
        ]
        order = sorted(items, key=lambda item: (item.door, item.kind, item.who_key))
        return LimitPage(hours=hours, items=sorted(order, key=lambda item: item.last_at, reverse=True))

    async def allow(self, who_key: str, hours: int, by: str, now: datetime) -> datetime:
        """As the port says."""
        if not who_key or all(one.mark.sender.key != who_key for one in self.counts):
            raise NotFound("没有这个来源的记录。", "The books know no such sender.")
        self.given[who_key] = now + timedelta(hours=hours)
        return self.given[who_key]

    def _reach(self) -> None:
        if self.away:
            raise Temporary("数据库暂时不可用。", "The books are away.")
