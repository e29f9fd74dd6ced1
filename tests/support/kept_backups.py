"""Backups that are taken while many write and restored elsewhere, and what must be true of what comes back."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import Select, func, select

from blueprints.clock import now
from domain.people import ERASED_NAME, Role
from models import AuditEvent, Booking, Person, db
from services import doctor
from tests.support import row_digests, rundir
from tests.support.half_told import half_told
from tests.support.history import disagreements
from tests.support.history_checker import Kind, told_by
from tests.support.long_history import Community, wait_for_more
from tests.support.moved_house import house_at, nowhere
from tests.support.server import ROOT, environment_of

NAME, PHONE = "柯忘忧", "13999990000"
"""Of somebody who is to be forgotten, and of nobody else."""
Save = Callable[[Path], object]


@dataclass
class Taken:
    """A backup: where it is, what is erased after it, and when it was made."""

    file: Path = field(default_factory=lambda: rundir.current() / f"{uuid4().hex[:8]}.backup")
    began: float = 0.0
    ended: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began

    def writes(self, lived: Community) -> int:
        """How many were answered meanwhile; a series is told by many operations and was one."""
        answers = {(one.began, one.ended) for one in lived.history if one.kind is not Kind.READ}
        return sum(self.began <= ended <= self.ended for _, ended in answers)

    @property
    def erasures(self) -> Path:
        """What is kept beside it."""
        return self.file.with_suffix(".erasures")


def flask(app: Flask, *words: object) -> str:
    """Run a command of the house whose context is open; returns what it said. AssertionError where it failed."""
    done = app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.stdout


def flask_apart(app: Flask, *words: object) -> None:
    """Run a command in a process of its own, as the nightly job does: here it would keep those who write waiting."""
    command = [sys.executable, "-m", "flask", "--app", "app", *map(str, words)]
    environment = environment_of(app.config["SQLALCHEMY_DATABASE_URI"])
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def take(app: Flask, lived: Community, before: int, save: Save | None = None) -> Taken:
    """Let people write, take a backup in the midst of it, let them go on for a while; then somebody is erased."""
    taken, somebody, over = Taken(), _somebody(), Event()
    with lived.living(iter(over.is_set, True)):
        try:
            wait_for_more(lived, before)
            taken.began = time.monotonic()
            save(taken.file) if save else flask_apart(app, "backup", taken.file)
            taken.ended = time.monotonic()
            wait_for_more(lived, before // 4)
        finally:
            over.set()
    _forget(app, somebody, taken)
    return taken


def take_quietly(app: Flask) -> Taken:
    """A backup of a house in which nothing happens but that somebody is erased."""
    taken, somebody = Taken(), _somebody()
    flask(app, "backup", taken.file)
    _forget(app, somebody, taken)
    return taken


def _forget(app: Flask, person: int, taken: Taken) -> None:
    flask(app, "people", "erase", person, "--yes")
    taken.erasures.write_text(flask(app, "people", "erasures"), encoding="utf-8")


def _somebody() -> int:
    """Who is to be erased."""
    person = Person(phone=PHONE, name=NAME, role=Role.RESIDENT, verified_at=now(), created_at=now())
    db.session.add(person)
    db.session.commit()
    return person.id


@contextmanager
def restored(engine: str, taken: Taken) -> Iterator[Flask]:
    """Another house, into which the backup was restored; its context is open."""
    with nowhere(engine) as url, house_at(url) as app:
        flask(app, "restore", taken.file, "--erasures", taken.erasures)
        yield app
    taken.file.unlink()
    taken.erasures.unlink()


def wrongs(taken: Taken, lived: Community) -> Iterator[str]:
    """What is not so in the restored house at hand, though it was promised."""
    yield from _lost_or_invented(taken, lived)
    yield from disagreements()
    yield from half_told()
    yield from remembered()
    yield from (f"the doctor: {finding.code} {finding.text}" for finding in doctor.data_findings(now()))


def remembered() -> Iterator[str]:
    """Where somebody who was erased is known."""
    yield from (f"{table} knows who was erased" for table in row_digests.mentions(NAME, PHONE))
    if db.session.scalar(select(func.count()).where(Person.name == ERASED_NAME)) == 0:
        yield "nobody is erased"


def _lost_or_invented(taken: Taken, lived: Community) -> Iterator[str]:
    """Each booking is as it was at some moment while the backup was taken, and so is its audit trail."""
    story = told_by(lived.history)
    versions = _pairs(select(Booking.id, Booking.version))
    events = select(AuditEvent.object_id, func.count()).where(AuditEvent.object_type == "booking")
    trail = _pairs(events.group_by(AuditEvent.object_id))
    for booking, claims in story.by_booking.items():
        steps = [
            (1, *claims[0].begins),
            *((one.version, one.began, one.ended) for one in story.changes[booking]),
        ]
        least = max((version for version, _, ended in steps if ended < taken.began), default=0)
        most = max((version for version, began, _ in steps if began <= taken.ended), default=0)
        found = versions.get(booking, 0)
        if not least <= found <= most:
            yield f"booking {booking} is at version {found}, it was at {least} to {most}"
        if trail.get(booking, 0) != found:
            yield f"booking {booking} at version {found} has {trail.get(booking, 0)} audit events"


def _pairs(wanted: Select[tuple[Any, Any]]) -> dict[int, Any]:
    return {number: value for number, value in db.session.execute(wanted)}
