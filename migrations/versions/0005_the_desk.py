"""the desk: two-level approval, undo, shared tablets, channels, reports, people's own data

Revision: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NONE = {"nullable": True}

COLUMNS = {
    "booking": (
        ("proposed_to_booker", sa.Boolean(), {"server_default": sa.false(), "nullable": False}),
        ("first_yes_by_id", BIG, NONE),
        ("first_yes_at", MOMENT, NONE),
    ),
    "login_session": (
        ("device_id", BIG, NONE),
        ("last_active_at", MOMENT, NONE),
        ("held_form", sa.JSON(), NONE),
    ),
    "outbox_message": (("audience", sa.String(20), NONE), ("decision_id", BIG, NONE)),
    "person": (
        ("erased_at", MOMENT, NONE),
        ("merged_into_id", BIG, NONE),
        ("version", BIG, {"server_default": "1", "nullable": False}),
    ),
    "space": (
        ("approval_levels", BIG, {"server_default": "1", "nullable": False}),
        ("deputy_after_minutes", BIG, NONE),
    ),
}
FOREIGN_KEYS = {
    "booking": (("first_yes_by_id", "person"),),
    "login_session": (("device_id", "device"),),
    "outbox_message": (("decision_id", "desk_decision"),),
    "person": (("merged_into_id", "person"),),
}
INDEXES = (
    ("ix_audit_event_actor_id_id", "audit_event", ["actor_id", "id"]),
    ("ix_audit_event_action_id", "audit_event", ["action", "id"]),
    ("ix_login_session_device_id", "login_session", ["device_id"]),
    ("ix_outbox_message_decision_id", "outbox_message", ["decision_id"]),
)
BOOKING_BEFORE = {
    "buffer": "buffer_minutes >= 0 AND buffer_minutes % 15 = 0",
    "declined_has_reason": "status <> 'declined' OR decision_reason <> ''",
    "left_after_check_in": "left_at IS NULL OR checked_in_at IS NOT NULL",
    "occurrence": "(series_id IS NULL) = (occurrence_day IS NULL)",
    "offer_expires": "status <> 'offered' OR expires_at IS NOT NULL",
    "order": "ends_at > starts_at",
    "party_size": "party_size >= 1",
    "place": "place IS NULL OR place >= 0",
    "proposal": "(proposed_starts_at IS NULL) = (proposed_ends_at IS NULL) AND (proposed_starts_at IS NULL OR (status = 'confirmed' AND proposed_ends_at > proposed_starts_at))",
    "status": "status IN ('offered', 'pending', 'confirmed', 'checked_in', 'completed', 'declined', 'cancelled', 'expired', 'no_show')",
    "version": "version >= 1",
}
OUTBOX_MESSAGE_BEFORE = {
    "attempts": "attempts >= 0",
}
PERSON_BEFORE = {
    "captain_has_role": "captain_of IS NULL OR role = 'captain'",
    "role": "role IN ('resident', 'captain', 'merchant', 'staff', 'admin')",
    "salutation": "salutation IN ('mr', 'ms', '')",
    "whole_home": "(building IS NULL) = (unit IS NULL) AND (unit IS NULL) = (room IS NULL)",
}
SPACE_BEFORE = {
    "approval": "approval IN ('none', 'captains_at_once', 'staff')",
    "capacity": "capacity IS NULL OR capacity >= 1",
    "grid": "min_minutes % 15 = 0 AND max_minutes % 15 = 0 AND buffer_minutes % 15 = 0",
    "kind": "kind IN ('room', 'pool', 'studio')",
    "lengths": "min_minutes >= 15 AND max_minutes >= min_minutes",
    "not_negative": "advance_days >= 0 AND lead_minutes >= 0 AND buffer_minutes >= 0",
    "one_place_in_a_room": "kind <> 'room' OR places = 1",
    "places": "places >= 1",
}
BEFORE = {
    "booking": BOOKING_BEFORE,
    "login_session": {},
    "outbox_message": OUTBOX_MESSAGE_BEFORE,
    "person": PERSON_BEFORE,
    "space": SPACE_BEFORE,
}
CHECKS = {
    "booking": {
        **BOOKING_BEFORE,
        "proposal": (
            "(proposed_starts_at IS NULL) = (proposed_ends_at IS NULL)"
            " AND (proposed_starts_at IS NULL OR (proposed_ends_at > proposed_starts_at"
            " AND (status = 'confirmed' OR (status = 'pending' AND proposed_to_booker))))"
        ),
        "proposed_to_booker": "NOT proposed_to_booker OR proposed_starts_at IS NOT NULL",
        "first_yes": "(first_yes_at IS NULL) = (first_yes_by_id IS NULL)",
    },
    "login_session": {},
    "outbox_message": {
        **OUTBOX_MESSAGE_BEFORE,
        "audience": "audience IN ('staff')",
        "one_recipient": "(recipient_id IS NULL) <> (audience IS NULL)",
    },
    "person": {
        **PERSON_BEFORE,
        "version": "version >= 1",
        "erased": "erased_at IS NULL OR (phone IS NULL AND password_hash IS NULL)",
    },
    "space": {
        **SPACE_BEFORE,
        "approval_levels": "approval_levels IN (1, 2)",
        "deputy_after": "deputy_after_minutes IS NULL OR deputy_after_minutes > 0",
    },
}
NEW_TABLES = (
    "delivery",
    "reminder_sent",
    "desk_decision",
    "closure_call",
    "webhook",
    "staff_pin",
    "space_approver",
    "setting_change",
    "refused_demand",
    "password_reset",
    "message_template",
    "erasure",
    "device",
    "contact",
    "channel_choice",
    "decline_reason",
)
EPOCH = {
    "sqlite": "CAST(strftime('%s', {0}) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM {0}) AS bigint)",
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
    if table == "outbox_message":
        batch.alter_column("recipient_id", existing_type=BIG, nullable=True)


def upgrade() -> None:
    make_tables()
    for table in COLUMNS:
        rebuild(table, lambda batch, table=table: extend(batch, table), CHECKS[table])
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_notice_unread", "notice", ["person_id"], sqlite_where=unread, postgresql_where=unread)


def downgrade() -> None:
    """Back to what 0004 knows: proposals of the house and messages to all staff are given up."""
    op.drop_index("ix_notice_unread", "notice")
    for name, table, _columns in INDEXES:
        op.drop_index(name, table)
    give_up_proposals()
    op.execute("DELETE FROM notice WHERE outbox_id IN (SELECT id FROM outbox_message WHERE recipient_id IS NULL)")
    op.execute("DELETE FROM delivery WHERE outbox_id IN (SELECT id FROM outbox_message WHERE recipient_id IS NULL)")
    op.execute("DELETE FROM outbox_message WHERE recipient_id IS NULL")
    for table in reversed(COLUMNS):
        rebuild(table, lambda batch, table=table: shrink(batch, table), BEFORE[table])
    for table in NEW_TABLES:
        op.drop_table(table)


def give_up_proposals() -> None:
    """What only the proposed time held becomes free; the booking keeps its own."""
    of_engine = EPOCH[op.get_bind().dialect.name]
    first, end = of_engine.format("booking.starts_at"), of_engine.format("booking.ends_at")
    op.execute(
        sa.text(
            "DELETE FROM occupancy WHERE EXISTS (SELECT 1 FROM booking WHERE booking.id = occupancy.booking_id"  # noqa: S608  our names
            f" AND booking.proposed_to_booker AND (occupancy.tick * 900 < {first}"
            f" OR occupancy.tick * 900 >= {end} + booking.buffer_minutes * 60))".replace(":", r"\:")
        )
    )
    op.execute(
        "UPDATE booking SET proposed_starts_at = NULL, proposed_ends_at = NULL, proposed_by_id = NULL, proposed_at = NULL,"
        " proposed_to_booker = (1 = 0) WHERE proposed_to_booker"
    )


def shrink(batch, table: str) -> None:
    for column, _target in FOREIGN_KEYS.get(table, ()):
        batch.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
    for name, _kind, _options in COLUMNS[table]:
        batch.drop_column(name)
    if table == "outbox_message":
        batch.alter_column("recipient_id", existing_type=BIG, nullable=False)


def make_tables() -> None:
    op.create_table(
        "decline_reason",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.String(60), nullable=False),
        sa.Column("text_en", sa.String(120), server_default="", nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('room', 'booth')", name=op.f("ck_decline_reason_kind")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_decline_reason_text")),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_decline_reason")),
    )
    op.create_table(
        "channel_choice",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.CheckConstraint("topic IN ('bookings', 'waiting', 'reminders', 'studio', 'sales', 'account')", name=op.f("ck_channel_choice_topic")),
        sa.CheckConstraint("channel IN ('email', 'sms', 'webhook')", name=op.f("ck_channel_choice_channel")),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f("fk_channel_choice_person_id")),
        sa.PrimaryKeyConstraint('person_id', 'topic', 'channel', name=op.f("pk_channel_choice")),
    )
    op.create_table(
        "contact",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("email_confirmed_at", MOMENT, nullable=True),
        sa.Column("quiet_starts_minute", BIG, nullable=True),
        sa.Column("quiet_ends_minute", BIG, nullable=True),
        sa.CheckConstraint('(quiet_starts_minute IS NULL) = (quiet_ends_minute IS NULL) AND (quiet_starts_minute IS NULL OR (quiet_starts_minute BETWEEN 0 AND 1439 AND quiet_ends_minute BETWEEN 0 AND 1439))', name=op.f("ck_contact_quiet")),
        sa.CheckConstraint('email IS NOT NULL OR email_confirmed_at IS NULL', name=op.f("ck_contact_confirmed")),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f("fk_contact_person_id")),
        sa.PrimaryKeyConstraint('person_id', name=op.f("pk_contact")),
    )
    op.create_table(
        "device",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("enrolled_by_id", BIG, nullable=False),
        sa.Column("enrolled_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("revoked_by_id", BIG, nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_device_name")),
        sa.CheckConstraint('(revoked_at IS NULL) = (revoked_by_id IS NULL)', name=op.f("ck_device_revoked")),
        sa.ForeignKeyConstraint(['enrolled_by_id'], ['person.id'], name=op.f("fk_device_enrolled_by_id")),
        sa.ForeignKeyConstraint(['revoked_by_id'], ['person.id'], name=op.f("fk_device_revoked_by_id")),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_device")),
        sa.UniqueConstraint('token_hash', name=op.f("uq_device_token_hash")),
    )
    op.create_table(
        "erasure",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.Column("erased_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(['erased_by_id'], ['person.id'], name=op.f("fk_erasure_erased_by_id")),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f("fk_erasure_person_id")),
        sa.PrimaryKeyConstraint('person_id', name=op.f("pk_erasure")),
    )
    op.create_table(
        "message_template",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("locale", sa.String(12), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("changed_by_id", BIG, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_message_template_text")),
        sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name=op.f("fk_message_template_changed_by_id")),
        sa.PrimaryKeyConstraint('kind', 'locale', name=op.f("pk_message_template")),
    )
    op.create_table(
        "password_reset",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.CheckConstraint('expires_at > created_at', name=op.f("ck_password_reset_order")),
        sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f("fk_password_reset_created_by_id")),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f("fk_password_reset_person_id")),
        sa.PrimaryKeyConstraint('person_id', name=op.f("pk_password_reset")),
    )
    op.create_table(
        "refused_demand",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("space_id", BIG, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.CheckConstraint('ends_at > starts_at', name=op.f("ck_refused_demand_order")),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f("fk_refused_demand_person_id")),
        sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f("fk_refused_demand_space_id")),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_refused_demand")),
        sa.UniqueConstraint('person_id', 'space_id', 'starts_at', 'ends_at', 'code', name=op.f("uq_refused_demand_person_id_space_id_starts_at_ends_at_code")),
    )
    op.create_index("ix_refused_demand_asked_at", "refused_demand", ['asked_at'])
    op.create_index("ix_refused_demand_space_id_starts_at", "refused_demand", ['space_id', 'starts_at'])
    op.create_table(
        "setting_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("before", BIG, nullable=True),
        sa.Column("after", BIG, nullable=False),
        sa.Column("changed_by_id", BIG, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name=op.f("fk_setting_change_changed_by_id")),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_setting_change")),
    )
    op.create_index("ix_setting_change_key_changed_at", "setting_change", ['key', 'changed_at'])
    op.create_table(
        "space_approver",
        sa.Column("space_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("is_deputy", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f("fk_space_approver_person_id")),
        sa.ForeignKeyConstraint(['space_id'], ['space.id'], name=op.f("fk_space_approver_space_id"), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('space_id', 'person_id', name=op.f("pk_space_approver")),
    )
    op.create_table(
        "staff_pin",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("pin_hash", sa.String(200), nullable=False),
        sa.Column("digits", BIG, nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.CheckConstraint('digits BETWEEN 4 AND 6', name=op.f("ck_staff_pin_digits")),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f("fk_staff_pin_person_id")),
        sa.PrimaryKeyConstraint('person_id', name=op.f("pk_staff_pin")),
    )
    op.create_table(
        "webhook",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("secret", sa.String(200), server_default="", nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('wecom', 'dingtalk', 'feishu', 'plain')", name=op.f("ck_webhook_kind")),
        sa.CheckConstraint("name <> '' AND address <> ''", name=op.f("ck_webhook_said")),
        sa.ForeignKeyConstraint(['created_by_id'], ['person.id'], name=op.f("fk_webhook_created_by_id")),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_webhook")),
    )
    op.create_table(
        "closure_call",
        sa.Column("closure_id", BIG, autoincrement=False, nullable=False),
        sa.Column("booking_id", BIG, autoincrement=False, nullable=False),
        sa.Column("called_at", MOMENT, nullable=True),
        sa.Column("called_by_id", BIG, nullable=True),
        sa.CheckConstraint('(called_at IS NULL) = (called_by_id IS NULL)', name=op.f("ck_closure_call_called")),
        sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f("fk_closure_call_booking_id")),
        sa.ForeignKeyConstraint(['called_by_id'], ['person.id'], name=op.f("fk_closure_call_called_by_id")),
        sa.ForeignKeyConstraint(['closure_id'], ['closure.id'], name=op.f("fk_closure_call_closure_id")),
        sa.PrimaryKeyConstraint('closure_id', 'booking_id', name=op.f("pk_closure_call")),
    )
    op.create_table(
        "desk_decision",
        sa.Column("id", BIG, nullable=False),
        sa.Column("booking_id", BIG, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("undo_until", MOMENT, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", BIG, nullable=True),
        sa.CheckConstraint("kind IN ('approved', 'first_yes', 'declined', 'proposed')", name=op.f("ck_desk_decision_kind")),
        sa.CheckConstraint('(undone_at IS NULL) = (undone_by_id IS NULL)', name=op.f("ck_desk_decision_undone")),
        sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f("fk_desk_decision_actor_id")),
        sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f("fk_desk_decision_booking_id")),
        sa.ForeignKeyConstraint(['undone_by_id'], ['person.id'], name=op.f("fk_desk_decision_undone_by_id")),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_desk_decision")),
    )
    op.create_index("ix_desk_decision_booking_id", "desk_decision", ['booking_id'])
    op.create_index("ix_desk_decision_decided_at", "desk_decision", ['decided_at'])
    op.create_table(
        "reminder_sent",
        sa.Column("booking_id", BIG, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('evening', 'hour')", name=op.f("ck_reminder_sent_kind")),
        sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f("fk_reminder_sent_booking_id")),
        sa.PrimaryKeyConstraint('booking_id', 'kind', 'starts_at', name=op.f("pk_reminder_sent")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", BIG, nullable=False),
        sa.Column("outbox_id", BIG, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("target", BIG, server_default="0", nullable=False),
        sa.Column("state", sa.String(20), server_default="waiting", nullable=False),
        sa.Column("attempts", BIG, server_default="0", nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(200), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("channel IN ('email', 'sms', 'webhook')", name=op.f("ck_delivery_channel")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dead', 'dropped')", name=op.f("ck_delivery_state")),
        sa.CheckConstraint("(channel = 'webhook') = (target <> 0)", name=op.f("ck_delivery_target")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_delivery_when_sent")),
        sa.CheckConstraint('attempts >= 0', name=op.f("ck_delivery_attempts")),
        sa.ForeignKeyConstraint(['outbox_id'], ['outbox_message.id'], name=op.f("fk_delivery_outbox_id"), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f("pk_delivery")),
        sa.UniqueConstraint('outbox_id', 'channel', 'target', name=op.f("uq_delivery_outbox_id_channel_target")),
    )
    op.create_index("ix_delivery_state_next_try_at", "delivery", ['state', 'next_try_at'])
