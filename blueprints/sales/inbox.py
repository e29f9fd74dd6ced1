"""The inbox of sales: staff explain words, decide rows and name products, each once."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import once, pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.sales import blueprint, inbox_views
from blueprints.words import sentence
from domain.errors import BadInput, Changed, Refusal, RuleViolation, Stale
from domain.money import parse_yuan
from domain.people import Role
from domain.sales.lines import Platform
from models.sales_inbox import WordAxis
from services.idempotency import Answer
from services.sales import decided, deciding, linking, words
from services.sales import inbox as services

SHOWN = 10
"""Cards of each kind on the page: the next ones come up as these are decided."""
LONGEST_SEARCH = 60
Kind = TypeVar("Kind", bound=StrEnum)


@blueprint.get("/sales/inbox")
@allow(Role.STAFF)
def inbox() -> ResponseReturnValue:
    """What waits, and below it what was decided."""
    return _show()


@blueprint.post("/sales/inbox/words")
@allow(Role.STAFF)
def inbox_learn() -> ResponseReturnValue:
    """Explain a word: all rows with it are decided at once."""
    platform, axis = _one_of(Platform, "platform"), _one_of(WordAxis, "axis")
    word, meaning = request.form.get("word", ""), request.form.get("meaning", "")

    def act() -> str:
        done = words.learn(the_actor(), platform, axis, word, meaning, now=now())
        if done.still_held:
            return _(
                "记住了：%(rows)s 行已入账，还有 %(held)s 行有别的疑点。",
                rows=done.settled,
                held=done.still_held,
            )
        return _("记住了：%(rows)s 行已入账。以后再遇到这个词就不用问了。", rows=done.settled)

    return _decide(act, f"word:{word}")


@blueprint.post("/sales/inbox/words/forget")
@allow(Role.STAFF)
def inbox_forget() -> ResponseReturnValue:
    """Take an explanation back."""
    platform, axis = _one_of(Platform, "platform"), _one_of(WordAxis, "axis")
    word = request.form.get("word", "")

    def act() -> str:
        count = words.forget(the_actor(), platform, axis, word, now=now())
        return _("撤销了，%(rows)s 行重新等待处理。", rows=count)

    return _decide(act)


@blueprint.post("/sales/inbox/rows/<int:held_id>")
@allow(Role.STAFF)
def inbox_decide(held_id: int) -> ResponseReturnValue:
    """Decide a row, or decide it otherwise."""
    choice, version = request.form.get("choice", ""), _version()

    def act() -> str:
        paid, refunded = _meant(held_id, choice)
        deciding.decide(
            the_actor(),
            held_id,
            paid=paid,
            refunded_fen=refunded,
            reason=request.form.get("reason", ""),
            version=version,
            now=now(),
        )
        return _("定好了，这一行已入账。")

    return _decide(act, f"row:{held_id}")


@blueprint.post("/sales/inbox/rows/<int:held_id>/reopen")
@allow(Role.STAFF)
def inbox_reopen(held_id: int) -> ResponseReturnValue:
    """Take a decision about a row back."""
    version = _version()

    def act() -> str:
        deciding.reopen(the_actor(), held_id, version=version, now=now())
        return _("撤销了，这一行重新等待处理。")

    return _decide(act)


@blueprint.post("/sales/inbox/products")
@allow(Role.STAFF)
def inbox_product() -> ResponseReturnValue:
    """Say which of our products an unknown one is, or that it is none of ours."""
    platform = _one_of(Platform, "platform")
    code, title = request.form.get("code", ""), request.form.get("title", "")
    product_id = request.form.get("product_id", type=whole)

    def act() -> str:
        if request.form.get("ours") == "no":
            linking.not_ours(the_actor(), platform, code=code, title=title, now=now())
            return _("记住了：这不是我们的商品，以后不再问。")
        if code:
            lines = linking.link(the_actor(), platform, code, product_id, now=now())
        else:
            lines = linking.link_title(the_actor(), platform, title, product_id, now=now())
        return _("对上了：账上有 %(lines)s 行订单算给了这件商品。", lines=lines)

    return _decide(act, f"product:{code or title}")


@blueprint.post("/sales/inbox/aliases/<int:alias_id>/take-back")
@allow(Role.STAFF)
def inbox_take_back(alias_id: int) -> ResponseReturnValue:
    """Forget what was said about a product."""

    def act() -> str:
        linking.take_back(the_actor(), alias_id, now=now())
        return _("撤销了，这件商品重新等待处理。")

    return _decide(act)


def _one_of(kind: type[Kind], field: str) -> Kind:
    try:
        return kind(request.form.get(field, ""))
    except ValueError as error:
        raise BadInput("bad_input", field=field) from error


def _version() -> int:
    version = request.form.get("version", type=whole)
    if version is None:
        raise BadInput("bad_input", field="version")
    return version


def _meant(held_id: int, choice: str) -> tuple[bool, int]:
    """Whether it is paid and what went back, in fen; raises BadInput, MoneyError, Missing."""
    if choice == "full":
        return True, inbox_views.row_card(deciding.one(the_actor(), held_id)).fen
    if choice == "partial":
        return True, parse_yuan(request.form.get("refunded", ""))
    if choice in ("paid", "unpaid"):
        return choice == "paid", 0
    raise BadInput("bad_input", field="choice")


def _decide(act: Callable[[], str], about: str = "") -> ResponseReturnValue:
    """Do it once, then show what comes next; a refusal stands in the card that it is about."""
    try:
        answer = once.once(lambda: Answer(303, {"said": act()}))
    except (BadInput, RuleViolation, Stale, Changed) as refusal:
        return _show(refusal=refusal, about=about)
    said = answer.body["said"]
    if pages.is_fragment():
        return _show(said=said)
    flash(said, "ok")
    return redirect(url_for("sales.inbox", q=_named() or None), 303)


def _told(refusal: Refusal) -> str:
    broken = refusal.violations if isinstance(refusal, RuleViolation) else [refusal]
    return " ".join(sentence(one) for one in broken)


def _named() -> str:
    return request.values.get("q", "").strip()[:LONGEST_SEARCH]


def _show(*, said: str | None = None, refusal: Refusal | None = None, about: str = "") -> ResponseReturnValue:
    actor, named = the_actor(), _named()
    told = _told(refusal) if refusal else ""
    unknown = services.products(actor, limit=SHOWN)
    done = decided.recent(actor)
    word_cards = [inbox_views.word_card(one) for one in services.words(actor, limit=SHOWN)]
    row_cards = [inbox_views.row_card(one) for one in services.rows(actor, limit=SHOWN)]
    product_cards = [inbox_views.product_card(one) for one in unknown]
    marks = {card.mark for card in (*word_cards, *row_cards, *product_cards)}
    return pages.show(
        "sales/inbox",
        status_of(refusal) if refusal else 200,
        word_cards=word_cards,
        row_cards=row_cards,
        product_cards=product_cards,
        waiting=services.waiting(actor),
        shops=inbox_views.shops(services.products_of_ours(actor, named=named) if unknown else ()),
        decided=done,
        said_words=[inbox_views.said_word(one) for one in done.words],
        said_rows=[inbox_views.said_row(one) for one in done.rows],
        said_products=[inbox_views.said_product(one) for one in done.products],
        named=named,
        said=said,
        told=told,
        about=about,
        is_on_top=about not in marks,
        typed=request.form,
        key=once.new_key(),
        is_fragment=pages.is_fragment(),
    )
