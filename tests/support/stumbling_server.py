"""The application with a bug: nobody expects that a unique key refuses anything."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

import app
from models import Person
from services import people
from services.unit_of_work import transaction


def create_app() -> Flask:
    """The house's application; who signs up twice makes it stumble."""

    @transaction
    def add(session: Session, person: Person, _now: datetime) -> Person:
        session.add(person)
        session.flush()
        return person

    people.add = add
    return app.create_app()
