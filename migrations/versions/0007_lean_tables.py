"""lean: less to write for each booking, by partial indexes and by tables that are their own key

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Most rows say nothing there: name, table, columns, and which rows are in the index from now on.
PARTIAL = (
    ("ix_occupancy_booking_id", "occupancy", ["booking_id"], "booking_id IS NOT NULL"),
    ("ix_occupancy_show_id", "occupancy", ["show_id"], "show_id IS NOT NULL"),
    ("ix_occupancy_walk_in_id", "occupancy", ["walk_in_id"], "walk_in_id IS NOT NULL"),
    ("ix_booking_series_id_occurrence_day", "booking", ["series_id", "occurrence_day"], "series_id IS NOT NULL"),
    ("ix_outbox_message_decision_id", "outbox_message", ["decision_id"], "decision_id IS NOT NULL"),
)
KEYED = ("occupancy", "idempotency_key")
"""Tables that SQLite keeps in the order of their keys, without a number for each row and a second tree beside it."""


def upgrade() -> None:
    """Take out of the indexes what nobody looks for there."""
    for name, table, _, _ in PARTIAL:
        op.drop_index(name, table)
    keep_by(key=True)
    for name, table, columns, rows in PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))


def downgrade() -> None:
    """Put it back."""
    for name, table, _, _ in PARTIAL:
        op.drop_index(name, table)
    keep_by(key=False)
    for name, table, columns, _ in PARTIAL:
        op.create_index(name, table, columns)


def keep_by(*, key: bool) -> None:
    """PostgreSQL knows one way to keep a table."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in KEYED:
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_with_rowid": not key}):
            pass
