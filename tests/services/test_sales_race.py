"""Two imports with the same new lines applied at once: one inserts them, the other finds them there."""

import threading

import pytest
from sqlalchemy.exc import IntegrityError

from domain.people import Role
from services.sales import applying, figures, importing
from services.unit_of_work import in_transaction
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_row
from tests.support.importing import stage

ROWS = [doudian_row(number) for number in range(1, 6)]


class Race:
    """Two people apply two imports; the first commits only when it is let go."""

    def __init__(self, app):
        self.app = app
        self.applied, self.let_go = threading.Event(), threading.Event()
        self.trouble = []
        with app.app_context():
            self.staff = create_actor(Role.STAFF)
            self.ids = [stage(self.staff, ROWS).id for _person in range(2)]

    def first(self):
        def slowly():
            applying.apply(self.staff, self.ids[0], now=NOW)
            self.applied.set()
            assert self.let_go.wait(20)

        with self.app.app_context():
            in_transaction(slowly)

    def second(self):
        with self.app.app_context():
            try:
                applying.apply(self.staff, self.ids[1], now=NOW)
            except Exception as error:  # whatever it is, the test looks at it
                self.trouble.append(error)

    def run(self, *, let_go_at_once):
        threads = [threading.Thread(target=self.first), threading.Thread(target=self.second)]
        threads[0].start()
        assert self.applied.wait(20)
        threads[1].start()
        if let_go_at_once:
            self.let_go.set()
        for thread in threads:
            thread.join(30)


def test_two_imports_of_the_same_lines_at_once_count_them_once(app):
    race = Race(app)

    race.run(let_go_at_once=True)

    assert race.trouble == []
    with app.app_context():
        done = [importing.find(race.staff, import_id) for import_id in race.ids]
        assert [(one.inserted, one.unchanged) for one in done] == [(5, 0), (0, 5)]
        assert figures.summary(race.staff, now=NOW).totals.gmv_fen == 5 * 3990


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)])
@pytest.mark.mutant
def test_without_the_lock_both_would_insert_them(app, monkeypatch):
    race, real = Race(app), applying.write_sales

    def let_the_first_commit_then_write(*about):
        if race.applied.is_set():
            race.let_go.set()
        real(*about)

    # Both see the revision at which they were read, as if neither had waited for the other.
    monkeypatch.setattr(applying, "lock_platform", lambda *_about: 0)
    monkeypatch.setattr(applying, "bump", lambda *_about: None)
    monkeypatch.setattr(applying, "write_sales", let_the_first_commit_then_write)
    race.run(let_go_at_once=False)

    assert [type(error) for error in race.trouble] == [IntegrityError]
