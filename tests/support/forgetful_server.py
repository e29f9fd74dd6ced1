"""The application, which now and then says that something is done and does not keep it."""

from itertools import count

from flask import Flask
from sqlalchemy.orm import Session

import app

ONE_IN = 3


def create_app() -> Flask:
    """The house's application; every third commit of a process is none."""
    forgetful, number, commit = app.create_app(), count(1), Session.commit

    def or_not(session: Session) -> None:
        if next(number) % ONE_IN:
            commit(session)
        else:
            session.rollback()

    Session.commit = or_not  # type: ignore[method-assign]  # a mutant of it
    return forgetful
