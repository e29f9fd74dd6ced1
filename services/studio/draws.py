"""The fair draw of an oversubscribed show."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from domain.studio.draw import sha256
from models import Draw, Show


def prepare(session: Session, show: Show, now: datetime) -> Draw:
    """Choose the secret seed of a show that will be drawn; its hash is public at once, so it can't be changed."""
    seed = secrets.token_hex(32)
    draw = Draw(show_id=show.id, seed=seed, seed_hash=sha256(seed), created_at=now)
    session.add(draw)
    return draw
