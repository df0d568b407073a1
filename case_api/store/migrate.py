"""The schema chain: bring a database to the newest revision, or say where it stands."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from case_api.accounts import tables as account_tables
from case_api.store import limit_tables, merge_tables, schema, sms_tables
from case_api.store.alone import wait_alone
from case_api.store.database import Database

SCHEMAS = (account_tables, schema, sms_tables, limit_tables, merge_tables)


def migrate(database: Database) -> str:
    """Bring the schema to the newest revision in one transaction; the revision. Does nothing when it is there."""
    newest = newest_revision()
    if database.transaction(_current) != newest:
        database.transaction(upgrade)
    return newest


def newest_revision() -> str:
    """The head of the chain."""
    head = ScriptDirectory(str(_folder())).get_current_head()
    if head is None:
        raise RuntimeError("the migration chain is empty")
    return head


async def current_revision(database: Database) -> str | None:
    """Where a database stands; None when it is empty. Raises Temporary."""
    return await database.read(_current)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to a revision in the connection's transaction.

    Of several processes that start together, the first does it and the others find it done.
    """
    wait_alone(connection, "migrate")
    config = Config()
    config.set_main_option("script_location", str(_folder()))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def knows(revision: str) -> bool:
    """Whether the chain of this program has a revision."""
    try:
        return ScriptDirectory(str(_folder())).get_revision(revision) is not None
    except CommandError:
        return False


def _folder() -> Path:
    return Path(__file__).parent / "migrations"
