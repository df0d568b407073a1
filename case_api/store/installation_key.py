"""The key that belongs to a database: made with it, and never silently another one afterwards.

The database keeps a check value derived from the key. A key that was lost or exchanged is named at the start, before
reports are sealed with a key that does not open the others.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from case_api.store.alone import wait_alone
from case_api.store.database import Database
from case_api.store.sealing import Sealer, make_key, read_key
from case_api.store.tables import INSTALLATION, REPORT
from intake.errors import NotAllowedNow, Permanent

_CHECK = "key_check"


def installation_sealer(database: Database, path: Path) -> Sealer:
    """The sealer of this installation; its key is made on first use, while the database holds no report.

    Blocks. Raises Permanent when the key is missing, is no key, or is not the one of this database; Temporary.
    """
    noted = database.submit_read(noted_check).result()
    if noted is None:
        return database.transaction(lambda connection: _first_use(connection, path))
    return _fitting(path, noted)


def renew_lost_key(database: Database, path: Path) -> None:
    """A new key in place of one that is lost for good: what was sealed with that one is never opened again.

    Blocks. Raises NotAllowedNow while there is a key file, right or wrong: move it away first; Temporary.
    """

    def work(connection: Connection) -> None:
        wait_alone(connection, "installation")
        if path.exists():
            raise NotAllowedNow(
                f"{path} 还在；确实要换新密钥时，请先把它移走。",
                f"{path} is there; move it away first if a new key is really wanted.",
            )
        make_key(path)
        connection.execute(delete(INSTALLATION).where(INSTALLATION.c.name == _CHECK))
        _note(connection, Sealer.from_key(read_key(path)))

    database.transaction(work)


def open_newest(connection: Connection, sealer: Sealer) -> None:
    """Open the raw form of the newest report, if there is one. Raises Permanent when it cannot be opened."""
    sealed = connection.execute(select(REPORT.c.raw_seal).order_by(REPORT.c.id.desc()).limit(1)).scalar()
    if sealed is not None:
        sealer.open(sealed)


def _first_use(connection: Connection, path: Path) -> Sealer:
    """Alone, so that of several processes that start together one makes the key and notes it."""
    wait_alone(connection, "installation")
    noted = noted_check(connection)
    if noted is not None:
        return _fitting(path, noted)
    if not path.exists():
        if connection.execute(select(REPORT.c.id).limit(1)).first() is not None:
            raise _lost(path)
        make_key(path)
    sealer = Sealer.from_key(read_key(path))
    open_newest(connection, sealer)
    _note(connection, sealer)
    return sealer


def _fitting(path: Path, noted: str) -> Sealer:
    if not path.exists():
        raise _lost(path)
    sealer = Sealer.from_key(read_key(path))
    if sealer.check != noted:
        raise Permanent(
            f"{path} 不是这个数据库的密钥，请恢复与数据库同批的 {path.name}。",
            f"{path} is not the key of this database; restore the {path.name} that belongs to it.",
        )
    return sealer


def noted_check(connection: Connection) -> str | None:
    """The check value of the key that belongs to the database; None while it has none."""
    return connection.execute(select(INSTALLATION.c.value).where(INSTALLATION.c.name == _CHECK)).scalar()


def _note(connection: Connection, sealer: Sealer) -> None:
    connection.execute(insert(INSTALLATION).values(name=_CHECK, value=sealer.check))


def _lost(path: Path) -> Permanent:
    return Permanent(
        f"缺少密钥 {path}，数据库中的联系方式无法打开。请从备份恢复与数据库同批的 {path.name}，再启动。",
        f"The key {path} is missing and nothing else opens the contacts in the database. "
        f"Restore the {path.name} that belongs to this database from its backup, then start again.",
    )
