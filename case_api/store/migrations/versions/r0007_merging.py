"""Cases that are part of another, reminders counted, looks of photos, bursts of reports on one place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None

_MERGED = sa.text("merged_into IS NOT NULL")
_ACTIVE = sa.text("undone_ms IS NULL")
_BURNING = sa.text("ended_ms IS NULL")


def upgrade() -> None:
    """Add the columns and make the tables."""
    op.add_column("case_file", sa.Column("merged_into", sa.String(), nullable=True))
    op.add_column("case_file", sa.Column("own_due_ms", sa.BigInteger(), nullable=True))
    op.add_column("case_file", sa.Column("own_opened_ms", sa.BigInteger(), nullable=True))
    op.add_column("case_file", sa.Column("chase_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("case_report", sa.Column("looks", sa.String(), nullable=True))
    op.create_index(
        "case_merged", "case_file", ["merged_into", "number"], sqlite_where=_MERGED, postgresql_where=_MERGED
    )
    op.execute(
        "UPDATE case_file SET chase_count = (SELECT count(*) FROM case_event e "
        "WHERE e.case_number = case_file.number AND e.kind = 'chased_up') "
        "WHERE number IN (SELECT case_number FROM case_event WHERE kind = 'chased_up')",
    )
    _make_tables()


def _make_tables() -> None:
    big_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "case_merge",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("merged_number", sa.String(), nullable=False),
        sa.Column("kept_number", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("state_before", sa.String(), nullable=False),
        sa.Column("undone_ms", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "case_merge_active", "case_merge", ["kept_number", "id"], sqlite_where=_ACTIVE, postgresql_where=_ACTIVE
    )
    op.create_index("case_merge_by_merged", "case_merge", ["merged_number", "id"])
    op.create_table(
        "hot_spot",
        sa.Column("id", big_id, autoincrement=True, nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("x_metres", sa.Integer(), nullable=False),
        sa.Column("y_metres", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("hot_spot_active", "hot_spot", ["id"], sqlite_where=_BURNING, postgresql_where=_BURNING)
