"""Routes of order lines: the list, one line with the reason why it counts where it does, and deciding by hand."""

from __future__ import annotations

from datetime import datetime

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.api.answers import encode_cursor, moment_and_id
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.sales import blueprint, line_views, views
from blueprints.sales.line_forms import FilterForm, VerdictForm, wanted_lines
from blueprints.studio.forms import blame
from blueprints.words import sentence
from blueprints.words.sales_lines import tier_name, tier_rule
from domain.errors import BadInput, StaleSale
from domain.interval import require_aware
from domain.people import Role
from domain.sales.attribution import Tier
from services.idempotency import Answer
from services.sales import explaining, judging, line_list


@blueprint.get("/sales/lines")
@allow(Role.STAFF, Role.MERCHANT)
def lines() -> ResponseReturnValue:
    """Order lines, the newest first; merchants see those of their own products."""
    actor, wanted = the_actor(), wanted_lines()
    after = moment_and_id(request.args.get("after"))
    found = line_list.page(actor, wanted, after=after)
    asked = {name: value for name, value in request.args.items() if name != "after" and value}
    return pages.show(
        "sales/lines",
        form=FilterForm(request.args).offer(line_list.choices(actor), is_staff=actor.is_staff),
        lines=found.lines,
        asked=asked,
        older=url_for("sales.lines", **asked, after=encode_cursor(found.next[0].isoformat(), found.next[1]))
        if found.next
        else None,
        is_first=after is None,
        chip_of=line_views.tier_chip,
        ordered=line_views.ordered,
    )


@blueprint.get("/sales/lines/<int:sale_id>")
@allow(Role.STAFF, Role.MERCHANT)
def lines_one(sale_id: int) -> ResponseReturnValue:
    """One line: why it counts where it does."""
    return _one(sale_id, VerdictForm(formdata=None))


@blueprint.post("/sales/lines/<int:sale_id>/attribute")
@allow(Role.STAFF)
def lines_attribute(sale_id: int) -> ResponseReturnValue:
    """Decide by hand where a line counts; a refusal brings the form back as it was filled in."""
    form = VerdictForm()

    def decide() -> Answer:
        judging.attribute(the_actor(), sale_id, form.verdict(), seen=_seen(), now=now())
        return Answer(303, {"location": url_for("sales.lines_one", sale_id=sale_id)})

    try:
        answer = once.once(decide)
    except BadInput as refusal:
        if not blame(form, refusal.field, sentence(refusal)):
            raise
        return _one(sale_id, form, status_of(refusal))
    except StaleSale as refusal:
        return _one(sale_id, form, status_of(refusal), stale=True)
    flash(_("改好了：这行订单由您决定，以后导入和重算都不会改动它。"), "ok")
    return pages.go_to(answer.body["location"])


@blueprint.post("/sales/lines/<int:sale_id>/release")
@allow(Role.STAFF)
def lines_release(sale_id: int) -> ResponseReturnValue:
    """Give a line back to the rule."""

    def give_back() -> Answer:
        judging.release(the_actor(), sale_id, seen=_seen(), now=now())
        return Answer(303, {})

    try:
        once.once(give_back)
    except StaleSale as refusal:
        return _one(sale_id, VerdictForm(formdata=None), status_of(refusal), stale=True)
    flash(_("交还了：这行订单重新按规则算。"), "ok")
    return pages.go("sales.lines_one", sale_id=sale_id)


def _seen() -> datetime:
    try:
        return require_aware(datetime.fromisoformat(request.form.get("seen", "")))
    except ValueError as error:
        raise BadInput("bad_input", field="seen") from error


def _one(sale_id: int, form: VerdictForm, status: int = 200, *, stale: bool = False) -> ResponseReturnValue:
    actor = the_actor()
    story = explaining.story(actor, sale_id)
    return pages.show(
        "sales/line",
        status,
        story=story,
        sale=story.sale,
        stale=stale,
        form=form.offer(story) if actor.is_staff else None,
        idempotency_key=once.new_key(),
        release_key=once.new_key(),
        why=line_views.why(story),
        rule_says=line_views.rule_says(story) if story.by_hand else "",
        timeline=line_views.timeline(story),
        ordered=line_views.ordered(story.sale),
        widened=line_views.widened(story.sale.evidence),
        chip_of=line_views.tier_chip(story.sale.tier),
        tier_name=lambda value: tier_name(Tier(value) if value else Tier.NONE),
        tiers=[(tier_name(tier), tier_rule(tier)) for tier in Tier],
        booth_label=line_views.booth_label,
        platform=views.platform_name(story.sale.platform),
    )
