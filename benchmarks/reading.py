"""What pages of sales cost in a house of many lines against one of few."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import extract, func, select

from benchmarks.houses import NOW, house
from benchmarks.measuring import Measured, ratio
from domain.people import Actor, Role
from models import Sale, SalesTotal, db
from models.sales_books import Band, Scope
from services.sales import figures, shop_home

STAFF = Actor(1, Role.STAFF, "measuring")
THIS_YEAR = (SalesTotal.day >= date(2026, 1, 1), SalesTotal.day < date(2027, 1, 1))


def measure(folder: Path, small: int, large: int) -> list[Measured]:
    """The ratios of reading; both houses are laid in the folder unless they are there."""
    with house(folder / f"{small}.sqlite", small) as few, house(folder / f"{large}.sqlite", large) as many:
        keeper = _keeper(many)

        def both(name: str, page: Callable[[], object]) -> Measured:
            return ratio(f"{name}, large : small", _inside(many, page), _inside(few, page))

        return [
            both("merchant home", lambda: shop_home.merchant_home(keeper, now=NOW)),
            both("community year", _months),
            both("shops of the year", _shops),
            ratio(
                "summary of all time, kept sums : lines",
                _inside(many, lambda: figures.summary(STAFF, now=NOW)),
                _inside(many, _added_up),
                rounds=2,
            ),
        ]


def _inside(app: Flask, page: Callable[[], object]) -> Callable[[], object]:
    def work() -> None:
        with app.app_context():
            page()
            db.session.remove()

    return work


def _keeper(app: Flask) -> Actor:
    """The keeper of the shop that sold most this year."""
    with app.app_context():
        shop = db.session.scalar(
            select(SalesTotal.scope_id)
            .where(SalesTotal.scope == Scope.MERCHANT, SalesTotal.band == Band.STUDIO, *THIS_YEAR)
            .group_by(SalesTotal.scope_id)
            .order_by(func.sum(SalesTotal.gmv_fen).desc(), SalesTotal.scope_id)
            .limit(1)
        )
        db.session.remove()
    if shop is None:
        raise ValueError("the house has no sales this year")
    return Actor(1, Role.MERCHANT, "measuring", merchant_ids=(shop,))


def _months() -> object:
    of_studio = (SalesTotal.band == Band.STUDIO, *THIS_YEAR)
    return figures.kept(db.session(), Scope.COMMUNITY, *of_studio, by=extract("month", SalesTotal.day))


def _shops() -> object:
    return figures.kept(db.session(), Scope.MERCHANT, SalesTotal.band == Band.STUDIO, *THIS_YEAR)


def _added_up() -> object:
    session = db.session()
    return figures.overall(session, [], None, NOW), figures.grouped(session, Sale.tier, [], None, NOW)
