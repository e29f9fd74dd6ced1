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


def upgrade() -> None:
    """Add what the pages read by."""
    op.create_index(
        "ix_booking_space_id_proposed_starts_at",
        "booking",
        ["space_id", "proposed_starts_at"],
        sqlite_where=sa.text("proposed_starts_at IS NOT NULL"),
        postgresql_where=sa.text("proposed_starts_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_booking_space_id_proposed_starts_at", "booking")
