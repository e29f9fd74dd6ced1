"""An import needs no more memory for a file that is three times as long."""

import json
import os
import subprocess
import sys

import pytest

from domain.people import Role
from tests.support.builders import NOW, create_actor
from tests.support.exports import doudian_csv, doudian_row

MEGABYTE = 1024
MOST_MORE = 12 * MEGABYTE

CHILD = """
import json, os, resource, sys
from datetime import datetime
from io import BytesIO
from app import create_app
from models import Person
from models import db
from services.sales import applying, receiving, work

app = create_app({"SQLALCHEMY_DATABASE_URI": os.environ["URI"]})
with app.app_context():
    staff = db.session.get(Person, int(sys.argv[1])).as_actor()
    now = datetime.fromisoformat(sys.argv[2])
    peaks = []
    for path in sys.argv[3:]:
        with open(path, "rb") as file:
            made = receiving.receive(staff, file, "x.csv", worker="w", now=now)
        work.run(made.id, "w", now)
        applying.apply(staff, made.id, now=now)
        if work.claim(made.id, "w", now):
            work.run(made.id, "w", now)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    print(json.dumps(peaks))
"""


def export(path, first, count):
    path.write_bytes(doudian_csv(doudian_row(number) for number in range(first, first + count)))
    return str(path)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_memory_does_not_grow_with_the_file(db, tmp_path):
    staff = create_actor(Role.STAFF)
    db.session.rollback()
    files = [export(tmp_path / "short.csv", 1, 2_000), export(tmp_path / "long.csv", 100_000, 8_000)]

    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(staff.id), NOW.isoformat(), *files],
        env={**os.environ, "URI": db.engine.url.render_as_string(hide_password=False)},
        check=True,
        capture_output=True,
    )

    short, long = json.loads(child.stdout)
    assert long - short < MOST_MORE
