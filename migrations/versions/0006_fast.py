"""fast: indexes and kept sums that keep pages flat as the house grows

Revision: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Tables that grow for ever are read by these, and never whole: name, table, columns, and which rows are in it.
INDEXES = (
    ("ix_booking_purpose_kept", "booking", ["ends_at"], "purpose <> ''"),
    ("ix_waitlist_entry_purpose_kept", "waitlist_entry", ["ends_at"], "purpose <> ''"),
    ("ix_notice_created_at", "notice", ["created_at"], None),
    ("ix_show_left_open", "show", ["status", "ends_at"], "wrapped_up_at IS NULL"),
    ("ix_draw_undrawn", "draw", ["show_id"], "drawn_at IS NULL"),
    ("ix_login_session_revoked_at", "login_session", ["revoked_at"], "revoked_at IS NOT NULL"),
    ("ix_booth_slot_merchant_id_show_id", "booth_slot", ["merchant_id", "show_id"], None),
    (
        "ix_booking_space_id_proposed_starts_at",
        "booking",
        ["space_id", "proposed_starts_at"],
        "proposed_starts_at IS NOT NULL",
    ),
)


def upgrade() -> None:
    """Add what the pages read by."""
    for name, table, columns, rows in INDEXES:
        where = sa.text(rows) if rows else None
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.drop_index("ix_booth_slot_merchant_id", "booth_slot")


def downgrade() -> None:
    """Take it away again."""
    op.create_index("ix_booth_slot_merchant_id", "booth_slot", ["merchant_id"])
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table)
