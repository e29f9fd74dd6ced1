"""The application, which tells what happened in a transaction of its own, a moment after the one that it is of."""

from collections.abc import Callable
from threading import Timer
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

import app
from models import db
from services import records
from services.unit_of_work import in_transaction

A_MOMENT = 0.3


def create_app() -> Flask:
    """The house's application; whoever is killed in that moment has told nobody."""
    house = app.create_app()

    def apart(tell: Callable[..., object]) -> Callable[..., None]:
        def later(_session: Session, *told: Any, **params: Any) -> None:
            Timer(A_MOMENT, in_its_own, (told, params)).start()

        def in_its_own(told: tuple[Any, ...], params: dict[str, Any]) -> None:
            with house.app_context():
                in_transaction(lambda: tell(db.session(), *told, **params))

        return later

    records.tell = apart(records.tell)
    records.tell_staff = apart(records.tell_staff)  # type: ignore[assignment]  # a mutant of it
    return house
