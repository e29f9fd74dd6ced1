"""A shop whose month is locked, and what statements and books say of it, reckoned without any query of ours."""

from sqlalchemy import select

from domain.sales.attribution import HEADLINE_TIERS
from domain.sales.statements import Cell, Sums, month_of
from models import Sale, Statement, StatementItem
from models.base import db as database
from services.sales import statements
from tests.support.builders import create_studio
from tests.support.statement_builders import AFTER_NOVEMBER, on
from tests.support.studio_builders import create_merchant, create_product, create_show


class Shop:
    """A shop with a product, and a show of 12 October."""

    def __init__(self, name=None):
        self.merchant, self.owner = create_merchant(name)
        self.studio = create_studio()
        self.tea = create_product(self.merchant, "铁观音")
        self.show = create_show(self.studio, on(12, hour=19.5))

    def of(self, month, now=AFTER_NOVEMBER, actor=None):
        """The statement of a month as somebody, by default the owner, reads it."""
        database.session.rollback()
        return statements.of_month(actor or self.owner, self.merchant.id, month, now=now)


def locked(merchant):
    """The statements of a shop, in order."""
    database.session.rollback()
    found = select(Statement).where(Statement.merchant_id == merchant.id).order_by(Statement.month)
    return list(database.session.scalars(found))


def written():
    """All rows of all statements, added up."""
    database.session.rollback()
    found = {}
    for row in database.session.scalars(select(StatementItem)):
        cell = Cell(row.of_month, row.product_id, row.show_id)
        sums = Sums(row.orders, row.items, row.gmv_fen, row.refunded_fen)
        found[cell] = found.get(cell, Sums()) + sums
    return {cell: sums for cell, sums in found.items() if sums}


def truth(until):
    """What the books say of the studio's sales before a day, line by line, reckoned without any query of ours."""
    database.session.rollback()
    found, orders = {}, {}
    for sale in database.session.scalars(select(Sale)):
        if (
            not sale.paid
            or sale.tier not in HEADLINE_TIERS
            or not sale.product_id
            or sale.ordered_on >= until
        ):
            continue
        cell = Cell(month_of(sale.ordered_on), sale.product_id, sale.show_id)
        known = orders.setdefault(cell, set())
        new = sale.order_no not in known
        known.add(sale.order_no)
        line = Sums(int(new), sale.quantity, sale.amount_fen, sale.refunded_fen)
        found[cell] = found.get(cell, Sums()) + line
    return found
