"""Making a database ready to be served: a new one gets the house, and outside of production the demo."""

from __future__ import annotations

from datetime import datetime

from domain.errors import Forbidden
from services.passwords import hash_password
from services.seed import claim_words, demo, house, people


def make_ready(*, production: bool, demo_password: str | None, now: datetime) -> None:
    """Fill a new database, or one from before claims were read, and keep the demo's password the printed one.

    Raises Forbidden for a demo in production.
    """
    if production and people.has_demo():
        raise Forbidden("demo_in_production")
    if house.is_new():
        if production or demo_password is None:
            house.lay_house()
        else:
            demo.lay_demo(password_hash=hash_password(demo_password), now=now)
    elif demo_password is not None and people.has_demo() and not people.demo_password_is(demo_password):
        people.set_demo_password(hash_password(demo_password))
    claim_words.lay_words(now)
