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

BANDS = {
    **{band: f"coalesce(tier, 'none') = '{band}'" for band in ("A", "B", "C", "D", "none")},
    "studio": "tier IN ('A', 'B', 'C')",
    "all": "1 = 1",
}
SCOPES = "scope IN ('community', 'merchant', 'product', 'show', 'show_merchant'{more})"


def upgrade() -> None:
    """Add what the pages read by."""
    op.create_index(
        "ix_booking_space_id_proposed_starts_at",
        "booking",
        ["space_id", "proposed_starts_at"],
        sqlite_where=sa.text("proposed_starts_at IS NOT NULL"),
        postgresql_where=sa.text("proposed_starts_at IS NOT NULL"),
    )
    op.create_index("ix_sale_show_id_ordered_at", "sale", ["show_id", "ordered_at"])
    op.drop_index("ix_sale_show_id", "sale")
    _let_scopes_be(", 'show_booth'")
    _sum_up_booths()


def downgrade() -> None:
    """Take it away again."""
    op.execute("DELETE FROM sales_total WHERE scope = 'show_booth'")
    _let_scopes_be("")
    op.create_index("ix_sale_show_id", "sale", ["show_id"])
    op.drop_index("ix_sale_show_id_ordered_at", "sale")
    op.drop_index("ix_booking_space_id_proposed_starts_at", "booking")


def _let_scopes_be(more: str) -> None:
    with op.batch_alter_table("sales_total") as batch:
        batch.drop_constraint(op.f("ck_sales_total_scope"), type_="check")
        batch.create_check_constraint(op.f("ck_sales_total_scope"), SCOPES.format(more=more))


def _sum_up_booths() -> None:
    """What each booth of a show has sold until now, as services/sales/summing.py keeps it from now on."""
    for band, which in BANDS.items():
        op.execute(f"""
            INSERT INTO sales_total (scope, scope_id, part_id, day, band,
                orders, items, gmv_fen, refunded_fen, refunded_orders)
            SELECT 'show_booth', show_id, booth_booking_id, ordered_on, '{band}',
                count(DISTINCT platform || order_no), sum(quantity), sum(amount_fen), sum(refunded_fen),
                count(DISTINCT CASE WHEN refunded_fen > 0 THEN platform || order_no END)
            FROM sale
            WHERE paid AND show_id IS NOT NULL AND booth_booking_id IS NOT NULL AND {which}
            GROUP BY show_id, booth_booking_id, ordered_on
        """)
