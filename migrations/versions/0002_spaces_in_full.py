"""spaces in full: closures, series, waiting line, check-in, walk-ins, photos, stewards, calendar feeds

Revision: 0002
Revises: 0001
"""

import secrets
from datetime import UTC

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ONE_HOLDER = (
    "CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END + CASE WHEN show_id IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN walk_in_id IS NULL THEN 0 ELSE 1 END = 1"
)
OPEN_ON = ("weekday", "weekend", "holiday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OLD_STATES = ("pending", "confirmed", "checked_in", "completed", "declined", "cancelled", "expired", "no_show")
OLD_BOOKING = {
    "order": "ends_at > starts_at",
    "party_size": "party_size >= 1",
    "place": "place IS NULL OR place >= 0",
    "declined_has_reason": "status <> 'declined' OR decision_reason <> ''",
    "version": "version >= 1",
}
NEW_BOOKING = {
    "buffer": "buffer_minutes >= 0 AND buffer_minutes % 15 = 0",
    "proposal": (
        "(proposed_starts_at IS NULL) = (proposed_ends_at IS NULL)"
        " AND (proposed_starts_at IS NULL OR (status = 'confirmed' AND proposed_ends_at > proposed_starts_at))"
    ),
    "offer_expires": "status <> 'offered' OR expires_at IS NOT NULL",
    "left_after_check_in": "left_at IS NULL OR checked_in_at IS NOT NULL",
    "occurrence": "(series_id IS NULL) = (occurrence_day IS NULL)",
}
BOOKING_COLUMNS = (
    ("buffer_minutes", BIG, {"server_default": "0", "nullable": False}),
    ("pickup_number", sa.String(4), {"server_default": "", "nullable": False}),
    ("override_reason", sa.String(200), {"server_default": "", "nullable": False}),
    ("proposed_starts_at", MOMENT, {}),
    ("proposed_ends_at", MOMENT, {}),
    ("proposed_by_id", BIG, {}),
    ("proposed_at", MOMENT, {}),
    ("expires_at", MOMENT, {}),
    ("checked_in_at", MOMENT, {}),
    ("left_at", MOMENT, {}),
    ("series_id", BIG, {}),
    ("occurrence_day", sa.Date(), {}),
    ("changed_by_hand", sa.Boolean(), {"server_default": sa.false(), "nullable": False}),
)
BOOKING_INDEXES = (
    ("ix_booking_created_by_id_starts_at", ["created_by_id", "starts_at"]),
    ("ix_booking_series_id_occurrence_day", ["series_id", "occurrence_day"]),
)


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def rebuild(table: str, change, **conditions: str) -> None:
    """Change a table together with its CHECKs: all old ones go, those told here come."""
    known = [check["name"] for check in sa.inspect(op.get_bind()).get_check_constraints(table)]
    with op.batch_alter_table(table) as batch:
        for name in known:
            batch.drop_constraint(op.f(name), type_="check")
        change(batch)
        for name, text in conditions.items():
            batch.create_check_constraint(op.f(f"ck_{table}_{name}"), text)


def upgrade() -> None:
    make_tables()
    rebuild(
        "booking",
        extend_booking,
        status=one_of("status", ("offered", *OLD_STATES)),
        **OLD_BOOKING,
        **NEW_BOOKING,
    )
    for name, columns in BOOKING_INDEXES:
        op.create_index(name, "booking", columns)
    some = sa.text("proposed_starts_at IS NOT NULL")
    op.create_index(
        "ix_booking_proposed_starts_at",
        "booking",
        ["proposed_starts_at"],
        sqlite_where=some,
        postgresql_where=some,
    )
    rebuild("occupancy", extend_occupancy, one_holder=ONE_HOLDER, place="place >= 0")
    op.create_index("ix_occupancy_walk_in_id", "occupancy", ["walk_in_id"])
    rebuild(
        "opening_hours",
        lambda batch: rename_hours(batch, "day_kind", "open_on"),
        order=(
            "(opens_minute >= 0 AND closes_minute <= 1440 AND opens_minute < closes_minute)"
            " OR (opens_minute = 0 AND closes_minute = 0 AND open_on NOT IN ('weekday', 'weekend', 'holiday'))"
        ),
        grid="opens_minute % 15 = 0 AND closes_minute % 15 = 0",
        open_on=one_of("open_on", OPEN_ON),
    )
    hours_are_unique("open_on")
    op.add_column("show", sa.Column("buffer_minutes", BIG, server_default="0", nullable=False))
    op.add_column("space", sa.Column("needs_check_in", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("space", sa.Column("version", BIG, server_default="1", nullable=False))
    op.add_column("space", sa.Column("door_key", sa.String(24), server_default="", nullable=False))
    fill_in()


def extend_booking(batch) -> None:
    for name, kind, options in BOOKING_COLUMNS:
        batch.add_column(sa.Column(name, kind, **options))
    batch.create_foreign_key(op.f("fk_booking_series_id"), "series", ["series_id"], ["id"])
    batch.create_foreign_key(op.f("fk_booking_proposed_by_id"), "person", ["proposed_by_id"], ["id"])


def extend_occupancy(batch) -> None:
    batch.add_column(sa.Column("walk_in_id", BIG))
    batch.create_foreign_key(op.f("fk_occupancy_walk_in_id"), "walk_in", ["walk_in_id"], ["id"])


def rename_hours(batch, before: str, after: str) -> None:
    batch.drop_constraint(op.f(f"uq_opening_hours_space_id_{before}_opens_minute"), type_="unique")
    batch.alter_column(before, new_column_name=after)


def hours_are_unique(column: str) -> None:
    """In a step of its own: SQLite forgets a key that is made while its column gets a new name."""
    with op.batch_alter_table("opening_hours") as batch:
        batch.create_unique_constraint(
            op.f(f"uq_opening_hours_space_id_{column}_opens_minute"), ["space_id", column, "opens_minute"]
        )


def fill_in() -> None:
    """What is there already gets its buffer, and every space the secret of its door."""
    bind = op.get_bind()
    for table in ("booking", "show"):
        bind.execute(
            sa.text(
                f"UPDATE {table} SET buffer_minutes ="  # noqa: S608  # our names
                f" (SELECT space.buffer_minutes FROM space WHERE space.id = {table}.space_id)"
            )
        )
    for space_id in bind.execute(sa.text("SELECT id FROM space")).scalars().all():
        bind.execute(
            sa.text("UPDATE space SET door_key = :key WHERE id = :id"),
            {"key": secrets.token_urlsafe(12), "id": space_id},
        )


def downgrade() -> None:
    """Back to what 0001 knows: offers, walk-ins, proposed times and hours of single weekdays are given up."""
    bind = op.get_bind()
    bind.execute(sa.text("DELETE FROM occupancy WHERE walk_in_id IS NOT NULL"))
    drop_proposals(bind)
    offered = "SELECT id FROM booking WHERE status = 'offered'"
    bind.execute(sa.text(f"DELETE FROM occupancy WHERE booking_id IN ({offered})"))
    bind.execute(sa.text("UPDATE booking SET status = 'cancelled' WHERE status = 'offered'"))
    bind.execute(sa.text("DELETE FROM opening_hours WHERE open_on NOT IN ('weekday', 'weekend', 'holiday')"))
    for column in ("door_key", "version", "needs_check_in"):
        op.drop_column("space", column)
    op.drop_column("show", "buffer_minutes")
    rebuild(
        "opening_hours",
        lambda batch: rename_hours(batch, "open_on", "day_kind"),
        order="opens_minute >= 0 AND closes_minute <= 1440 AND opens_minute < closes_minute",
        grid="opens_minute % 15 = 0 AND closes_minute % 15 = 0",
        day_kind=one_of("day_kind", ("weekday", "weekend", "holiday")),
    )
    hours_are_unique("day_kind")
    op.drop_index("ix_occupancy_walk_in_id", "occupancy")
    rebuild(
        "occupancy",
        shrink_occupancy,
        one_holder="(booking_id IS NULL) <> (show_id IS NULL)",
        place="place >= 0",
    )
    op.drop_index("ix_booking_proposed_starts_at", "booking")
    for name, _columns in BOOKING_INDEXES:
        op.drop_index(name, "booking")
    rebuild("booking", shrink_booking, status=one_of("status", OLD_STATES), **OLD_BOOKING)
    for table in (
        "waitlist_entry",
        "penalty_point",
        "series_skip",
        "walk_in",
        "space_steward",
        "space_photo",
        "space_equipment",
        "series",
        "closure",
        "calendar_feed",
    ):
        op.drop_table(table)


def drop_proposals(bind) -> None:
    """Give back the ticks of times that only were proposed."""
    moving = sa.table(
        "booking",
        sa.column("id", BIG),
        sa.column("starts_at", MOMENT),
        sa.column("ends_at", MOMENT),
        sa.column("buffer_minutes", BIG),
        sa.column("proposed_starts_at", MOMENT),
    )
    wanted = sa.select(moving).where(moving.c.proposed_starts_at.is_not(None))
    for row in bind.execute(wanted).mappings().all():
        first, end = (_epoch(row[name]) // 900 for name in ("starts_at", "ends_at"))
        end += row["buffer_minutes"] // 15
        bind.execute(
            sa.text("DELETE FROM occupancy WHERE booking_id = :id AND (tick < :first OR tick >= :end)"),
            {"id": row["id"], "first": first, "end": end},
        )


def _epoch(moment) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp())


def shrink_booking(batch) -> None:
    batch.drop_constraint(op.f("fk_booking_series_id"), type_="foreignkey")
    batch.drop_constraint(op.f("fk_booking_proposed_by_id"), type_="foreignkey")
    for name, _kind, _options in BOOKING_COLUMNS:
        batch.drop_column(name)


def shrink_occupancy(batch) -> None:
    batch.drop_constraint(op.f("fk_occupancy_walk_in_id"), type_="foreignkey")
    batch.drop_column("walk_in_id")


def make_tables() -> None:
    op.create_table('calendar_feed',
    sa.Column('id', BIG, nullable=False),
    sa.Column('person_id', BIG, nullable=False),
    sa.Column('nonce', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed'))
    )
    op.create_index('ix_calendar_feed_person_id', 'calendar_feed', ['person_id'], unique=False)

    op.create_table('closure',
    sa.Column('id', BIG, nullable=False),
    sa.Column('space_id', BIG, nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_by_id', BIG, nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_closure_has_reason')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_closure_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_closure_created_by_id')),
    sa.ForeignKeyConstraint(['lifted_by_id'], ['person.id'], name=op.f('fk_closure_lifted_by_id')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_closure_space_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closure'))
    )
    op.create_index('ix_closure_space_id_ends_at', 'closure', ['space_id', 'ends_at'], unique=False)

    op.create_table('series',
    sa.Column('id', BIG, nullable=False),
    sa.Column('space_id', BIG, nullable=False),
    sa.Column('booker_id', BIG, nullable=False),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.Column('rule', sa.String(length=300), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('start_minute', BIG, nullable=False),
    sa.Column('minutes', BIG, nullable=False),
    sa.Column('zone', sa.String(length=40), server_default='Asia/Shanghai', nullable=False),
    sa.Column('purpose', sa.String(length=200), server_default='', nullable=False),
    sa.Column('party_size', BIG, nullable=False),
    sa.Column('version', BIG, server_default='1', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('minutes >= 15 AND minutes % 15 = 0', name=op.f('ck_series_length')),
    sa.CheckConstraint('start_minute BETWEEN 0 AND 1439 AND start_minute % 15 = 0', name=op.f('ck_series_start')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_series_version')),
    sa.ForeignKeyConstraint(['booker_id'], ['person.id'], name=op.f('fk_series_booker_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_series_created_by_id')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_series_space_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series'))
    )
    op.create_index('ix_series_booker_id', 'series', ['booker_id'], unique=False)

    op.create_table('space_equipment',
    sa.Column('space_id', BIG, nullable=False),
    sa.Column('code', sa.Enum('projector', 'screen', 'whiteboard', 'audio', 'air_conditioning', 'step_free', 'live_kit', 'wifi', 'tea', 'medicine', 'umbrella', 'charging', name='code', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_space_equipment_space_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('space_id', 'code', name=op.f('pk_space_equipment'))
    )
    op.create_table('space_photo',
    sa.Column('space_id', BIG, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('position', BIG, nullable=False),
    sa.ForeignKeyConstraint(['sha256'], ['picture.sha256'], name=op.f('fk_space_photo_sha256')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_space_photo_space_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('space_id', 'sha256', name=op.f('pk_space_photo'))
    )
    op.create_table('space_steward',
    sa.Column('space_id', BIG, nullable=False),
    sa.Column('person_id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_space_steward_person_id')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_space_steward_space_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('space_id', 'person_id', name=op.f('pk_space_steward'))
    )
    op.create_table('walk_in',
    sa.Column('id', BIG, nullable=False),
    sa.Column('space_id', BIG, nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_walk_in_order')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_walk_in_created_by_id')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_walk_in_space_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_walk_in'))
    )
    op.create_index('ix_walk_in_space_id_starts_at', 'walk_in', ['space_id', 'starts_at'], unique=False)

    op.create_table('series_skip',
    sa.Column('series_id', BIG, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_series_skip_series_id')),
    sa.PrimaryKeyConstraint('series_id', 'day', name=op.f('pk_series_skip'))
    )
    op.create_table('penalty_point',
    sa.Column('id', BIG, nullable=False),
    sa.Column('person_id', BIG, nullable=False),
    sa.Column('booking_id', BIG, nullable=False),
    sa.Column('kind', sa.Enum('no_show', 'late_withdrawal', 'absent', name='kind', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('points', BIG, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('excused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('excused_by_id', BIG, nullable=True),
    sa.Column('excuse_reason', sa.String(length=200), server_default='', nullable=False),
    sa.CheckConstraint("(excused_at IS NULL) = (excused_by_id IS NULL) AND (excused_at IS NULL OR excuse_reason <> '')", name=op.f('ck_penalty_point_excuse')),
    sa.CheckConstraint('points >= 1', name=op.f('ck_penalty_point_points')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_penalty_point_booking_id')),
    sa.ForeignKeyConstraint(['excused_by_id'], ['person.id'], name=op.f('fk_penalty_point_excused_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_penalty_point_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_penalty_point')),
    sa.UniqueConstraint("booking_id", "kind", name=op.f("uq_penalty_point_booking_id_kind"))
    )
    op.create_index('ix_penalty_point_person_id_created_at', 'penalty_point', ['person_id', 'created_at'], unique=False)

    op.create_table('waitlist_entry',
    sa.Column('id', BIG, nullable=False),
    sa.Column('space_id', BIG, nullable=False),
    sa.Column('place', BIG, nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Enum('waiting', 'offered', 'fulfilled', 'withdrawn', 'lapsed', name='status', native_enum=False, create_constraint=True, length=20), server_default='waiting', nullable=False),
    sa.Column('person_id', BIG, nullable=False),
    sa.Column('created_by_id', BIG, nullable=False),
    sa.Column('purpose', sa.String(length=200), server_default='', nullable=False),
    sa.Column('party_size', BIG, nullable=False),
    sa.Column('show_id', BIG, nullable=True),
    sa.Column('product_id', BIG, nullable=True),
    sa.Column('booking_id', BIG, nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status NOT IN ('offered', 'fulfilled') OR booking_id IS NOT NULL", name=op.f('ck_waitlist_entry_has_offer')),
    sa.CheckConstraint('(show_id IS NULL) = (product_id IS NULL) AND (show_id IS NULL OR place IS NOT NULL)', name=op.f('ck_waitlist_entry_booth')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_waitlist_entry_order')),
    sa.CheckConstraint('party_size >= 1', name=op.f('ck_waitlist_entry_party_size')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_waitlist_entry_booking_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f('fk_waitlist_entry_created_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_waitlist_entry_person_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_waitlist_entry_product_id')),
    sa.ForeignKeyConstraint(['show_id'], ['show.id'], name=op.f('fk_waitlist_entry_show_id')),
    sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f('fk_waitlist_entry_space_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waitlist_entry'))
    )
    op.create_index('ix_waitlist_entry_booking_id', 'waitlist_entry', ['booking_id'], unique=False)
    op.create_index('ix_waitlist_entry_person_id_status', 'waitlist_entry', ['person_id', 'status'], unique=False)
    op.create_index('ix_waitlist_entry_space_id_status_starts_at', 'waitlist_entry', ['space_id', 'status', 'starts_at'], unique=False)
    op.create_index('ix_waitlist_entry_status_starts_at', 'waitlist_entry', ['status', 'starts_at'], unique=False)

