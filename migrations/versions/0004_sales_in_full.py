"""sales in full: batches that can be undone, an inbox, sums, reported income, statements

Revision: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NONE = {"nullable": True}
EMPTY = {"server_default": "", "nullable": False}
ZERO = {"server_default": "0", "nullable": False}
FALSE = {"server_default": sa.false(), "nullable": False}
PLATFORMS = "platform IN ('doudian', 'kuaishou', 'weixin', 'pinduoduo', 'taobao')"

COLUMNS = {
    "merchant": (
        ("baseline_fen", sa.BigInteger(), NONE),
        ("baseline_note", sa.String(200), EMPTY),
        ("on_leaderboard", sa.Boolean(), {"server_default": sa.true(), "nullable": False}),
    ),
    "sales_import": (
        ("layout", sa.String(40), {"server_default": "doudian_orders", "nullable": False}),
        ("file_format", sa.String(20), {"server_default": "csv", "nullable": False}),
        ("columns", sa.JSON(), {"server_default": "{}", "nullable": False}),
        ("row_count", BIG, ZERO),
        ("rows_done", BIG, ZERO),
        ("step_started_at", MOMENT, NONE),
        ("worker", sa.String(64), EMPTY),
        ("leased_until", MOMENT, NONE),
        ("apply_when_read", sa.Boolean(), FALSE),
        ("planned_revision", BIG, ZERO),
        ("error_code", sa.String(60), EMPTY),
        ("error_params", sa.JSON(), {"server_default": "{}", "nullable": False}),
        ("money", sa.JSON(), {"server_default": "{}", "nullable": False}),
        ("books_gmv_fen", sa.BigInteger(), ZERO),
        ("books_refunded_fen", sa.BigInteger(), ZERO),
        ("undone_at", MOMENT, NONE),
        ("undone_by_id", BIG, NONE),
    ),
    "sale": (
        ("level", sa.String(20), {"server_default": "line", "nullable": False}),
        ("told_paid", sa.Boolean(), NONE),
        ("told_refunded_fen", sa.BigInteger(), NONE),
        ("told_basis", sa.String(20), NONE),
        ("replaced", sa.Boolean(), FALSE),
        ("ordered_on", sa.Date(), NONE),
        ("attributed_by_id", BIG, NONE),
        ("attributed_at", MOMENT, NONE),
        ("attribution_reason", sa.String(200), EMPTY),
    ),
}
FILLED_IN = ("told_paid", "told_refunded_fen", "told_basis", "ordered_on")
FOREIGN_KEYS = {
    "sales_import": (("undone_by_id", "person"),),
    "sale": (("attributed_by_id", "person"),),
}
INDEXES = (
    ("ix_sale_product_id_ordered_on", "sale", ["product_id", "ordered_on"]),
    ("ix_sale_ordered_on", "sale", ["ordered_on"]),
    ("ix_sale_platform_order_no", "sale", ["platform", "order_no"]),
    ("ix_sale_first_import_id", "sale", ["first_import_id"]),
    ("ix_sale_last_import_id", "sale", ["last_import_id"]),
    ("ix_sales_import_status", "sales_import", ["status"]),
)

MERCHANT_BEFORE = {
    "margin": "margin_bp BETWEEN 0 AND 10000",
    "version": "version >= 1",
    "status": "status IN ('draft', 'submitted', 'returned', 'verified', 'suspended')",
    "verified_when": "status <> 'verified' OR verified_at IS NOT NULL",
    "verified_is_known": "status <> 'verified' OR credit_code IS NOT NULL OR exempt_reason <> ''",
    "says_why": "status NOT IN ('returned', 'suspended') OR review_reason <> ''",
}
IMPORT_BEFORE = {
    "reconciles": "read_count = inserted + updated + unchanged + held + rejected OR status IN ('staging', 'failed')",
    "status": "status IN ('staging', 'staged', 'applying', 'applied', 'failed')",
    "platform": PLATFORMS,
}
SALE_BEFORE = {
    "not_negative": "quantity >= 0 AND amount_fen >= 0 AND refunded_fen >= 0",
    "tier_has_show": "tier IS NULL OR show_id IS NOT NULL OR tier = 'none'",
    "platform": PLATFORMS,
    "tier": "tier IN ('A', 'B', 'C', 'D', 'none')",
    "ordered_precision": "ordered_precision IN ('minute', 'second')",
    "status": "status IN ('unpaid', 'paid', 'shipped', 'completed', 'closed', 'unknown')",
}
BEFORE = {"merchant": MERCHANT_BEFORE, "sales_import": IMPORT_BEFORE, "sale": SALE_BEFORE}
CHECKS = {
    "merchant": {**MERCHANT_BEFORE, "baseline": "baseline_fen IS NULL OR baseline_fen >= 0"},
    "sales_import": {
        "platform": PLATFORMS,
        "status": "status IN ('staging', 'staged', 'applying', 'applied', 'failed', 'cancelled', 'undone')",
        "reconciles": (
            "read_count = inserted + updated + unchanged + held + rejected"
            " OR status IN ('staging', 'failed', 'applying', 'cancelled')"
        ),
        "progress": "rows_done BETWEEN 0 AND row_count",
        "failed_says_why": "(status = 'failed') = (error_code <> '')",
        "undone_when": "(status = 'undone') = (undone_at IS NOT NULL)",
        "undone_by": "(undone_at IS NULL) = (undone_by_id IS NULL)",
        "file_format": "file_format IN ('csv', 'xlsx')",
    },
    "sale": {
        **SALE_BEFORE,
        "not_negative": "quantity >= 0 AND amount_fen >= 0 AND refunded_fen >= 0 AND told_refunded_fen >= 0",
        "level": "level IN ('line', 'order')",
        "counts_as_told": "NOT paid OR (told_paid AND NOT replaced)",
        "attributed_by": (
            "(attributed_by_id IS NULL) = (attributed_at IS NULL)"
            " AND (attributed_by_id IS NULL OR attribution_reason <> '')"
        ),
    },
}
NEW_TABLES = (
    "sale_draft",
    "sale_before",
    "sales_import_chunk",
    "income_proof",
    "income_entry",
    "held_row",
    "after_sale_draft",
    "after_sale",
    "statement_item",
    "show_attribution",
    "product_alias",
    "income_report",
    "statement",
    "learned_word",
    "sales_total",
    "sales_platform",
)

OF_TIER = ", ".join(
    f"('{tier}', '{band}')"
    for tier, bands in {
        "A": ("A", "studio", "all"),
        "B": ("B", "studio", "all"),
        "C": ("C", "studio", "all"),
        "D": ("D", "all"),
        "none": ("none", "all"),
    }.items()
    for band in bands
)
SUMMED = {
    "community": ("0", "0", "1 = 1"),
    "merchant": ("merchant_id", "0", "merchant_id IS NOT NULL"),
    "product": ("product_id", "0", "product_id IS NOT NULL"),
    "show": ("show_id", "0", "show_id IS NOT NULL"),
    "show_merchant": ("show_id", "merchant_id", "show_id IS NOT NULL AND merchant_id IS NOT NULL"),
}
FINAL = "an entry of the books is final: what is wrong is corrected by another one"
FINAL_TABLES = ("income_entry", "statement", "statement_item")
GUARDS = tuple((table, action) for table in FINAL_TABLES for action in ("DELETE", "UPDATE"))
LOCAL_DAY = {
    "sqlite": "date(ordered_at, '+8 hours')",
    "postgresql": "CAST(ordered_at AT TIME ZONE 'Asia/Shanghai' AS date)",
}


def rebuild(table: str, change, checks) -> None:
    """Change a table together with its CHECKs: all old ones go, those told here come."""
    known = [check["name"] for check in sa.inspect(op.get_bind()).get_check_constraints(table)]
    with op.batch_alter_table(table) as batch:
        for name in known:
            batch.drop_constraint(op.f(name), type_="check")
        change(batch)
        for name, text in checks.items():
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), text)


def extend(batch, table: str) -> None:
    for name, kind, options in COLUMNS[table]:
        batch.add_column(sa.Column(name, kind, **options))
    for column, target in FOREIGN_KEYS.get(table, ()):
        batch.create_foreign_key(op.f(f"fk_{table}_{column}"), target, [column], ["id"])


def upgrade() -> None:
    rebuild("merchant", lambda batch: extend(batch, "merchant"), CHECKS["merchant"])
    rebuild("sales_import", lambda batch: extend(batch, "sales_import"), {})
    keep_imports()
    rebuild("sales_import", lambda batch: None, CHECKS["sales_import"])
    rebuild("sale", lambda batch: extend(batch, "sale"), SALE_BEFORE)
    keep_what_was_told()
    rebuild("sale", demand_what_was_told, CHECKS["sale"])
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    make_tables()
    sum_up()
    guard()


def keep_imports() -> None:
    """What was staged but not applied was read in another way: it has to be uploaded anew."""
    op.execute(
        "DELETE FROM sales_import_line WHERE fate NOT IN ('held', 'rejected')"
        " OR import_id IN (SELECT id FROM sales_import WHERE status <> 'applied')"
    )
    op.execute("UPDATE sales_import SET status = 'cancelled' WHERE status <> 'applied'")
    op.execute("UPDATE sales_import SET row_count = read_count, rows_done = read_count")


def keep_what_was_told() -> None:
    """So far only order exports were read, so all that counts is what they told."""
    day = LOCAL_DAY[op.get_bind().dialect.name]
    op.execute(
        "UPDATE sale SET told_paid = paid, told_refunded_fen = refunded_fen, told_basis = refund_basis,"  # noqa: S608  our names
        f" ordered_on = {day}"
    )


def demand_what_was_told(batch) -> None:
    kinds = {name: kind for name, kind, _options in COLUMNS["sale"]}
    for name in FILLED_IN:
        batch.alter_column(name, existing_type=kinds[name], nullable=False)
    batch.alter_column("line_key", existing_type=sa.String(160), type_=sa.String(700), existing_nullable=False)


def sum_up() -> None:
    """Fill the sums by day from the sales that are there (services/sales/summing.py says the same)."""
    for scope, (whole, part, condition) in SUMMED.items():
        keys = ", ".join(key for key in (whole, part) if key != "0")
        op.execute(
            f"WITH of_tier(tier, band) AS (VALUES {OF_TIER}), line AS ("  # noqa: S608  our names
            " SELECT sale.*, of_tier.band, product.merchant_id, platform || order_no AS order_key FROM sale"
            " JOIN of_tier ON of_tier.tier = coalesce(sale.tier, 'none')"
            " LEFT JOIN product ON product.id = sale.product_id WHERE sale.paid)"
            " INSERT INTO sales_total (scope, scope_id, part_id, day, band,"
            " orders, items, gmv_fen, refunded_fen, refunded_orders)"
            f" SELECT '{scope}', {whole}, {part}, ordered_on, band, count(DISTINCT order_key), sum(quantity),"
            " sum(amount_fen), sum(refunded_fen), count(DISTINCT CASE WHEN refunded_fen > 0 THEN order_key END)"
            f" FROM line WHERE {condition} GROUP BY {keys + ', ' if keys else ''}ordered_on, band"
        )


def guard() -> None:
    """Let the database itself refuse to change what the books hold."""
    engine = op.get_bind().dialect.name
    if engine == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION '{FINAL}' USING ERRCODE = 'restrict_violation'; END $$"
        )
    for table, action in GUARDS:
        name = f"final_{table}_{action.lower()}"
        if engine == "sqlite":
            op.execute(
                sa.text(
                    f"CREATE TRIGGER {name} BEFORE {action} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{FINAL}'); END".replace(":", r"\:")
                )
            )
        else:
            op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()")
    if engine == "postgresql":
        guard_whole()


def guard_whole() -> None:
    """PostgreSQL fires no row trigger for TRUNCATE; `flask restore` alone says that it means it."""
    op.execute(
        "CREATE FUNCTION refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF coalesce(current_setting('jufu.restoring', true), '') <> 'on' THEN"
        f" RAISE EXCEPTION '{FINAL}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NULL; END $$"
    )
    for table in FINAL_TABLES:
        op.execute(
            f"CREATE TRIGGER final_{table}_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()"
        )


def unguard() -> None:
    engine = op.get_bind().dialect.name
    for table, action in GUARDS:
        op.execute(f"DROP TRIGGER final_{table}_{action.lower()}" + ("" if engine == "sqlite" else f" ON {table}"))
    if engine == "postgresql":
        for table in FINAL_TABLES:
            op.execute(f"DROP TRIGGER final_{table}_truncate ON {table}")
        op.execute("DROP FUNCTION refuse_emptying()")
        op.execute("DROP FUNCTION refuse_rewriting()")


def downgrade() -> None:
    """Back to what 0003 knows: batches, decisions, reports and statements are given up; sales keep what counts."""
    unguard()
    for name, table, _columns in INDEXES:
        op.drop_index(name, table)
    for table in NEW_TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM sales_import_line WHERE import_id IN (SELECT id FROM sales_import WHERE status <> 'applied')")
    op.execute(
        "DELETE FROM sales_import WHERE status <> 'applied' AND id NOT IN (SELECT first_import_id FROM sale)"
        " AND id NOT IN (SELECT last_import_id FROM sale)"
    )
    op.execute(  # sales still name them
        "UPDATE sales_import SET status = 'applied', error_code = '', undone_at = NULL, undone_by_id = NULL"
        " WHERE status <> 'applied'"
    )
    rebuild("sale", lambda batch: shrink(batch, "sale"), SALE_BEFORE)
    rebuild("sales_import", lambda batch: shrink(batch, "sales_import"), IMPORT_BEFORE)
    rebuild("merchant", lambda batch: shrink(batch, "merchant"), MERCHANT_BEFORE)


def shrink(batch, table: str) -> None:
    for column, _target in FOREIGN_KEYS.get(table, ()):
        batch.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
    for name, _kind, _options in COLUMNS[table]:
        batch.drop_column(name)


def make_tables() -> None:
    op.create_table(
        "sales_platform",
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("revision", BIG, nullable=False, server_default='0'),
        sa.CheckConstraint("platform IN ('doudian', 'kuaishou', 'weixin', 'pinduoduo', 'taobao')", name=op.f("ck_sales_platform_platform")),
        sa.PrimaryKeyConstraint("platform", name=op.f("pk_sales_platform")),
    )
    op.create_table(
        "sales_total",
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("scope_id", BIG, nullable=False, autoincrement=False),
        sa.Column("part_id", BIG, nullable=False, autoincrement=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("band", sa.String(20), nullable=False),
        sa.Column("orders", BIG, nullable=False),
        sa.Column("items", BIG, nullable=False),
        sa.Column("gmv_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_orders", BIG, nullable=False),
        sa.CheckConstraint("band IN ('A', 'B', 'C', 'D', 'none', 'studio', 'all')", name=op.f("ck_sales_total_band")),
        sa.CheckConstraint("scope IN ('community', 'merchant', 'product', 'show', 'show_merchant')", name=op.f("ck_sales_total_scope")),
        sa.PrimaryKeyConstraint("scope", "scope_id", "part_id", "day", "band", name=op.f("pk_sales_total")),
    )
    op.create_index("ix_sales_total_scope_band_day", "sales_total", ['scope', 'band', 'day'])
    op.create_table(
        "learned_word",
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("axis", sa.String(20), nullable=False),
        sa.Column("word", sa.String(100), nullable=False),
        sa.Column("shown", sa.String(100), nullable=False),
        sa.Column("meaning", sa.String(20), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint("axis IN ('status', 'after_sale')", name=op.f("ck_learned_word_axis")),
        sa.CheckConstraint("platform IN ('doudian', 'kuaishou', 'weixin', 'pinduoduo', 'taobao')", name=op.f("ck_learned_word_platform")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_learned_word_decided_by_id")),
        sa.PrimaryKeyConstraint("platform", "axis", "word", name=op.f("pk_learned_word")),
    )
    op.create_table(
        "statement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("merchant_id", BIG, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("locked_at", MOMENT, nullable=False),
        sa.Column("orders", BIG, nullable=False),
        sa.Column("items", BIG, nullable=False),
        sa.Column("gmv_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_orders", BIG, nullable=False),
        sa.Column("long_tail_net_fen", sa.BigInteger(), nullable=False),
        sa.Column("adjusted_gmv_fen", sa.BigInteger(), nullable=False),
        sa.Column("adjusted_refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("margin_bp", BIG, nullable=False),
        sa.Column("fee_bp", BIG, nullable=False),
        sa.Column("estimated_fen", sa.BigInteger(), nullable=True),
        sa.Column("reported_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_statement_merchant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("merchant_id", "month", name=op.f("uq_statement_merchant_id_month")),
    )
    op.create_index("ix_statement_month", "statement", ['month'])
    op.create_table(
        "income_report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("merchant_id", BIG, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("quantity", BIG, nullable=True),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("show_id", BIG, nullable=True),
        sa.Column("note", sa.String(200), nullable=False, server_default=''),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("review_reason", sa.String(200), nullable=False, server_default=''),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("reviewed_by_id", BIG, nullable=True),
        sa.Column("version", BIG, nullable=False, server_default='1'),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint('amount_fen > 0', name=op.f("ck_income_report_amount")),
        sa.CheckConstraint("kind IN ('in_shop', 'self_reported')", name=op.f("ck_income_report_kind")),
        sa.CheckConstraint('quantity IS NULL OR quantity > 0', name=op.f("ck_income_report_quantity")),
        sa.CheckConstraint('(reviewed_at IS NULL) = (reviewed_by_id IS NULL)', name=op.f("ck_income_report_reviewed")),
        sa.CheckConstraint("status NOT IN ('accepted', 'returned') OR reviewed_at IS NOT NULL", name=op.f("ck_income_report_reviewed_when")),
        sa.CheckConstraint("status <> 'returned' OR review_reason <> ''", name=op.f("ck_income_report_says_why")),
        sa.CheckConstraint("status IN ('submitted', 'accepted', 'returned', 'withdrawn')", name=op.f("ck_income_report_status")),
        sa.CheckConstraint('version >= 1', name=op.f("ck_income_report_version")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_income_report_created_by_id")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_income_report_merchant_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_income_report_product_id")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["person.id"], name=op.f("fk_income_report_reviewed_by_id")),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_income_report_show_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_report")),
    )
    op.create_index("ix_income_report_merchant_id_sold_on", "income_report", ['merchant_id', 'sold_on'])
    op.create_index("ix_income_report_status_created_at", "income_report", ['status', 'created_at'])
    op.create_table(
        "product_alias",
        sa.Column("id", BIG, nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("code", sa.String(100), nullable=False, server_default=''),
        sa.Column("title", sa.String(500), nullable=False, server_default=''),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("decided_by_id", BIG, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint("(code = '') <> (title = '')", name=op.f("ck_product_alias_one_mark")),
        sa.CheckConstraint("platform IN ('doudian', 'kuaishou', 'weixin', 'pinduoduo', 'taobao')", name=op.f("ck_product_alias_platform")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_product_alias_decided_by_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_alias_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_alias")),
        sa.UniqueConstraint("platform", "code", "title", name=op.f("uq_product_alias_platform_code_title")),
    )
    op.create_table(
        "show_attribution",
        sa.Column("show_id", BIG, nullable=False, autoincrement=False),
        sa.Column("rule_version", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(64), nullable=False),
        sa.Column("attributed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_show_attribution_show_id")),
        sa.PrimaryKeyConstraint("show_id", name=op.f("pk_show_attribution")),
    )
    op.create_table(
        "statement_item",
        sa.Column("statement_id", BIG, nullable=False, autoincrement=False),
        sa.Column("of_month", sa.Date(), nullable=False),
        sa.Column("product_id", BIG, nullable=False, autoincrement=False),
        sa.Column("show_id", BIG, nullable=False, autoincrement=False),
        sa.Column("orders", BIG, nullable=False),
        sa.Column("items", BIG, nullable=False),
        sa.Column("gmv_fen", sa.BigInteger(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_statement_item_product_id")),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_statement_item_show_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], name=op.f("fk_statement_item_statement_id")),
        sa.PrimaryKeyConstraint("statement_id", "of_month", "product_id", "show_id", name=op.f("pk_statement_item")),
    )
    op.create_table(
        "after_sale",
        sa.Column("id", BIG, nullable=False),
        sa.Column("first_import_id", BIG, nullable=False),
        sa.Column("last_import_id", BIG, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("case_no", sa.String(64), nullable=False),
        sa.Column("line_key", sa.String(700), nullable=False),
        sa.Column("order_no", sa.String(64), nullable=True),
        sa.Column("refund_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_refund_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("state_text", sa.String(100), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=True),
        sa.Column("refunded_at", MOMENT, nullable=True),
        sa.CheckConstraint('refund_fen >= 0 AND freight_refund_fen >= 0', name=op.f("ck_after_sale_not_negative")),
        sa.CheckConstraint("platform IN ('doudian', 'kuaishou', 'weixin', 'pinduoduo', 'taobao')", name=op.f("ck_after_sale_platform")),
        sa.CheckConstraint("state IN ('open', 'refunded', 'closed')", name=op.f("ck_after_sale_state")),
        sa.ForeignKeyConstraint(["first_import_id"], ["sales_import.id"], name=op.f("fk_after_sale_first_import_id")),
        sa.ForeignKeyConstraint(["last_import_id"], ["sales_import.id"], name=op.f("fk_after_sale_last_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_after_sale")),
        sa.UniqueConstraint("platform", "case_no", name=op.f("uq_after_sale_platform_case_no")),
    )
    op.create_index("ix_after_sale_last_import_id", "after_sale", ['last_import_id'])
    op.create_index("ix_after_sale_platform_line_key", "after_sale", ['platform', 'line_key'])
    op.create_table(
        "after_sale_draft",
        sa.Column("import_id", BIG, nullable=False, autoincrement=False),
        sa.Column("position", BIG, nullable=False, autoincrement=False),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("case_no", sa.String(64), nullable=False),
        sa.Column("line_key", sa.String(700), nullable=False),
        sa.Column("order_no", sa.String(64), nullable=True),
        sa.Column("refund_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_refund_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("state_text", sa.String(100), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=True),
        sa.Column("refunded_at", MOMENT, nullable=True),
        sa.CheckConstraint("fate IN ('inserted', 'updated', 'unchanged', 'held', 'rejected')", name=op.f("ck_after_sale_draft_fate")),
        sa.CheckConstraint("platform IN ('doudian', 'kuaishou', 'weixin', 'pinduoduo', 'taobao')", name=op.f("ck_after_sale_draft_platform")),
        sa.CheckConstraint("state IN ('open', 'refunded', 'closed')", name=op.f("ck_after_sale_draft_state")),
        sa.ForeignKeyConstraint(["import_id"], ["sales_import.id"], name=op.f("fk_after_sale_draft_import_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_after_sale_draft")),
        sa.UniqueConstraint("import_id", "case_no", name=op.f("uq_after_sale_draft_import_id_case_no")),
    )
    op.create_table(
        "held_row",
        sa.Column("id", BIG, nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("layout", sa.String(40), nullable=False),
        sa.Column("line_key", sa.String(700), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("column_name", sa.String(60), nullable=False),
        sa.Column("text", sa.String(120), nullable=False),
        sa.Column("order", sa.JSON(), nullable=False),
        sa.Column("import_id", BIG, nullable=False),
        sa.Column("line", BIG, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_paid", sa.Boolean(), nullable=True),
        sa.Column("decided_refunded_fen", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False, server_default=''),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("made_sale", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("version", BIG, nullable=False, server_default='1'),
        sa.CheckConstraint('(decided_at IS NULL) = (decided_by_id IS NULL) AND (decided_at IS NULL) = (decided_paid IS NULL) AND (decided_at IS NULL) = (decided_refunded_fen IS NULL)', name=op.f("ck_held_row_decided_by")),
        sa.CheckConstraint("(state = 'decided') = (decided_at IS NOT NULL)", name=op.f("ck_held_row_decided_when")),
        sa.CheckConstraint('decided_refunded_fen IS NULL OR decided_refunded_fen >= 0', name=op.f("ck_held_row_not_negative")),
        sa.CheckConstraint("platform IN ('doudian', 'kuaishou', 'weixin', 'pinduoduo', 'taobao')", name=op.f("ck_held_row_platform")),
        sa.CheckConstraint("state IN ('open', 'decided', 'overtaken')", name=op.f("ck_held_row_state")),
        sa.CheckConstraint('version >= 1', name=op.f("ck_held_row_version")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_held_row_decided_by_id")),
        sa.ForeignKeyConstraint(["import_id"], ["sales_import.id"], name=op.f("fk_held_row_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_row")),
        sa.UniqueConstraint("platform", "line_key", name=op.f("uq_held_row_platform_line_key")),
    )
    op.create_index("ix_held_row_import_id", "held_row", ['import_id'])
    op.create_index("ix_held_row_state_id", "held_row", ['state', 'id'])
    op.create_table(
        "income_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("merchant_id", BIG, nullable=False),
        sa.Column("report_id", BIG, nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False, server_default=''),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint('amount_fen <> 0', name=op.f("ck_income_entry_amount")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_income_entry_created_by_id")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name=op.f("fk_income_entry_merchant_id")),
        sa.ForeignKeyConstraint(["report_id"], ["income_report.id"], name=op.f("fk_income_entry_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_entry")),
    )
    op.create_index("ix_income_entry_merchant_id_sold_on", "income_entry", ['merchant_id', 'sold_on'])
    op.create_index("ix_income_entry_report_id", "income_entry", ['report_id'])
    op.create_table(
        "income_proof",
        sa.Column("report_id", BIG, nullable=False, autoincrement=False),
        sa.Column("file_id", BIG, nullable=False, autoincrement=False),
        sa.ForeignKeyConstraint(["file_id"], ["private_file.id"], name=op.f("fk_income_proof_file_id")),
        sa.ForeignKeyConstraint(["report_id"], ["income_report.id"], name=op.f("fk_income_proof_report_id")),
        sa.PrimaryKeyConstraint("report_id", "file_id", name=op.f("pk_income_proof")),
    )
    op.create_index("ix_income_proof_file_id", "income_proof", ['file_id'])
    op.create_table(
        "sales_import_chunk",
        sa.Column("import_id", BIG, nullable=False, autoincrement=False),
        sa.Column("position", BIG, nullable=False, autoincrement=False),
        sa.Column("row_count", BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["sales_import.id"], name=op.f("fk_sales_import_chunk_import_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_sales_import_chunk")),
    )
    op.create_table(
        "sale_before",
        sa.Column("import_id", BIG, nullable=False, autoincrement=False),
        sa.Column("sale_id", BIG, nullable=False, autoincrement=False),
        sa.Column("previous_import_id", BIG, nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("line_key", sa.String(700), nullable=False),
        sa.Column("order_no", sa.String(64), nullable=False),
        sa.Column("level", sa.String(20), nullable=False, server_default='line'),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("spec", sa.String(500), nullable=True),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("platform_product_id", sa.String(64), nullable=True),
        sa.Column("merchant_code", sa.String(100), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("told_paid", sa.Boolean(), nullable=False),
        sa.Column("told_refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("told_basis", sa.String(20), nullable=False),
        sa.Column("replaced", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("refund_basis", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("status_text", sa.String(100), nullable=False),
        sa.Column("after_sale_text", sa.String(100), nullable=True),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("ordered_precision", sa.String(20), nullable=False),
        sa.Column("paid_at", MOMENT, nullable=True),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("author_id", sa.String(100), nullable=True),
        sa.Column("author_name", sa.String(100), nullable=True),
        sa.Column("traffic_source", sa.String(100), nullable=True),
        sa.Column("traffic_form", sa.String(100), nullable=True),
        sa.Column("live_evidence", sa.Boolean(), nullable=False),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("tier", sa.String(20), nullable=True),
        sa.Column("show_id", BIG, nullable=True),
        sa.Column("booth_booking_id", BIG, nullable=True),
        sa.Column("rule_version", sa.String(20), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.Column("attributed_by_id", BIG, nullable=True),
        sa.Column("attributed_at", MOMENT, nullable=True),
        sa.Column("attribution_reason", sa.String(200), nullable=False, server_default=''),
        sa.CheckConstraint("level IN ('line', 'order')", name=op.f("ck_sale_before_level")),
        sa.CheckConstraint("ordered_precision IN ('minute', 'second')", name=op.f("ck_sale_before_ordered_precision")),
        sa.CheckConstraint("platform IN ('doudian', 'kuaishou', 'weixin', 'pinduoduo', 'taobao')", name=op.f("ck_sale_before_platform")),
        sa.CheckConstraint("status IN ('unpaid', 'paid', 'shipped', 'completed', 'closed', 'unknown')", name=op.f("ck_sale_before_status")),
        sa.CheckConstraint("tier IN ('A', 'B', 'C', 'D', 'none')", name=op.f("ck_sale_before_tier")),
        sa.ForeignKeyConstraint(["attributed_by_id"], ["person.id"], name=op.f("fk_sale_before_attributed_by_id")),
        sa.ForeignKeyConstraint(["booth_booking_id"], ["booth_slot.booking_id"], name=op.f("fk_sale_before_booth_booking_id")),
        sa.ForeignKeyConstraint(["import_id"], ["sales_import.id"], name=op.f("fk_sale_before_import_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["previous_import_id"], ["sales_import.id"], name=op.f("fk_sale_before_previous_import_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sale_before_product_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_before_sale_id")),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_sale_before_show_id")),
        sa.PrimaryKeyConstraint("import_id", "sale_id", name=op.f("pk_sale_before")),
    )
    op.create_index("ix_sale_before_sale_id", "sale_before", ['sale_id'])
    op.create_table(
        "sale_draft",
        sa.Column("import_id", BIG, nullable=False, autoincrement=False),
        sa.Column("position", BIG, nullable=False, autoincrement=False),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("sale_id", BIG, nullable=True),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("line_key", sa.String(700), nullable=False),
        sa.Column("order_no", sa.String(64), nullable=False),
        sa.Column("level", sa.String(20), nullable=False, server_default='line'),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("spec", sa.String(500), nullable=True),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("platform_product_id", sa.String(64), nullable=True),
        sa.Column("merchant_code", sa.String(100), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("told_paid", sa.Boolean(), nullable=False),
        sa.Column("told_refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("told_basis", sa.String(20), nullable=False),
        sa.Column("replaced", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("refunded_fen", sa.BigInteger(), nullable=False),
        sa.Column("refund_basis", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("status_text", sa.String(100), nullable=False),
        sa.Column("after_sale_text", sa.String(100), nullable=True),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("ordered_precision", sa.String(20), nullable=False),
        sa.Column("paid_at", MOMENT, nullable=True),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("author_id", sa.String(100), nullable=True),
        sa.Column("author_name", sa.String(100), nullable=True),
        sa.Column("traffic_source", sa.String(100), nullable=True),
        sa.Column("traffic_form", sa.String(100), nullable=True),
        sa.Column("live_evidence", sa.Boolean(), nullable=False),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("tier", sa.String(20), nullable=True),
        sa.Column("show_id", BIG, nullable=True),
        sa.Column("booth_booking_id", BIG, nullable=True),
        sa.Column("rule_version", sa.String(20), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.Column("attributed_by_id", BIG, nullable=True),
        sa.Column("attributed_at", MOMENT, nullable=True),
        sa.Column("attribution_reason", sa.String(200), nullable=False, server_default=''),
        sa.CheckConstraint("fate IN ('inserted', 'updated', 'unchanged', 'held', 'rejected')", name=op.f("ck_sale_draft_fate")),
        sa.CheckConstraint("(fate = 'inserted') = (sale_id IS NULL)", name=op.f("ck_sale_draft_fate_of_sale")),
        sa.CheckConstraint("level IN ('line', 'order')", name=op.f("ck_sale_draft_level")),
        sa.CheckConstraint("ordered_precision IN ('minute', 'second')", name=op.f("ck_sale_draft_ordered_precision")),
        sa.CheckConstraint("platform IN ('doudian', 'kuaishou', 'weixin', 'pinduoduo', 'taobao')", name=op.f("ck_sale_draft_platform")),
        sa.CheckConstraint("status IN ('unpaid', 'paid', 'shipped', 'completed', 'closed', 'unknown')", name=op.f("ck_sale_draft_status")),
        sa.CheckConstraint("tier IN ('A', 'B', 'C', 'D', 'none')", name=op.f("ck_sale_draft_tier")),
        sa.ForeignKeyConstraint(["attributed_by_id"], ["person.id"], name=op.f("fk_sale_draft_attributed_by_id")),
        sa.ForeignKeyConstraint(["booth_booking_id"], ["booth_slot.booking_id"], name=op.f("fk_sale_draft_booth_booking_id")),
        sa.ForeignKeyConstraint(["import_id"], ["sales_import.id"], name=op.f("fk_sale_draft_import_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_sale_draft_product_id")),
        sa.ForeignKeyConstraint(["sale_id"], ["sale.id"], name=op.f("fk_sale_draft_sale_id")),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_sale_draft_show_id")),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_sale_draft")),
        sa.UniqueConstraint("import_id", "line_key", name=op.f("uq_sale_draft_import_id_line_key")),
    )
    op.create_index("ix_sale_draft_sale_id", "sale_draft", ['sale_id'])
