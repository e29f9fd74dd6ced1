"""booths: what was booked for a shop is found show by show, the latest first

Revision: 0009
Revises: 0008
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Shows by their time, and the booths of a shop in one of them."""
    op.create_index("ix_show_starts_at", "show", ["starts_at"])
    op.create_index("ix_booth_slot_show_id_merchant_id", "booth_slot", ["show_id", "merchant_id"])
    op.drop_index("ix_booth_slot_show_id", "booth_slot")


def downgrade() -> None:
    """Put it back."""
    op.create_index("ix_booth_slot_show_id", "booth_slot", ["show_id"])
    op.drop_index("ix_booth_slot_show_id_merchant_id", "booth_slot")
    op.drop_index("ix_show_starts_at", "show")
