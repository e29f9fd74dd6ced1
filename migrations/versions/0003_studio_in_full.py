"""the studio in full: papers, claims, hosts, draws, the running order, sealed records

Revision: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PLATFORMS = ("doudian", "kuaishou", "weixin", "pinduoduo", "taobao")
NONE = {"nullable": True}
EMPTY = {"server_default": "", "nullable": False}
FIRST = {"server_default": "1", "nullable": False}

COLUMNS = {
    "booth_slot": (
        ("sample", sa.String(20), {"server_default": "awaited", "nullable": False}),
        ("sample_received_at", MOMENT, NONE),
        ("sample_received_by_id", BIG, NONE),
        ("sample_returned_at", MOMENT, NONE),
        ("sample_returned_by_id", BIG, NONE),
        ("views", BIG, NONE),
    ),
    "merchant": (
        ("responsible_person", sa.String(40), EMPTY),
        ("contact_phone", sa.String(20), EMPTY),
        ("credit_code", sa.String(18), NONE),
        ("exempt_reason", sa.String(200), EMPTY),
        ("status", sa.String(20), {"server_default": "draft", "nullable": False}),
        ("submitted_at", MOMENT, NONE),
        ("verified_at", MOMENT, NONE),
        ("verified_by_id", BIG, NONE),
        ("review_reason", sa.String(200), EMPTY),
        ("version", BIG, FIRST),
    ),
    "product": (
        ("category", sa.String(20), {"server_default": "other", "nullable": False}),
        ("food_type", sa.String(20), NONE),
        ("live_price_fen", sa.BigInteger(), NONE),
        ("price_basis", sa.String(200), EMPTY),
        ("sku", sa.String(64), EMPTY),
        ("selling_points", sa.Text(), EMPTY),
        ("claims", sa.Text(), EMPTY),
        ("origin", sa.String(60), EMPTY),
        ("shelf_life", sa.String(60), EMPTY),
        ("after_sales", sa.String(200), EMPTY),
        ("claims_status", sa.String(20), {"server_default": "unreviewed", "nullable": False}),
        ("claims_reason", sa.String(200), EMPTY),
        ("claims_reviewed_at", MOMENT, NONE),
        ("claims_reviewed_by_id", BIG, NONE),
        ("version", BIG, FIRST),
    ),
    "show": (
        ("allotment", sa.String(20), {"server_default": "first_come", "nullable": False}),
        ("applications_open_at", MOMENT, NONE),
        ("applications_close_at", MOMENT, NONE),
        ("platform", sa.String(20), NONE),
        ("room", sa.String(200), EMPTY),
        ("series_id", BIG, NONE),
        ("cancelled_at", MOMENT, NONE),
        ("cancel_reason", sa.String(200), EMPTY),
        ("wrapped_up_at", MOMENT, NONE),
    ),
    "waitlist_entry": (("rank", BIG, NONE),),
}
FOREIGN_KEYS = {
    "booth_slot": (("sample_received_by_id", "person"), ("sample_returned_by_id", "person")),
    "merchant": (("verified_by_id", "person"),),
    "product": (("claims_reviewed_by_id", "person"),),
    "show": (("series_id", "show_series"),),
}
INDEXES = (
    ("ix_merchant_status_submitted_at", "merchant", ["status", "submitted_at"]),
    ("ix_product_claims_status", "product", ["claims_status"]),
    ("ix_show_series_id", "show", ["series_id"]),
    ("ix_show_status_ends_at", "show", ["status", "ends_at"]),
)


def one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


BOOTH_SLOT_BEFORE = {
    "on_air_order": (
        "actual_ended_at IS NULL OR (actual_started_at IS NOT NULL AND actual_ended_at >= actual_started_at)"
    ),
    "on_air": one_of("on_air", "waiting", "on_air", "done", "skipped"),
}
MERCHANT_BEFORE = {"margin": "margin_bp BETWEEN 0 AND 10000"}
PRODUCT_BEFORE = {"price": "price_fen > 0", "stock": "stock >= 0"}
SHOW_BEFORE = {
    "order": "ends_at > starts_at",
    "size": "booths >= 1 AND slots >= 1",
    "grid": "slot_minutes >= 15 AND slot_minutes % 15 = 0",
    "layout": one_of("layout", "rundown", "market"),
    "status": one_of("status", "draft", "open", "cancelled"),
}
ENTRY_BEFORE = {
    "order": "ends_at > starts_at",
    "party_size": "party_size >= 1",
    "has_offer": "status NOT IN ('offered', 'fulfilled') OR booking_id IS NOT NULL",
    "status": one_of("status", "waiting", "offered", "fulfilled", "withdrawn", "lapsed"),
}
ENTRY_BOOTH_BEFORE = "(show_id IS NULL) = (product_id IS NULL) AND (show_id IS NULL OR place IS NOT NULL)"
CHECKS = {
    "booth_slot": {
        "sample": one_of("sample", "awaited", "received", "returned"),
        "sample_received": "(sample = 'awaited') = (sample_received_at IS NULL)",
        "sample_returned": "(sample = 'returned') = (sample_returned_at IS NOT NULL)",
        "sample_by": (
            "(sample_received_at IS NULL) = (sample_received_by_id IS NULL)"
            " AND (sample_returned_at IS NULL) = (sample_returned_by_id IS NULL)"
        ),
        "views": "views IS NULL OR views >= 0",
    },
    "merchant": {
        **MERCHANT_BEFORE,
        "version": "version >= 1",
        "status": one_of("status", "draft", "submitted", "returned", "verified", "suspended"),
        "verified_when": "status <> 'verified' OR verified_at IS NOT NULL",
        "verified_is_known": "status <> 'verified' OR credit_code IS NOT NULL OR exempt_reason <> ''",
        "says_why": "status NOT IN ('returned', 'suspended') OR review_reason <> ''",
    },
    "product": {
        **PRODUCT_BEFORE,
        "category": one_of("category", "food", "daily", "clothing", "beauty", "craft", "other"),
        "food_type": one_of("food_type", "farm_produce", "prepacked", "other_food"),
        "claims_status": one_of("claims_status", "unreviewed", "cleared", "refused"),
        "live_price": "live_price_fen IS NULL OR live_price_fen > 0",
        "price_basis": "live_price_fen IS NULL OR live_price_fen >= price_fen OR price_basis <> ''",
        "food_type_of_food": "(category = 'food') = (food_type IS NOT NULL)",
        "claims_when": "claims_status = 'unreviewed' OR claims_reviewed_at IS NOT NULL",
        "claims_say_why": "claims_status <> 'refused' OR claims_reason <> ''",
        "version": "version >= 1",
    },
    "show": {
        **SHOW_BEFORE,
        "allotment": one_of("allotment", "first_come", "draw"),
        "platform": one_of("platform", *PLATFORMS),
        "applications": (
            "applications_open_at IS NULL OR applications_close_at IS NULL"
            " OR applications_close_at > applications_open_at"
        ),
        "draw_closes": "allotment <> 'draw' OR applications_close_at IS NOT NULL",
        "cancelled_has_reason": "status <> 'cancelled' OR cancel_reason <> ''",
    },
    "waitlist_entry": {
        **ENTRY_BEFORE,
        "booth": "(show_id IS NULL) = (product_id IS NULL) AND (rank IS NULL OR (show_id IS NOT NULL AND rank >= 1))",
    },
}
BEFORE = {
    "booth_slot": BOOTH_SLOT_BEFORE,
    "merchant": MERCHANT_BEFORE,
    "product": PRODUCT_BEFORE,
    "show": SHOW_BEFORE,
    "waitlist_entry": ENTRY_BEFORE | {"booth": ENTRY_BOOTH_BEFORE},
}
ON_AIR = (
    ("on_air", sa.String(20), {"server_default": "waiting", "nullable": False}),
    ("actual_started_at", MOMENT, NONE),
    ("actual_ended_at", MOMENT, NONE),
)
NEW_TABLES = (
    "rundown_item_booth",
    "on_air_correction",
    "booth_swap",
    "booth_application",
    "show_run",
    "show_host",
    "show_check",
    "rundown_item",
    "run_event",
    "product_picture",
    "draw",
    "compliance_record",
    "paper",
    "merchant_invite",
    "show_series",
    "private_file",
    "host",
    "claim_word",
)

KEPT = "kept by law for three years after the show"
SEALED_SHOW = "EXISTS (SELECT 1 FROM compliance_record WHERE compliance_record.show_id = OLD.show_id AND keep_until > {now})"
SEALED_ITEM = (
    "EXISTS (SELECT 1 FROM compliance_record JOIN rundown_item ON rundown_item.show_id = compliance_record.show_id"
    " WHERE rundown_item.id = OLD.item_id AND keep_until > {now})"
)
GUARDS = (
    ("compliance_record", "DELETE", "OLD.keep_until > {now}"),
    ("compliance_record", "UPDATE", "1 = 1"),
    ("private_file", "DELETE", "OLD.keep_until > {now}"),
    ("private_file", "UPDATE", "OLD.keep_until > {now} AND (NEW.keep_until IS NULL OR NEW.keep_until < OLD.keep_until OR NEW.sha256 <> OLD.sha256 OR NEW.content <> OLD.content)"),
    ("on_air_correction", "DELETE", "OLD.at > {years_ago}"),
    ("on_air_correction", "UPDATE", "1 = 1"),
    ("run_event", "DELETE", "OLD.at > {years_ago}"),
    ("run_event", "UPDATE", "1 = 1"),
    ("booth_slot", "DELETE", SEALED_SHOW),
    ("rundown_item", "DELETE", SEALED_SHOW),
    ("rundown_item", "UPDATE", SEALED_SHOW),
    ("rundown_item_booth", "DELETE", SEALED_ITEM),
    ("show_host", "DELETE", SEALED_SHOW),
    ("show_check", "DELETE", SEALED_SHOW),
    ("draw", "DELETE", SEALED_SHOW),
    ("booth_application", "DELETE", SEALED_SHOW),
)
EMPTYING = {
    "compliance_record": "keep_until > {now}",
    "private_file": "keep_until > {now}",
    "on_air_correction": "at > {years_ago}",
    "run_event": "at > {years_ago}",
}
"""PostgreSQL fires no row trigger for TRUNCATE; `flask restore` alone says that it means it."""
CLOCKS = {
    "sqlite": {
        "now": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
        "years_ago": "strftime('%Y-%m-%d %H:%M:%f', 'now', '-3 years')",
    },
    "postgresql": {"now": "now()", "years_ago": "now() - interval '3 years'"},
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


def upgrade() -> None:
    make_tables()
    keep_times_on_air()
    for table, columns in COLUMNS.items():
        if table == "show":
            continue
        rebuild(table, lambda batch, table=table, columns=columns: extend(batch, table, columns), CHECKS[table])
    extend_shows()
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    for table in ("product_code", "sales_import", "sale"):
        know_platforms(table, PLATFORMS)
    guard()


def extend(batch, table: str, columns) -> None:
    for name, kind, options in columns:
        batch.add_column(sa.Column(name, kind, **options))
    for column, target in FOREIGN_KEYS.get(table, ()):
        batch.create_foreign_key(op.f(f"fk_{table}_{column}"), target, [column], ["id"])
    if table == "merchant":
        batch.create_unique_constraint(op.f("uq_merchant_credit_code"), ["credit_code"])
    if table == "booth_slot":
        for name, _kind, _options in ON_AIR:
            batch.drop_column(name)


def extend_shows() -> None:
    """In two steps: a cancelled show of before has no reason yet."""
    rebuild("show", lambda batch: extend(batch, "show", COLUMNS["show"]), SHOW_BEFORE)
    op.execute("UPDATE show SET cancel_reason = '—' WHERE status = 'cancelled'")
    rebuild("show", lambda batch: None, CHECKS["show"])


def know_platforms(table: str, platforms) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_platform"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_platform"), one_of("platform", *platforms))


def keep_times_on_air() -> None:
    """What was aired so far becomes the running order of its show, in the order in which it was aired."""
    op.execute(
        "INSERT INTO rundown_item (id, show_id, position, kind, title, planned_starts_at, planned_seconds,"
        " extra_seconds, state, skip_reason, started_at, ended_at)"
        " SELECT booth_slot.booking_id, booth_slot.show_id,"
        " row_number() OVER (PARTITION BY booth_slot.show_id"
        " ORDER BY COALESCE(actual_started_at, booking.starts_at), booking.id), 'booths', '', booking.starts_at,"
        " show.slot_minutes * 60, 0,"
        " CASE WHEN on_air = 'skipped' THEN 'skipped' WHEN actual_ended_at IS NOT NULL THEN 'done' ELSE 'on_air' END,"
        " CASE WHEN on_air = 'skipped' THEN 'other' END, actual_started_at,"
        " COALESCE(actual_ended_at, CASE WHEN on_air = 'skipped' THEN booking.starts_at END)"
        " FROM booth_slot JOIN booking ON booking.id = booth_slot.booking_id JOIN show ON show.id = booth_slot.show_id"
        " WHERE actual_started_at IS NOT NULL OR on_air = 'skipped'"
    )
    op.execute("INSERT INTO rundown_item_booth (item_id, booking_id) SELECT id, id FROM rundown_item")
    op.execute(
        "INSERT INTO show_run (show_id, version, overrun, started_at, ended_at)"
        " SELECT show_id, 1, 'shift', min(started_at),"
        " CASE WHEN count(*) = count(ended_at) AND count(started_at) > 0 THEN max(ended_at) END FROM rundown_item GROUP BY show_id"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('rundown_item', 'id'),"
            " greatest((SELECT max(id) FROM rundown_item), 1))"
        )


def guard() -> None:
    """Let the database itself refuse what would take from a sealed record."""
    engine = op.get_bind().dialect.name
    if engine == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation'; END $$"
        )
    for table, action, condition in GUARDS:
        when = condition.format(**CLOCKS[engine])
        name = f"keep_{table}_{action.lower()}"
        if engine == "sqlite":
            op.execute(
                sa.text(
                    f"CREATE TRIGGER {name} BEFORE {action} ON {table} WHEN {when}"
                    f" BEGIN SELECT RAISE(ABORT, '{KEPT}'); END".replace(":", r"\:")
                )
            )
        else:
            make_guard(name, table, action, when)
    if engine == "postgresql":
        for table, condition in EMPTYING.items():
            guard_whole(table, condition.format(**CLOCKS[engine]))


def guard_whole(table: str, condition: str) -> None:
    """Refuse to empty a table that holds what must be kept."""
    op.execute(
        f"CREATE FUNCTION keep_{table}_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF coalesce(current_setting('jufu.restoring', true), '') <> 'on'"
        f" AND EXISTS (SELECT 1 FROM {table} WHERE {condition}) THEN"
        f" RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER keep_{table}_truncate BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION keep_{table}_truncate()"
    )


def make_guard(name: str, table: str, action: str, when: str) -> None:
    """PostgreSQL knows no subquery in WHEN, so a guard with one has a function of its own."""
    if "SELECT" not in when:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_change()"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN"
        f" RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation'; END IF; RETURN COALESCE(NEW, OLD); END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {action} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def unguard() -> None:
    engine = op.get_bind().dialect.name
    for table, action, condition in GUARDS:
        name = f"keep_{table}_{action.lower()}"
        if engine == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
        else:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            if "SELECT" in condition:
                op.execute(f"DROP FUNCTION {name}()")
    if engine == "postgresql":
        for table in EMPTYING:
            op.execute(f"DROP TRIGGER keep_{table}_truncate ON {table}")
            op.execute(f"DROP FUNCTION keep_{table}_truncate()")
    if engine == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def downgrade() -> None:
    """Back to what 0002 knows: papers, draws and records are given up, of times on air the first of each booth stays."""
    unguard()
    for table in ("sale", "sales_import", "product_code"):
        op.execute(f"DELETE FROM {table} WHERE platform <> 'doudian'")  # noqa: S608  # our names
        know_platforms(table, PLATFORMS[:1])
    for name, table, _columns in INDEXES:
        op.drop_index(name, table)
    with op.batch_alter_table("booth_slot") as batch:
        for name, kind, options in ON_AIR:
            batch.add_column(sa.Column(name, kind, **options))
    for column, state in (("actual_started_at", "min(started_at)"), ("actual_ended_at", "max(ended_at)")):
        op.execute(
            f"UPDATE booth_slot SET {column} = (SELECT {state} FROM rundown_item"  # noqa: S608  # our names
            " JOIN rundown_item_booth ON item_id = rundown_item.id"
            " WHERE rundown_item_booth.booking_id = booth_slot.booking_id AND repeat_of_id IS NULL"
            " AND state IN ('done', 'on_air'))"
        )
    op.execute(
        "UPDATE booth_slot SET on_air = CASE WHEN actual_ended_at IS NOT NULL THEN 'done'"
        " WHEN actual_started_at IS NOT NULL THEN 'on_air' WHEN EXISTS (SELECT 1 FROM rundown_item"
        " JOIN rundown_item_booth ON item_id = rundown_item.id"
        " WHERE rundown_item_booth.booking_id = booth_slot.booking_id AND state = 'skipped')"
        " THEN 'skipped' ELSE 'waiting' END"
    )
    for table in NEW_TABLES:
        if table != "show_series":
            op.drop_table(table)
    op.execute("DELETE FROM waitlist_entry WHERE show_id IS NOT NULL AND place IS NULL")
    for table, columns in reversed(COLUMNS.items()):
        rebuild(table, lambda batch, table=table, columns=columns: shrink(batch, table, columns), BEFORE[table])
    op.drop_table("show_series")


def shrink(batch, table: str, columns) -> None:
    if table == "merchant":
        batch.drop_constraint(op.f("uq_merchant_credit_code"), type_="unique")
    for column, _target in FOREIGN_KEYS.get(table, ()):
        batch.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
    for name, _kind, _options in columns:
        batch.drop_column(name)


def make_tables() -> None:
    op.create_table('claim_word',
    sa.Column('id', BIG, nullable=False),
    sa.Column('word', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('absolute', 'disease', name='kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_by_id', BIG, nullable=True),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.CheckConstraint("word <> '' AND reason <> ''", name=op.f('ck_claim_word_said')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_claim_word_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_word')),
    sa.UniqueConstraint('word', name=op.f('uq_claim_word_word'))
    )
    op.create_table('host',
    sa.Column('id', BIG, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('phone', sa.String(length=20), server_default='', nullable=False),
    sa.Column('account', sa.String(length=60), server_default='', nullable=False),
    sa.Column('evidence', sa.Enum('id_card', 'platform', 'certificate', 'other', name='evidence', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('evidence_note', sa.String(length=200), server_default='', nullable=False),
    sa.Column('verified_at', MOMENT, nullable=True),
    sa.Column('verified_by_id', BIG, nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('archived_at', MOMENT, nullable=True),
    sa.CheckConstraint('(verified_at IS NULL) = (verified_by_id IS NULL) AND (verified_at IS NULL) = (evidence IS NULL)', name=op.f('ck_host_verified')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_host_created_by_id')),
    sa.ForeignKeyConstraint(['verified_by_id'], ['person.id'], name=op.f('fk_host_verified_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_host'))
    )
    op.create_table('private_file',
    sa.Column('id', BIG, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=20), nullable=False),
    sa.Column('size', BIG, nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('keep_until', MOMENT, nullable=True),
    sa.CheckConstraint('size >= 1', name=op.f('ck_private_file_size')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_private_file_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_private_file'))
    )
    op.create_table('show_series',
    sa.Column('id', BIG, nullable=False),
    sa.Column('rule', sa.String(length=300), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('start_minute', BIG, nullable=False),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.CheckConstraint('start_minute BETWEEN 0 AND 1439', name=op.f('ck_show_series_start')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_show_series_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_show_series'))
    )
    op.create_table('merchant_invite',
    sa.Column('id', BIG, nullable=False),
    sa.Column('merchant_id', BIG, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('expires_at', MOMENT, nullable=False),
    sa.Column('used_at', MOMENT, nullable=True),
    sa.Column('used_by_id', BIG, nullable=True),
    sa.CheckConstraint('(used_at IS NULL) = (used_by_id IS NULL)', name=op.f('ck_merchant_invite_used')),
    sa.CheckConstraint('expires_at > created_at', name=op.f('ck_merchant_invite_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_merchant_invite_created_by_id')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_merchant_invite_merchant_id')),
    sa.ForeignKeyConstraint(['used_by_id'], ['person.id'], name=op.f('fk_merchant_invite_used_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_merchant_invite')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_merchant_invite_token_hash'))
    )
    op.create_index('ix_merchant_invite_merchant_id', 'merchant_invite', ['merchant_id'], unique=False)

    op.create_table('paper',
    sa.Column('id', BIG, nullable=False),
    sa.Column('merchant_id', BIG, nullable=False),
    sa.Column('kind', sa.Enum('business_licence', 'food_licence', 'food_filing', 'authorisation', 'inspection', 'other', name='kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('issuer', sa.String(length=60), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('scan_id', BIG, nullable=False),
    sa.Column('replaces_id', BIG, nullable=True),
    sa.Column('status', sa.Enum('submitted', 'approved', 'returned', 'withdrawn', name='status', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('review_reason', sa.String(length=200), server_default='', nullable=False),
    sa.Column('reviewed_at', MOMENT, nullable=True),
    sa.Column('reviewed_by_id', BIG, nullable=True),
    sa.Column('reminded_days', BIG, nullable=True),
    sa.Column('version', BIG, server_default='1', nullable=False),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.CheckConstraint("status <> 'approved' OR reviewed_at IS NOT NULL", name=op.f('ck_paper_approved_when')),
    sa.CheckConstraint("status <> 'returned' OR review_reason <> ''", name=op.f('ck_paper_says_why')),
    sa.CheckConstraint('(reviewed_at IS NULL) = (reviewed_by_id IS NULL)', name=op.f('ck_paper_reviewed')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_paper_version')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_paper_created_by_id')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_paper_merchant_id')),
    sa.ForeignKeyConstraint(['replaces_id'], ['paper.id'], name=op.f('fk_paper_replaces_id')),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['person.id'], name=op.f('fk_paper_reviewed_by_id')),
    sa.ForeignKeyConstraint(['scan_id'], ['private_file.id'], name=op.f('fk_paper_scan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper'))
    )
    op.create_index('ix_paper_expires_on', 'paper', ['expires_on'], unique=False)
    op.create_index('ix_paper_replaces_id', 'paper', ['replaces_id'], unique=False)
    op.create_index('ix_paper_merchant_id_kind', 'paper', ['merchant_id', 'kind'], unique=False)
    op.create_index('ix_paper_status_created_at', 'paper', ['status', 'created_at'], unique=False)

    op.create_table('compliance_record',
    sa.Column('show_id', BIG, autoincrement=False, nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('sealed_at', MOMENT, nullable=False),
    sa.Column('sealed_by_id', BIG, nullable=True),
    sa.Column('keep_until', MOMENT, nullable=False),
    sa.CheckConstraint('keep_until > sealed_at', name=op.f('ck_compliance_record_order')),
    sa.ForeignKeyConstraint(['sealed_by_id'], ['person.id'], name=op.f('fk_compliance_record_sealed_by_id')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_compliance_record_show_id')),
    sa.PrimaryKeyConstraint('show_id', name=op.f('pk_compliance_record'))
    )
    op.create_table('draw',
    sa.Column('show_id', BIG, autoincrement=False, nullable=False),
    sa.Column('seed_hash', sa.String(length=64), nullable=False),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('list_text', sa.Text(), nullable=True),
    sa.Column('list_hash', sa.String(length=64), nullable=True),
    sa.Column('closed_at', MOMENT, nullable=True),
    sa.Column('drawn_at', MOMENT, nullable=True),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.CheckConstraint('(list_text IS NULL) = (closed_at IS NULL)', name=op.f('ck_draw_closed')),
    sa.CheckConstraint('(list_text IS NULL) = (list_hash IS NULL)', name=op.f('ck_draw_list')),
    sa.CheckConstraint('drawn_at IS NULL OR closed_at IS NOT NULL', name=op.f('ck_draw_drawn_after_close')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_draw_show_id')),
    sa.PrimaryKeyConstraint('show_id', name=op.f('pk_draw'))
    )
    op.create_table('product_picture',
    sa.Column('product_id', BIG, autoincrement=False, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('position', BIG, nullable=False),
    sa.CheckConstraint('position >= 1', name=op.f('ck_product_picture_position')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_product_picture_product_id')),
    sa.ForeignKeyConstraint(['sha256'], ['picture.sha256'], name=op.f('fk_product_picture_sha256')),
    sa.PrimaryKeyConstraint('product_id', 'sha256', name=op.f('pk_product_picture'))
    )
    op.create_table('run_event',
    sa.Column('id', BIG, nullable=False),
    sa.Column('show_id', BIG, nullable=False),
    sa.Column('version', BIG, nullable=False),
    sa.Column('action', sa.String(length=20), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor_id', BIG, nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_run_event_actor_id')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_run_event_show_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run_event')),
    sa.UniqueConstraint('show_id', 'version', name=op.f('uq_run_event_show_id_version'))
    )

    op.create_table('rundown_item',
    sa.Column('id', BIG, nullable=False),
    sa.Column('show_id', BIG, nullable=False),
    sa.Column('position', BIG, nullable=False),
    sa.Column('kind', sa.Enum('booths', 'break', name='kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('title', sa.String(length=60), server_default='', nullable=False),
    sa.Column('planned_starts_at', MOMENT, nullable=True),
    sa.Column('planned_seconds', BIG, nullable=False),
    sa.Column('extra_seconds', BIG, server_default='0', nullable=False),
    sa.Column('state', sa.Enum('waiting', 'on_air', 'done', 'skipped', name='state', native_enum=False, create_constraint=True, length=20), server_default='waiting', nullable=False),
    sa.Column('skip_reason', sa.Enum('absent', 'no_time', 'not_ready', 'other', name='skip_reason', native_enum=False, create_constraint=True, length=20), nullable=True),
    sa.Column('started_at', MOMENT, nullable=True),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.Column('repeat_of_id', BIG, nullable=True),
    sa.CheckConstraint("(state = 'skipped') = (skip_reason IS NOT NULL)", name=op.f('ck_rundown_item_skipped_has_reason')),
    sa.CheckConstraint("(state = 'waiting') = (started_at IS NULL AND ended_at IS NULL)", name=op.f('ck_rundown_item_waiting')),
    sa.CheckConstraint("kind <> 'break' OR title <> ''", name=op.f('ck_rundown_item_break_has_title')),
    sa.CheckConstraint("state <> 'done' OR (started_at IS NOT NULL AND ended_at IS NOT NULL AND ended_at >= started_at)", name=op.f('ck_rundown_item_done')),
    sa.CheckConstraint("state <> 'on_air' OR (started_at IS NOT NULL AND ended_at IS NULL)", name=op.f('ck_rundown_item_on_air')),
    sa.CheckConstraint('planned_seconds >= 1 AND extra_seconds >= 0', name=op.f('ck_rundown_item_length')),
    sa.ForeignKeyConstraint(['repeat_of_id'], ['rundown_item.id'], name=op.f('fk_rundown_item_repeat_of_id')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_rundown_item_show_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rundown_item'))
    )
    op.create_index('ix_rundown_item_repeat_of_id', 'rundown_item', ['repeat_of_id'], unique=False)
    op.create_index('ix_rundown_item_show_id_position', 'rundown_item', ['show_id', 'position'], unique=False)

    op.create_table('show_check',
    sa.Column('show_id', BIG, autoincrement=False, nullable=False),
    sa.Column('item', sa.String(length=40), nullable=False),
    sa.Column('done_at', MOMENT, nullable=False),
    sa.Column('done_by_id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_show_check_done_by_id')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_show_check_show_id')),
    sa.PrimaryKeyConstraint('show_id', 'item', name=op.f('pk_show_check'))
    )
    op.create_table('show_host',
    sa.Column('show_id', BIG, autoincrement=False, nullable=False),
    sa.Column('host_id', BIG, autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['host_id'], ['host.id'], name=op.f('fk_show_host_host_id')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_show_host_show_id')),
    sa.PrimaryKeyConstraint('show_id', 'host_id', name=op.f('pk_show_host'))
    )
    op.create_index('ix_show_host_host_id', 'show_host', ['host_id'], unique=False)

    op.create_table('show_run',
    sa.Column('show_id', BIG, autoincrement=False, nullable=False),
    sa.Column('version', BIG, server_default='1', nullable=False),
    sa.Column('overrun', sa.Enum('shift', 'squeeze', 'leave', name='overrun', native_enum=False, create_constraint=True, length=20), server_default='shift', nullable=False),
    sa.Column('started_at', MOMENT, nullable=True),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.CheckConstraint('ended_at IS NULL OR (started_at IS NOT NULL AND ended_at >= started_at)', name=op.f('ck_show_run_order')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_show_run_version')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_show_run_show_id')),
    sa.PrimaryKeyConstraint('show_id', name=op.f('pk_show_run'))
    )
    op.create_table('booth_application',
    sa.Column('id', BIG, nullable=False),
    sa.Column('show_id', BIG, nullable=False),
    sa.Column('merchant_id', BIG, nullable=False),
    sa.Column('product_id', BIG, nullable=False),
    sa.Column('booth', BIG, nullable=True),
    sa.Column('person_id', BIG, nullable=False),
    sa.Column('status', sa.Enum('applied', 'withdrawn', 'allotted', 'waitlisted', 'passed_over', name='status', native_enum=False, create_constraint=True, length=20), server_default='applied', nullable=False),
    sa.Column('slots_this_year', BIG, nullable=True),
    sa.Column('points', BIG, nullable=True),
    sa.Column('rank', BIG, nullable=True),
    sa.Column('outcome_code', sa.String(length=40), server_default='', nullable=False),
    sa.Column('booking_id', BIG, nullable=True),
    sa.Column('entry_id', BIG, nullable=True),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.CheckConstraint("status <> 'allotted' OR booking_id IS NOT NULL", name=op.f('ck_booth_application_allotted_has_booking')),
    sa.CheckConstraint("status NOT IN ('allotted', 'waitlisted', 'passed_over') OR rank IS NOT NULL", name=op.f('ck_booth_application_ranked')),
    sa.CheckConstraint('rank IS NULL OR rank >= 1', name=op.f('ck_booth_application_rank')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_booth_application_booking_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['waitlist_entry.id'], name=op.f('fk_booth_application_entry_id')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_booth_application_merchant_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_booth_application_person_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_booth_application_product_id')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_booth_application_show_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booth_application')),
    sa.UniqueConstraint('show_id', 'merchant_id', name=op.f('uq_booth_application_show_id_merchant_id'))
    )
    op.create_index('ix_booth_application_merchant_id', 'booth_application', ['merchant_id'], unique=False)
    op.create_index('ix_booth_application_product_id', 'booth_application', ['product_id'], unique=False)

    op.create_table('booth_swap',
    sa.Column('id', BIG, nullable=False),
    sa.Column('from_booking_id', BIG, nullable=False),
    sa.Column('to_booking_id', BIG, nullable=False),
    sa.Column('status', sa.Enum('proposed', 'accepted', 'declined', 'withdrawn', 'lapsed', name='status', native_enum=False, create_constraint=True, length=20), server_default='proposed', nullable=False),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('expires_at', MOMENT, nullable=False),
    sa.Column('settled_at', MOMENT, nullable=True),
    sa.Column('settled_by_id', BIG, nullable=True),
    sa.CheckConstraint("(status = 'proposed') = (settled_at IS NULL)", name=op.f('ck_booth_swap_settled')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_booth_swap_created_by_id')),
    sa.ForeignKeyConstraint(['from_booking_id'], ['booth_slot.booking_id'], name=op.f('fk_booth_swap_from_booking_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_booth_swap_settled_by_id')),
    sa.ForeignKeyConstraint(['to_booking_id'], ['booth_slot.booking_id'], name=op.f('fk_booth_swap_to_booking_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booth_swap'))
    )
    op.create_index('ix_booth_swap_from_booking_id', 'booth_swap', ['from_booking_id'], unique=False)
    op.create_index('ix_booth_swap_status_expires_at', 'booth_swap', ['status', 'expires_at'], unique=False)
    op.create_index('ix_booth_swap_to_booking_id', 'booth_swap', ['to_booking_id'], unique=False)

    op.create_table('on_air_correction',
    sa.Column('id', BIG, nullable=False),
    sa.Column('show_id', BIG, nullable=False),
    sa.Column('booking_id', BIG, nullable=True),
    sa.Column('said', sa.String(length=200), nullable=False),
    sa.Column('corrected', sa.String(length=200), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.CheckConstraint("said <> '' AND corrected <> ''", name=op.f('ck_on_air_correction_said')),
    sa.ForeignKeyConstraint(['booking_id'], ['booth_slot.booking_id'], name=op.f('fk_on_air_correction_booking_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_on_air_correction_created_by_id')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_on_air_correction_show_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_on_air_correction'))
    )
    op.create_index('ix_on_air_correction_show_id', 'on_air_correction', ['show_id'], unique=False)

    op.create_table('rundown_item_booth',
    sa.Column('item_id', BIG, autoincrement=False, nullable=False),
    sa.Column('booking_id', BIG, autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booth_slot.booking_id'], name=op.f('fk_rundown_item_booth_booking_id')),
    sa.ForeignKeyConstraint(['item_id'], ['rundown_item.id'], name=op.f('fk_rundown_item_booth_item_id')),
    sa.PrimaryKeyConstraint('item_id', 'booking_id', name=op.f('pk_rundown_item_booth'))
    )
    op.create_index('ix_rundown_item_booth_booking_id', 'rundown_item_booth', ['booking_id'], unique=False)
