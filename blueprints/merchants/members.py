"""Routes of the people who act for a shop."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.merchants import blueprint
from blueprints.merchants.shop import show_shop
from blueprints.problems import status_of
from blueprints.words import sentence
from domain.errors import RuleViolation
from domain.people import Role
from services.merchants import members


@blueprint.post("/my-shop/invites")
@allow(Role.MERCHANT)
def invite() -> ResponseReturnValue:
    """A new link with its picture, shown this once: only its hash is kept, so no redirect could show it again."""
    try:
        made = members.invite(the_actor(), now=now())
    except RuleViolation as refusal:
        return show_shop(status_of(refusal), [sentence(one) for one in refusal.violations])
    address = pages.outside("merchants.invitation", token=made.token)
    import segno  # here: few processes ever draw one

    picture = segno.make(address).png_data_uri(scale=6, border=3)
    return pages.show("merchants/invite", made=made, address=address, picture=picture)


@blueprint.post("/my-shop/invites/<int:invite_id>/revoke")
@allow(Role.MERCHANT)
def revoke_invite(invite_id: int) -> ResponseReturnValue:
    """End a link that nobody used."""
    members.revoke_invite(the_actor(), invite_id, now=now())
    flash(_("邀请链接已撤回。"), "ok")
    return pages.go("merchants.my_shop")


@blueprint.post("/my-shop/members/<int:person_id>/remove")
@allow(Role.MERCHANT)
def remove_member(person_id: int) -> ResponseReturnValue:
    """End somebody's acting for the shop; for oneself it is leaving."""
    try:
        members.remove(the_actor(), person_id, now=now())
    except RuleViolation as refusal:
        return show_shop(status_of(refusal), [sentence(one) for one in refusal.violations])
    is_self = person_id == the_actor().id
    flash(_("您已退出这家店。") if is_self else _("已移出这家店。"), "ok")
    return pages.go("merchants.my_shop")
