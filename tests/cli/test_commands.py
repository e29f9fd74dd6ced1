"""The commands as somebody types them: what they print, and how they end."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from domain.people import Role
from models import ApiToken, AuditEvent, Booking, MerchantMember, Person, Sale, SalesImport
from services import people
from services.passwords import matches
from services.secrets import hashed
from services.settings import current
from tests.support.builders import NOW, between, create_booking, create_person, create_studio
from tests.support.builders import create_space as a_space
from tests.support.exports import doudian_csv, doudian_row
from tests.support.income_builders import accepted_income, hand_in_income
from tests.support.statement_builders import on, sell
from tests.support.studio_builders import create_merchant, create_product, create_show

pytestmark = [
    pytest.mark.usefixtures("db"),
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
]


@pytest.fixture
def flask(app):
    """Run a command of the house."""
    runner: CliRunner = app.test_cli_runner()

    def run(*words, typed=None):
        return runner.invoke(args=[str(word) for word in words], input=typed)

    return run


def test_a_token_stands_alone_on_its_line_and_is_kept_hashed(flask, db):
    create_person(phone="13800001234")

    result = flask("token", "create", "--phone", "138 0000 1234")

    assert result.exit_code == 0
    token = result.stdout.removesuffix("\n")
    assert db.session.scalars(select(ApiToken.token_hash)).one() == hashed(token)


def test_nobody_has_that_phone(flask):
    result = flask("token", "create", "--phone", "13800001234")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: No account has this phone.\n"


def test_an_account_is_made_with_a_password_from_standard_input(flask, db):
    made = flask(
        "user", "create", "--phone", "13800001234", "--name", "吴敏", "--role", "admin", "--password", "-",
        typed="geheim-123\n",
    )  # fmt: skip

    assert made.exit_code == 0, made.stderr
    person = db.session.scalars(select(Person)).one()
    assert (person.role, person.is_demo) == (Role.ADMIN, False)
    assert matches(person.password_hash, "geheim-123")


def test_a_merchant_gets_a_shop_to_act_for(flask, db):
    flask("user", "create", "--phone", "13800001234", "--name", "黄记", "--role", "merchant")

    assert len(db.session.scalars(select(MerchantMember)).all()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--phone", "123", "--name", "吴敏", "--role", "staff"),
        ("--phone", "13800001234", "--name", "吴敏", "--role", "staff", "--password", "short"),
    ],
)
def test_a_wrong_account_is_refused_in_a_sentence(flask, db, words):
    result = flask("user", "create", *words)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    assert "Traceback" not in result.output
    assert db.session.scalars(select(Person)).all() == []


def test_the_doctor_ends_with_one_when_something_is_wrong(flask):
    assert (flask("doctor").stdout, flask("doctor").exit_code) == ("All is well.\n", 0)
    create_booking(a_space(), between(10, 11, days=400))

    result = flask("doctor")

    assert result.exit_code == 1
    assert result.stdout.startswith("booking_without_audit: booking ")


def test_due_work_is_done_once(flask):
    result = flask("jobs", "run", "--once")

    assert result.exit_code == 0
    assert "expire requests: 0" in result.stdout.splitlines()


def test_a_figure_of_the_house_is_changed(flask):
    assert flask("settings", "set", "booth_monthly_quota", 5).exit_code == 0

    assert current().booth_monthly_quota == 5
    assert "booth_monthly_quota=5" in flask("settings", "list").stdout.splitlines()
    assert flask("settings", "set", "nonsense", 5).exit_code == 1
    assert flask("settings", "set", "booth_monthly_quota", "--", -1).exit_code == 1


def test_a_backup_is_restored_only_over_nothing_or_by_force(flask, db, tmp_path):
    create_person()
    file = tmp_path / "b"
    assert flask("backup", file).exit_code == 0
    create_person()

    kept = flask("restore", file)
    assert (kept.exit_code, len(db.session.scalars(select(Person)).all())) == (1, 2)
    db.session.rollback()

    forced = flask("restore", file, "--force")
    assert forced.exit_code == 0, forced.output
    assert len(db.session.scalars(select(Person)).all()) == 1


def test_something_else_is_not_restored(flask, tmp_path):
    file = tmp_path / "b"
    file.write_text("no backup")

    result = flask("restore", file, "--force")

    assert result.exit_code == 1
    assert "Traceback" not in result.output


def export(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_bytes(doudian_csv([doudian_row(1), doudian_row(2)]))
    return file


def test_an_export_is_imported_as_the_page_does(flask, db, tmp_path):
    people.create_account(phone="13800001234", name="吴敏", role=Role.STAFF, now=NOW)
    merchant, _ = create_merchant()
    create_product(merchant, name="【泉港】头水紫菜 无沙干货")

    first, again = flask("sales", "import", export(tmp_path)), flask("sales", "import", export(tmp_path))

    assert "inserted=2" in first.stdout.split()
    assert {"inserted=0", "unchanged=2", "read=2"} <= set(again.stdout.split())
    assert len(db.session.scalars(select(Sale)).all()) == 2


def test_a_dry_run_only_tells(flask, db, tmp_path):
    create_person(Role.STAFF)

    result = flask("sales", "import", export(tmp_path), "--dry-run")

    assert "inserted=2" in result.stdout.split()
    for table in (Sale, SalesImport, AuditEvent):
        assert db.session.scalars(select(table)).all() == []


def test_the_inbox_is_listed(flask, db, tmp_path):
    people.create_account(phone="13800001234", name="吴敏", role=Role.STAFF, now=NOW)
    flask("sales", "import", export(tmp_path))

    result = flask("sales", "inbox")

    assert "words=0 rows=0 products=1" in result.stdout
    assert "lines=2" in result.stdout


def test_without_staff_nobody_imports(flask, tmp_path):
    result = flask("sales", "import", export(tmp_path))

    assert (result.exit_code, "Traceback" in result.output) == (1, False)


def test_statements_are_listed_and_locked_when_they_are_due(flask, clock):
    create_person(Role.ADMIN)
    shop, _ = create_merchant("山腰茶行")
    sell(create_product(shop), create_show(create_studio(), on(12, hour=19.5)), on(12), 8_600)

    line = f"2026-10 merchant={shop.id} net_fen=8600 adjusted_fen=0"
    assert flask("sales", "statements").stdout == f"{line} open 山腰茶行\n"
    locked = flask("sales", "statements", "--month", "2026-10", "--lock")
    assert locked.stdout == f"locked=1\n{line} 2026-11-23T01:00:00+00:00 山腰茶行\n"
    assert flask("sales", "statements", "--month", "2026-09").stdout == ""
    assert flask("sales", "statements", "--month", "October").exit_code == 2


def test_the_demo_is_never_laid_in_production(flask, app, monkeypatch, db):
    monkeypatch.setitem(app.config, "APP_ENV", "production")

    assert flask("seed").exit_code == 1
    assert db.session.scalars(select(Booking)).all() == []


def test_the_terminal_lists_the_income_that_waits(flask):
    _, keeper = create_merchant("山腰茶行")
    create_person(Role.STAFF)
    report = hand_in_income(keeper)
    accepted_income(keeper, amount_fen=1)

    lines = flask("sales", "income").stdout.splitlines()

    assert [line.split("\t")[0] for line in lines] == [str(report.id)]
    assert "山腰茶行" in lines[0]
    assert lines[0].endswith("¥387.00")


def test_imports_are_listed_and_taken_back(flask, db, tmp_path):
    create_person(Role.STAFF)
    flask("sales", "import", export(tmp_path))
    (made,) = db.session.scalars(select(SalesImport))

    listed = flask("sales", "list").stdout.split()
    undone = flask("sales", "undo", str(made.id))

    assert listed[:3] == [str(made.id), "applied", "doudian_orders"]
    assert undone.stdout.split() == [str(made.id), "undone"]
    assert db.session.scalars(select(Sale)).all() == []
