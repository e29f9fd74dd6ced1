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
    ("ix_sale_show_id_ordered_at", "sale", ["show_id", "ordered_at"], "show_id IS NOT NULL"),
    ("ix_closure_call_open", "closure_call", ["closure_id"], "called_at IS NULL"),
)
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DECIDES = sa.text("action IN ('booking.approved', 'booking.declined')")
DATED = ("booking", "show", "walk_in", "refused_demand", "waitlist_entry")
"""Tables whose rows lie in a space and begin at a moment."""
COUNTED = {
    "booking": "space_id, place, starts_at, ends_at, status, booker_id, created_by_id, created_at",
    "show": "space_id, starts_at, ends_at, status",
    "walk_in": "space_id, starts_at, ends_at, left_at",
    "refused_demand": "person_id, space_id, starts_at, ends_at, code",
    "waitlist_entry": "person_id, space_id, starts_at, ends_at, show_id",
    "penalty_point": "booking_id, kind, excused_at",
}
"""Which columns a report counts."""

BANDS = {
    **{band: f"coalesce(tier, 'none') = '{band}'" for band in ("A", "B", "C", "D", "none")},
    "studio": "tier IN ('A', 'B', 'C')",
    "all": "1 = 1",
}
SCOPES = "scope IN ('community', 'merchant', 'product', 'show', 'show_merchant'{more})"


def upgrade() -> None:
    """Add what the pages read by."""
    for name, table, columns, rows in INDEXES:
        where = sa.text(rows) if rows else None
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.drop_index("ix_booth_slot_merchant_id", "booth_slot")
    op.drop_index("ix_sale_show_id", "sale")
    let_scopes_be(", 'show_booth'")
    sum_up_booths()
    make_sums()
    make_files()
    stale_sums() if op.get_bind().dialect.name == "postgresql" else stale_sums_of_sqlite()


def downgrade() -> None:
    """Take it away again."""
    keep_stale_sums()
    op.drop_table("report_file_chunk")
    op.drop_table("report_file")
    op.drop_table("report_hours")
    op.drop_table("report_sum")
    op.drop_index("ix_audit_event_decisions", "audit_event")
    op.create_index("ix_booth_slot_merchant_id", "booth_slot", ["merchant_id"])
    op.create_index("ix_sale_show_id", "sale", ["show_id"])
    op.execute("DELETE FROM sales_total WHERE scope = 'show_booth'")
    let_scopes_be("")
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table)



def make_sums() -> None:
    """The sums of reports stay empty here: the jobs make them, and until then a report counts."""
    op.create_index(
        "ix_audit_event_decisions", "audit_event", ["object_id", "at"], sqlite_where=DECIDES, postgresql_where=DECIDES
    )
    for table, column in (("report_sum", ("figures", sa.JSON())), ("report_hours", ("opened", sa.Text()))):
        op.create_table(
            table,
            sa.Column("space_id", BIG, autoincrement=False, nullable=False),
            sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column(column[0], column[1], nullable=False),
            sa.CheckConstraint("ends_at > begins_at", name=op.f(f"ck_{table}_order")),
            sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f(f"fk_{table}_space_id")),
            sa.PrimaryKeyConstraint("space_id", "begins_at", name=op.f(f"pk_{table}")),
        )


def make_files() -> None:
    op.create_table(
        "report_file",
        sa.Column("id", BIG, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("next_day", sa.Date(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("row_count", "crc", "raw_size", "packed_size")),
        sa.Column("worker", sa.String(64), nullable=False, server_default=""),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(60), nullable=False, server_default=""),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('making', 'ready', 'failed')", name=op.f("ck_report_file_status")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_report_file_order")),
        sa.CheckConstraint("next_day >= first_day", name=op.f("ck_report_file_progress")),
        sa.CheckConstraint("(status = 'failed') = (error_code <> '')", name=op.f("ck_report_file_failed_says_why")),
        sa.CheckConstraint("(status = 'ready') = (ready_at IS NOT NULL)", name=op.f("ck_report_file_ready_when")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_report_file_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
    )
    op.create_index("ix_report_file_status", "report_file", ["status"])
    op.create_table(
        "report_file_chunk",
        sa.Column("file_id", BIG, autoincrement=False, nullable=False),
        sa.Column("position", BIG, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["report_file.id"], name=op.f("fk_report_file_chunk_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "position", name=op.f("pk_report_file_chunk")),
    )


def stale_at(space: str, moment: str) -> str:
    """Delete the sum of the days that hold a moment of a space, if there is one."""
    return (
        f"DELETE FROM report_sum WHERE space_id = {space} AND ends_at > {moment} AND begins_at ="
        f" (SELECT max(begins_at) FROM report_sum WHERE space_id = {space} AND begins_at <= {moment});"
    )


def stale_of(booking: str) -> str:
    """The same for a booking by its id."""
    space, moment = (f"(SELECT {name} FROM booking WHERE id = {booking})" for name in ("space_id", "starts_at"))
    return stale_at(space, moment)


def reopened(row: str) -> str:
    """Delete the hours that a closure cuts into."""
    return (
        f"DELETE FROM report_hours WHERE space_id = {row}.space_id"
        f" AND begins_at < {row}.ends_at AND ends_at > {row}.starts_at;"
    )


def another_day(midnight: str) -> str:
    """Delete the hours of every space around a local midnight."""
    return f"DELETE FROM report_hours WHERE begins_at <= {midnight} AND ends_at > {midnight};"


def stale_row(table: str, row: str) -> str:
    """What a row of a table makes stale, as it was or as it is."""
    return stale_at(f"{row}.space_id", f"{row}.starts_at") if table in DATED else stale_of(f"{row}.booking_id")


def stale_sums_of_sqlite() -> None:
    for table, columns in COUNTED.items():
        old, new = stale_row(table, "OLD"), stale_row(table, "NEW")
        trigger(f"stale_{table}_insert", "INSERT", table, new)
        trigger(f"stale_{table}_delete", "DELETE", table, old)
        trigger(f"stale_{table}_update", f"UPDATE OF {columns}", table, f"{old} {new}")
    trigger(
        "stale_audit_event_insert", "INSERT", "audit_event", stale_of("NEW.object_id"),
        "WHEN NEW.action IN ('booking.approved', 'booking.declined')",
    )  # fmt: skip
    for event, rows in (("INSERT", "NEW"), ("DELETE", "OLD"), ("UPDATE", "OLD NEW")):
        trigger(f"stale_closure_{event.lower()}", event, "closure", " ".join(map(reopened, rows.split())))
        midnights = (f"datetime({row}.day, '-8 hours') || '.000000'" for row in rows.split())
        trigger(f"stale_calendar_day_{event.lower()}", event, "calendar_day", " ".join(map(another_day, midnights)))


def trigger(name: str, event: str, table: str, done: str, when: str = "") -> None:
    statement = f"CREATE TRIGGER {name} AFTER {event} ON {table} {when} BEGIN {done} END"
    op.execute(sa.text(statement.replace(":", r"\:")))


POSTGRESQL = {
    "stale_dated": (
        "PERFORM pg_advisory_xact_lock_shared(508, one.space_id::int);" + stale_at("one.space_id", "one.starts_at")
    ),
    "stale_point": (
        "PERFORM pg_advisory_xact_lock_shared(508, space_id::int) FROM booking WHERE id = one.booking_id;"
        + stale_of("one.booking_id")
    ),
    "stale_decision": (
        "PERFORM pg_advisory_xact_lock_shared(508, space_id::int) FROM booking WHERE id = one.object_id;"
        + stale_of("one.object_id")
    ),
    "stale_closure": "PERFORM pg_advisory_xact_lock_shared(508, one.space_id::int);" + reopened("one"),
    "stale_calendar": (
        "PERFORM pg_advisory_xact_lock_shared(508, id::int) FROM space ORDER BY id;"
        + another_day("(one.day::timestamp AT TIME ZONE 'Asia/Shanghai')")
    ),
}
"""What each function does with a row; whoever makes sums of a space holds the lock alone (services/reports/making.py)."""


def stale_sums() -> None:
    for name, done in POSTGRESQL.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE one record; BEGIN"
            " IF coalesce(current_setting('jufu.restoring', true), '') = 'on' THEN RETURN NULL; END IF;"
            f" IF TG_OP <> 'INSERT' THEN one := OLD; {done} END IF;"
            f" IF TG_OP <> 'DELETE' THEN one := NEW; {done} END IF;"
            " RETURN NULL; END $$"
        )
    for table, columns in COUNTED.items():
        function = "stale_dated" if table in DATED else "stale_point"
        on_row(table, f"INSERT OR DELETE OR UPDATE OF {columns}", function)
    on_row("closure", "INSERT OR DELETE OR UPDATE", "stale_closure")
    on_row("calendar_day", "INSERT OR DELETE OR UPDATE", "stale_calendar")
    on_row("audit_event", "INSERT", "stale_decision", "WHEN (NEW.action IN ('booking.approved', 'booking.declined'))")


def on_row(table: str, events: str, function: str, when: str = "") -> None:
    op.execute(
        f"CREATE TRIGGER stale_{table} AFTER {events} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {function}()"
    )


def keep_stale_sums() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in (*COUNTED, "closure", "calendar_day", "audit_event"):
            op.execute(f"DROP TRIGGER stale_{table} ON {table}")
        for name in POSTGRESQL:
            op.execute(f"DROP FUNCTION {name}()")
        return
    for table in (*COUNTED, "closure", "calendar_day"):
        for event in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER stale_{table}_{event}")
    op.execute("DROP TRIGGER stale_audit_event_insert")


def let_scopes_be(more: str) -> None:
    with op.batch_alter_table("sales_total") as batch:
        batch.drop_constraint(op.f("ck_sales_total_scope"), type_="check")
        batch.create_check_constraint(op.f("ck_sales_total_scope"), SCOPES.format(more=more))


def sum_up_booths() -> None:
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
