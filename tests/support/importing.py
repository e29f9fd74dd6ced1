"""Bringing an export in, as the pages and commands do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from domain.people import Actor
from models import SalesImport
from services import leases
from services.sales import applying, importing, receiving, work
from tests.support.builders import NOW
from tests.support.exports import Row, doudian_csv

Export = bytes | Sequence[Row]


def receive(
    actor: Actor, export: Export, name: str = "订单.csv", *, now: datetime = NOW, **more: Any
) -> SalesImport:
    """An upload at the door: rows of 抖店, or the bytes of a file."""
    data = export if isinstance(export, bytes) else doudian_csv(export)
    return receiving.receive(actor, BytesIO(data), name, now=now, **more)


def stage(
    actor: Actor, export: Export, name: str = "订单.csv", *, now: datetime = NOW, **more: Any
) -> SalesImport:
    """An upload that was read and can be looked at."""
    made = receive(actor, export, name, now=now, **more)
    read(made.id, now=now)
    return importing.find(actor, made.id)


def bring_in(
    actor: Actor, export: Export, name: str = "订单.csv", *, now: datetime = NOW, **more: Any
) -> SalesImport:
    """An upload that was read and applied."""
    made = stage(actor, export, name, now=now, **more)
    applying.apply(actor, made.id, now=now)
    read(made.id, now=now)
    return importing.find(actor, made.id)


def read(import_id: int, *, now: datetime = NOW) -> None:
    """Work on an import to its end."""
    worker = leases.new_worker()
    if work.claim(import_id, worker, now):
        work.run(import_id, worker, now)
