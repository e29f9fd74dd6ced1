"""The doctor finds each defect that is planted, and nothing where all is well."""

import contextvars

import pytest
from sqlalchemy import event, text

from domain.bookings import BookingStatus
from domain.studio.shows import ShowStatus
from models import BoothSlot, OutboxMessage, SalesImport
from models.sales_imports import ImportStatus
from services import booking, doctor
from services.doctor import engine
from services.unit_of_work import in_transaction
from tests.support.builders import (
    NOW,
    between,
    create_actor,
    create_booking,
    create_person,
    create_pool,
    create_space,
    create_studio,
)
from tests.support.studio_builders import create_merchant, create_product, create_show
from tests.support.waiting import given_back, in_line

pytestmark = pytest.mark.usefixtures("db")


def codes():
    return sorted({finding.code for finding in doctor.data_findings(NOW)})


def damage(db, statement, **values):
    """Change the database behind the services' back."""
    in_transaction(lambda: db.session.execute(text(statement), values))


def booked(space, interval):
    return booking.request_booking(create_actor(), space.code, interval, purpose="", party_size=1, now=NOW)


def save(db, thing):
    in_transaction(lambda: db.session.add(thing))
    return thing


def test_a_house_in_order_gives_no_finding():
    booked(create_space(buffer_minutes=15), between(15, 17, days=1))
    booked(create_pool(), between(15, 16))
    create_show(create_studio())

    assert codes() == []


def test_what_is_booked_while_the_doctor_looks_is_no_finding(app, db):
    space, before = create_space(), create_space()
    booked(before, between(15, 17, days=1))
    interruptions = []

    def book():
        with app.app_context():
            booked(space, between(15, 17, days=1))

    def interrupt(_connection, _cursor, statement, *_rest):
        if "FROM occupancy" in statement and not interruptions:
            interruptions.append(statement)
            contextvars.Context().run(book)

    event.listen(db.engine, "before_cursor_execute", interrupt)
    try:
        assert codes() == []
    finally:
        event.remove(db.engine, "before_cursor_execute", interrupt)
    assert interruptions


def test_a_live_booking_without_one_of_its_ticks_is_found(db):
    made = booked(create_space(buffer_minutes=15), between(15, 17, days=1))
    damage(db, "DELETE FROM occupancy WHERE tick = (SELECT max(tick) FROM occupancy)")

    assert codes() == ["holder_without_tick"]
    assert f"booking {made.id}" in doctor.data_findings(NOW)[0].text


def test_past_ticks_may_be_gone(db):
    create_booking(create_space(), between(7, 8.5), created_at=NOW)
    damage(db, "DELETE FROM occupancy")

    assert "holder_without_tick" not in codes()


def test_ticks_of_a_booking_that_is_not_live_are_found(db):
    made = booked(create_space(), between(15, 17, days=1))
    damage(db, "UPDATE booking SET status = 'cancelled' WHERE id = :id", id=made.id)

    assert codes() == ["tick_without_holder"]


def test_ticks_of_a_cancelled_show_are_found(db):
    show = create_show(create_studio())
    damage(
        db,
        "UPDATE show SET status = :status, cancel_reason = '停电' WHERE id = :id",
        status=ShowStatus.CANCELLED.value,
        id=show.id,
    )

    assert codes() == ["tick_without_holder"]


def test_a_show_without_its_ticks_is_found(db):
    create_show(create_studio())
    damage(db, "DELETE FROM occupancy")

    assert codes() == ["holder_without_tick"]


def test_a_booking_moved_behind_the_arbiters_back_is_found_in_both_directions(db):
    made = booked(create_space(), between(15, 17, days=1))
    later = between(16, 18, days=1)
    made.starts_at, made.ends_at = later.starts_at, later.ends_at
    db.session.commit()

    assert codes() == ["holder_without_tick", "tick_without_holder"]


def test_an_offer_that_answers_nobody_and_somebody_whose_offer_is_gone_are_found(db):
    held, _, (entry,) = in_line(1, create_space())
    given_back(held)
    assert codes() == []

    damage(db, "UPDATE waitlist_entry SET status = 'waiting' WHERE id = :id", id=entry.id)
    assert codes() == ["offer_without_entry"]

    damage(db, "UPDATE waitlist_entry SET status = 'offered' WHERE id = :id", id=entry.id)
    damage(db, "UPDATE booking SET status = 'confirmed' WHERE status = 'offered'")
    assert codes() == ["entry_without_offer"]


def test_two_live_bookings_of_one_room_are_found_even_without_their_ticks(db):
    space = create_space()
    made = booked(space, between(15, 17, days=1))
    rival = booked(space, between(18, 19, days=1))
    damage(db, "DELETE FROM occupancy WHERE booking_id = :id", id=rival.id)
    rival.starts_at, rival.ends_at = made.starts_at, made.ends_at
    db.session.commit()

    assert codes() == ["holder_without_tick", "place_shared"]


def test_more_seats_taken_than_there_are_is_found(db):
    pool = create_pool(places=2)
    for _ in range(2):
        booked(pool, between(15, 16))
    damage(db, "UPDATE space SET places = 1, capacity = 1 WHERE id = :id", id=pool.id)

    assert codes() == ["place_does_not_exist", "place_shared"]


def test_a_booking_without_audit_event_is_found():
    create_booking(create_space(), between(15, 17, days=1))

    assert codes() == ["booking_without_audit"]


def booth(db, **changes):
    studio = create_studio()
    show = create_show(studio)
    merchant, actor = create_merchant()
    product = create_product(changes.pop("of", None) or merchant)
    interval = changes.pop("interval", show.plan.interval_of(3))
    made = create_booking(studio, interval, place=3, booker_id=actor.id)
    save(db, BoothSlot(booking_id=made.id, show_id=show.id, merchant_id=merchant.id, product_id=product.id))
    damage(db, "INSERT INTO audit_event (at, action, object_type, object_id, detail) "
               "VALUES ('2026-11-23', 'booking.requested', 'booking', :id, '{}')", id=made.id)  # fmt: skip


def test_a_booth_in_its_slot_is_fine(db):
    booth(db)

    assert codes() == []


def test_a_booth_outside_its_show_is_found(db):
    booth(db, interval=between(9, 9.25, days=1))

    assert codes() == ["booth_outside_show"]


def test_a_booth_with_the_product_of_another_shop_is_found(db):
    booth(db, of=create_merchant()[0])

    assert codes() == ["booth_foreign_product"]


def an_import(db, **changes):
    values = {
        "status": ImportStatus.APPLIED,
        "platform": "doudian",
        "file_sha256": "0" * 64,
        "encoding": "utf-8",
        "created_by_id": create_person().id,
        "created_at": NOW,
        "read_count": 0,
    }
    return save(db, SalesImport(**values | changes))


def test_an_import_that_says_more_sales_than_there_are_is_found(db):
    an_import(db, read_count=2, inserted=2)

    assert codes() == ["import_sales_differ"]


def test_a_message_that_never_leaves_is_found(db):
    save(
        db,
        OutboxMessage(
            recipient_id=create_person().id, kind="x", params={}, created_at=NOW, next_try_at=NOW, attempts=9
        ),
    )

    assert codes() == ["message_stuck"]


def test_many_findings_of_a_kind_are_summed_up(db):
    create_booking(create_space(), between(8, 20, days=1), status=BookingStatus.CONFIRMED)
    damage(db, "DELETE FROM occupancy")

    texts = [f.text for f in doctor.data_findings(NOW) if f.code == "holder_without_tick"]

    assert texts[-1] == "… and 28 more of this kind."


def test_tables_of_another_version_are_found(app):
    head = app.config["MIGRATION_HEAD"]

    assert engine.MIGRATIONS not in [finding.code for finding in engine.findings(head)]
    assert next(finding.code for finding in doctor.examine(NOW, "another")) == engine.MIGRATIONS


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_careless_settings_of_sqlite_are_found(db, app):
    def settings_findings():
        return [finding.code for finding in engine.findings(app.config["MIGRATION_HEAD"])]

    assert settings_findings() == []
    db.session.connection().exec_driver_sql("COMMIT")
    for careless, finding in (
        ("synchronous=OFF", "sqlite_not_durable"),
        ("synchronous=FULL", None),
        ("foreign_keys=OFF", "sqlite_foreign_keys_off"),
    ):
        raw = db.session.connection().connection.driver_connection
        db.session.rollback()
        raw.execute(f"PRAGMA {careless}")
        assert settings_findings() == ([finding] if finding else [])
    raw.execute("PRAGMA foreign_keys=ON")


@pytest.mark.parametrize(
    "engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_careless_settings_of_postgresql_are_found(db, app):
    shown = [
        db.session.scalar(text(f"SHOW {name}"))
        for name in ("fsync", "full_page_writes", "synchronous_commit")
    ]

    found = [finding.code for finding in engine.findings(app.config["MIGRATION_HEAD"])]

    assert found == ["postgresql_not_durable"] * shown.count("off")
