"""Opening a database for good: a file that only its owner reads, at the newest schema, or a fault in plain words."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import ArgumentError, DatabaseError

from case_api.store.database import Database
from case_api.store.migrate import migrate
from intake.errors import Permanent


def open_database(url: str) -> Database:
    """Connect by SQLAlchemy URL and bring the schema to the newest revision. Blocks.

    Raises Permanent for a URL, a folder or a file that cannot be used, or a schema newer than this program; Temporary.
    """
    try:
        database = Database.connect(url)
    except (ArgumentError, ImportError) as error:
        raise Permanent(
            "数据库地址无法使用，请检查设置 database.url；留空则用数据文件夹中的 SQLite 文件。",
            f"The database cannot be reached by this URL ({type(error).__name__}): look at the setting database.url; "
            "empty means the SQLite file in the data folder.",
        ) from error
    try:
        _make_private(database)
        migrate(database)
    except BaseException as error:
        database.close()
        if isinstance(error, (OSError, DatabaseError, CommandError)):
            raise _unusable(database, error) from error
        raise
    return database


def _make_private(database: Database) -> None:
    """A new SQLite file gets mode 0600 before anything is in it; SQLite gives `-wal` and `-shm` the same.

    Never opens a file that exists: closing it again would let go of SQLite's own locks on it.
    """
    url = database.engine.url
    if database.engine.dialect.name == "sqlite" and url.database and url.database != ":memory:":
        with contextlib.suppress(FileExistsError):
            os.close(os.open(Path(url.database), os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _unusable(database: Database, error: OSError | DatabaseError | CommandError) -> Permanent:
    shown = database.engine.url.render_as_string(hide_password=True)
    cause = error.orig if isinstance(error, DatabaseError) else error
    if isinstance(error, CommandError):
        return Permanent(
            f"数据库 {shown} 的结构不是这个版本的程序能用的（{error}），请换用更新的程序或恢复升级前的备份。",
            f"The schema of {shown} is not of this program's version ({error}): "
            "use a newer program or restore the backup from before the upgrade.",
        )
    return Permanent(
        f"数据库 {shown} 无法打开（{cause}），请检查文件和权限，或从备份恢复。",
        f"The database {shown} cannot be opened ({cause}): look at the file and its rights, or restore its backup.",
    )
