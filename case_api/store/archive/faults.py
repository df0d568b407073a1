"""What can be wrong with an archive or the database beside it, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from intake.errors import Permanent, Temporary


class DamagedArchive(Permanent):
    """The archive is not what was written: cut off, changed, or put together from parts."""

    code: ClassVar[str] = "damaged-archive"


def damaged(zh: str, en: str) -> DamagedArchive:
    """A fault of the archive; nothing of it was kept."""
    return DamagedArchive(
        f"备份文件已损坏（{zh}），没有恢复任何内容；请换用另一份备份。",
        f"The archive is damaged ({en}) and nothing was restored: use another backup.",
    )


@contextmanager
def database_errors(engine: Engine) -> Iterator[None]:
    """Errors of SQLAlchemy and of the driver as ours. Their words may hold what citizens told: only names are shown."""
    driver = engine.dialect.loaded_dbapi
    try:
        yield
    except (DBAPIError, driver.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        name = f"{type(cause).__name__} {getattr(cause, 'sqlstate', None) or ''}".strip()
        shown = engine.url.render_as_string(hide_password=True)
        if isinstance(cause, (driver.OperationalError, driver.InterfaceError)):
            raise Temporary(
                f"数据库 {shown} 不可用（{name}：{cause}），请检查后重试。",
                f"The database {shown} cannot be used ({name}: {cause}); look at it and try again.",
            ) from error
        raise Permanent(
            f"数据库 {shown} 不接受（{name}），没有改动任何内容。",
            f"The database {shown} does not take it ({name}); nothing was changed.",
        ) from error
