"""Group commit: many small writes that wait for the same disk become one transaction.

Nothing lingers: whatever is queued when the writing thread is free is written, up to a limit. A caller that goes away
does not take its batch with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import Connection

from case_api.store.database import Database
from intake.errors import Temporary

Item = TypeVar("Item")
Result = TypeVar("Result")

_Waiting = tuple[Item, "asyncio.Future[Result | Exception]", asyncio.AbstractEventLoop]


@dataclass(slots=True)
class GroupCommit(Generic[Item, Result]):
    """Collects items and writes them together. `write` answers one result, or one exception, per item, in order."""

    database: Database
    write: Callable[[Connection, Sequence[Item]], Sequence[Result | Exception]]
    limit: int = 200
    _pending: list[_Waiting[Item, Result]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _scheduled: bool = False

    async def add(self, item: Item) -> Result:
        """Write an item; on return it is committed. Raises what `write` answered for it, or Temporary."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result | Exception] = loop.create_future()
        with self._lock:
            self._pending.append((item, future, loop))
            schedule, self._scheduled = not self._scheduled, True
        if schedule:
            self._schedule()
        answer = await future
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _schedule(self) -> None:
        """Ask the writing thread for a turn; when there will be none, everybody who waits is told."""
        try:
            self.database.submit(self._flush)
        except Temporary as error:
            with self._lock:
                batch, self._pending = self._pending, []
                self._scheduled = False
            _answer_all(batch, [error] * len(batch))

    def _flush(self) -> None:
        """In the writing thread: take what waits, write it, answer everybody.

        It is taken only when the transaction has begun: who arrives while it waits for its turn is written with it.
        """
        batch: list[_Waiting[Item, Result]] = []

        def work(connection: Connection) -> Sequence[Result | Exception]:
            batch.extend(self._taken())
            return self._answers(connection, [item for item, _, _ in batch])

        answers: Sequence[Result | Exception]
        try:
            answers = self.database.transaction(work)
        except Exception as error:  # noqa: BLE001 - supervision point: every caller of the batch is told
            batch = batch or self._taken()
            spoiled = not isinstance(error, Temporary) and len(batch) > 1
            answers = [self._alone(item) if spoiled else error for item, _, _ in batch]
        with self._lock:
            more = self._scheduled = bool(self._pending)
        _answer_all(batch, answers)
        if more:
            self._schedule()

    def _taken(self) -> list[_Waiting[Item, Result]]:
        with self._lock:
            batch, self._pending = self._pending[: self.limit], self._pending[self.limit :]
        return batch

    def _alone(self, item: Item) -> Result | Exception:
        """Write one item of a batch that failed as a whole: so the one that spoiled it is found."""
        try:
            return self.database.transaction(lambda connection: self._answers(connection, [item]))[0]
        except Exception as error:  # noqa: BLE001 - supervision point: its caller is told
            return error

    def _answers(self, connection: Connection, items: Sequence[Item]) -> Sequence[Result | Exception]:
        answers = self.write(connection, items)
        if len(answers) != len(items):
            raise RuntimeError(f"{len(answers)} answers for {len(items)} items")
        return answers


def _answer_all(batch: Sequence[_Waiting[Item, Result]], answers: Sequence[Result | Exception]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Result | Exception], Result | Exception]]] = {}
    for (_, future, loop), answer in zip(batch, answers, strict=True):
        by_loop.setdefault(loop, []).append((future, answer))
    for loop, pairs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # a loop that was closed has nobody left who waits
            loop.call_soon_threadsafe(_answer, pairs)


def _answer(pairs: Sequence[tuple[asyncio.Future[Result | Exception], Result | Exception]]) -> None:
    for future, answer in pairs:
        if not future.done():
            future.set_result(answer)
