"""lean: less to write for each booking and each imported line

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

TOLD_TWICE = {
    "fk_sale_draft_product_id": ("product", "product_id", "id"),
    "fk_sale_draft_show_id": ("show", "show_id", "id"),
    "fk_sale_draft_booth_booking_id": ("booth_slot", "booth_booking_id", "booking_id"),
}
"""Keys that a draft is asked for, and once more the sale that it becomes at the end of the same import."""


def upgrade() -> None:
    """Take out of the indexes what nobody looks for there, and ask each line once."""
    for name, table, _, _ in PARTIAL:
        op.drop_index(name, table)
    keep_by(key=True)
    for name, table, columns, rows in PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
    with op.batch_alter_table("sale_draft") as batch:
        for name in TOLD_TWICE:
            batch.drop_constraint(op.f(name), type_="foreignkey")


def downgrade() -> None:
    """Put it back."""
    for name, table, _, _ in PARTIAL:
        op.drop_index(name, table)
    keep_by(key=False)
    for name, table, columns, _ in PARTIAL:
        op.create_index(name, table, columns)
    with op.batch_alter_table("sale_draft") as batch:
        for name, (target, column, key) in TOLD_TWICE.items():
            batch.create_foreign_key(op.f(name), target, [column], [key])


def keep_by(*, key: bool) -> None:
    """PostgreSQL knows one way to keep a table."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table in KEYED:
        with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_with_rowid": not key}):
            pass
