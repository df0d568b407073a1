"""Rows of an archive into the tables of a new schema, and the proof that all of them arrived."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from case_api.store.archive.faults import damaged
from case_api.store.archive.manifest import Head, Manifest, Sum
from case_api.store.archive.progress import Pace, Tell
from case_api.store.archive.rows import RowSum, TableShape, line_reader
from case_api.store.archive.structure import gather_statistics, make_schema, set_aside_indexes, set_sequences
from case_api.store.archive.tables import insert_rows, sum_of
from case_api.store.archive.tar import Member
from intake.errors import Permanent

_NAME = re.compile(r"tables/([a-z0-9_]+)/([0-9]{6,})\.jsonl(\.gz)?")
_GZIP = 31


@dataclass(slots=True)
class TableLoader:
    """Makes the schema when it is made itself, then takes the chunks of the tables in the order of the archive."""

    connection: Connection
    head: Head
    tell: Tell
    _later: Sequence[str] = ()
    _sums: dict[str, RowSum] = field(default_factory=dict)
    _open: _OpenTable | None = None

    def __post_init__(self) -> None:
        make_schema(self.connection, self.head)
        self._later = set_aside_indexes(self.connection, [shape.name for shape in self.head.tables])
        self._sums = {shape.name: RowSum() for shape in self.head.tables}

    def take(self, member: Member) -> bool:
        """Load the member when it is a chunk of a table; whether it was. Raises DamagedArchive, the driver's errors."""
        match = _NAME.fullmatch(member.name)
        if match is None:
            return False
        table = self._table(match[1])
        table.chunks += 1
        if int(match[2]) != table.chunks:
            raise damaged(f"{match[1]} 的数据不连续", f"pieces of {match[1]} are missing")
        content = member.content()
        try:
            table.load(self.connection, zlib.decompress(content, _GZIP) if match[3] else content)
        except (zlib.error, ValueError, TypeError) as error:
            raise damaged(f"{match[1]} 的数据无法读取", f"rows of {match[1]} cannot be read") from error
        return True

    def finish(self, manifest: Manifest) -> None:
        """Build indexes, check references, count on, and read every row again. Raises DamagedArchive, Permanent."""
        self._close()
        if {name: Sum.of(one) for name, one in self._sums.items()} != manifest.tables:
            raise damaged("行数或校验值不符", "its rows are not those it counted")
        for statement in self._later:
            self.connection.exec_driver_sql(statement)
        set_sequences(self.connection, self.head)
        gather_statistics(self.connection, self.head)
        for shape in self.head.tables:
            if Sum.of(sum_of(self.connection, shape)) != manifest.tables[shape.name]:
                raise Permanent(
                    f"{shape.name} 写入后核对不符，已撤销；请检查数据库和磁盘。",
                    f"{shape.name} differs after it was written, and everything was undone: look at database and disk.",
                )

    def _table(self, name: str) -> _OpenTable:
        if self._open is None or self._open.shape.name != name:
            self._close()
            shape = next((shape for shape in self.head.tables if shape.name == name), None)
            if shape is None:
                raise damaged(f"有不认识的表 {name}", f"it has an unknown table {name}")
            self._open = _OpenTable(shape, self._sums[name], Pace(self.tell, name, "rows"), line_reader(shape))
        return self._open

    def _close(self) -> None:
        if self._open is not None:
            self._open.pace.done()
        self._open = None


@dataclass(slots=True)
class _OpenTable:
    """The table whose chunks come now."""

    shape: TableShape
    sum: RowSum
    pace: Pace
    read: Callable[[bytes], Sequence[Any]]
    chunks: int = 0

    def load(self, connection: Connection, chunk: bytes) -> None:
        """Add the rows of a chunk, a line each."""
        lines = chunk.split(b"\n")
        insert_rows(connection, self.shape, self._rows(islice(lines, len(lines) - 1)))
        self.pace.add(len(lines) - 1)

    def _rows(self, lines: Iterator[bytes]) -> Iterator[Sequence[Any]]:
        for line in lines:
            self.sum.add(line)
            yield self.read(line)
