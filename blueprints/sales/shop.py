"""Routes of a merchant's own figures."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from blueprints import pages
from blueprints.access import allow
from blueprints.answers import repeatable
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.sales import blueprint, views
from domain.people import Role
from services.merchants import own_shop
from services.sales import shop_home


@blueprint.get("/sales")
@allow(Role.MERCHANT)
@repeatable
def mine() -> ResponseReturnValue:
    """This month, the way to the target, shows and products of the own shop."""
    if not own_shop.was_verified(the_actor()):
        return pages.go("merchants.my_shop")  # its way in comes before its figures
    home = shop_home.merchant_home(the_actor(), now=now())
    return pages.show(
        "sales/mine",
        home=home,
        parts=views.bar_parts(home),
        bar_sentence=views.bar_sentence(home),
        forecast=views.forecast_words(home),
        points=views.month_points(home),
        target=views.target_line(home),
        whole_yuan=views.whole_yuan,
        yuan_to_go=views.yuan_to_go,
        percent=views.percent,
    )
