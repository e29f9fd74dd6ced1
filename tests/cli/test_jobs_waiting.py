"""`flask jobs run` while the database is away: it waits, and looks at the tables before anything is done."""

import click
import pytest

import cli_serve
from domain.errors import Unavailable


@pytest.fixture
def rounds(monkeypatch):
    """What is done in three rounds."""
    done = []
    monkeypatch.setattr("services.jobs.round_of", lambda _runner, _now, _aside: done.append("round"))
    monkeypatch.setattr(cli_serve.serving, "repeat", lambda work, _seconds: [work() for _ in range(3)])
    monkeypatch.setattr(cli_serve, "_runner", object)
    return done


def looks(*outcomes):
    """Something to look at first that comes out so, one look after the other."""
    left = list(outcomes)

    def look():
        outcome = left.pop(0)
        if outcome is not None:
            raise outcome

    return look


def test_it_looks_again_until_the_database_answers_and_then_no_more(rounds):
    cli_serve._work_on_jobs(looks(Unavailable(), None))  # noqa: SLF001  the loop itself is tried

    assert rounds == ["round", "round"]


def test_tables_that_are_not_current_end_it_before_anything_is_done(rounds):
    with pytest.raises(click.ClickException):
        cli_serve._work_on_jobs(looks(click.ClickException("not current")))  # noqa: SLF001  as above

    assert rounds == []
