"""The outbox keeps what it announced, with the position at which it was: the order in which the feed is read.

Numbers of events are given before their transactions end, so that several writers commit them out of order; whoever
reads by them would miss some. Positions are given by one announcer at a time, after the events are there.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None

_PENDING = sa.text("position IS NULL")
# These tables hold little and change all the time: PostgreSQL's own rule would let dead rows pile up between clean-ups.
_BUSY_TABLES = ("waiting", "unanchored", "case_count", "counter", "outbox")


def upgrade() -> None:
    """Add positions; what was announced already stands where its number put it."""
    op.add_column("outbox", sa.Column("position", sa.BigInteger(), nullable=True))
    op.execute(
        "INSERT INTO outbox (case_number, n, position) SELECT e.case_number, e.n, e.seq FROM case_event e "
        "LEFT JOIN outbox o ON o.case_number = e.case_number AND o.n = e.n WHERE o.id IS NULL ORDER BY e.seq",
    )
    op.create_index("outbox_by_position", "outbox", ["position"], unique=True)
    op.create_index("outbox_pending", "outbox", ["id"], sqlite_where=_PENDING, postgresql_where=_PENDING)
    if op.get_bind().dialect.name == "postgresql":
        _clean_busy_tables_often()
        op.execute(
            "CREATE TRIGGER case_event_no_truncate BEFORE TRUNCATE ON case_event "
            "FOR EACH STATEMENT EXECUTE FUNCTION case_event_append_only()",
        )


def _clean_busy_tables_often() -> None:
    for table in _BUSY_TABLES:
        op.execute(
            f"ALTER TABLE {table} SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, "
            "autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0)",
        )
