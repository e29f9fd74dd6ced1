"""Routes of accounts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from blueprints import identity, pages
from blueprints.access import public, signed_in
from blueprints.accounts.forms import LogInForm, ResetForm, SignUpForm
from blueprints.clock import now
from blueprints.hashing import hashes
from blueprints.origin import by_origin
from blueprints.problems import headers_of, status_of
from blueprints.words import sentence
from blueprints.words.people import home_words, role_word
from domain.errors import BadInput, Refusal, TooManyAttempts
from domain.people import Actor, Salutation
from models import Person
from services import joining, login, people, points

blueprint = Blueprint("accounts", __name__)
PREFERENCES = ("locale", "elder")
LOCALES = ("zh_Hans_CN", "en")
blueprint.add_app_template_filter(role_word)
blueprint.add_app_template_filter(home_words)


def kept_preferences() -> dict[str, Any]:
    """Language and letter size belong to the browser: they outlive a log-in and a log-out."""
    return {key: session[key] for key in PREFERENCES if key in session}


def enter(opened: login.LoggedIn) -> None:
    """Log this browser in; language and letter size stay."""
    preferences = kept_preferences()
    identity.start_session(opened)
    session.update(preferences)


def _lands(target: str | None) -> str:
    """Where `next` leads, when it is a page of ours that can be looked at; else the first page."""
    safe = pages.safe_next(target)
    if safe is None:
        return "/"
    try:
        current_app.url_map.bind("").match(safe.partition("?")[0], method="GET")
    except HTTPException:
        return "/"
    return safe


def answer_form(
    page: str, form: LogInForm | SignUpForm | ResetForm, refusal: Refusal | None = None
) -> ResponseReturnValue:
    """The form again, with what was typed and what is wrong with it."""
    status = status_of(refusal) if refusal else (422 if form.errors else 200)
    if isinstance(refusal, BadInput) and refusal.field in form:
        form[refusal.field].errors = [sentence(refusal)]
    elif refusal is not None:
        form.form_errors.append(sentence(refusal))
    response = current_app.make_response(
        pages.show(f"accounts/{page}", status, form=form, **(_demo() if page == "login" else {}))
    )
    if refusal is not None:
        response.headers.update(headers_of(refusal))
    return response


def _demo() -> dict[str, Any]:
    if not identity.demo_allowed():
        return {}
    accounts: list[Person] = people.demo_accounts()
    return {"demo_accounts": accounts, "demo_password": current_app.config.get("DEMO_PASSWORD")}


@blueprint.get("/login")
@public
def log_in() -> ResponseReturnValue:
    """The log-in form; somebody who is logged in already goes where they wanted to go."""
    if identity.current_actor():
        return redirect(_lands(request.args.get("next")), 303)
    form = LogInForm(formdata=None, phone=request.args.get("phone", ""), next=request.args.get("next", ""))
    return answer_form("login", form)


@blueprint.post("/login")
@public
@hashes
def check_log_in() -> ResponseReturnValue:
    """Log in, or say in one sentence why not."""
    form = LogInForm()
    if not form.validate_on_submit():
        return answer_form("login", form)
    try:
        opened = login.log_in(
            form.phone.data,
            form.password.data or "",
            address=identity.client_address(),
            lifetime=identity.session_lifetime(),
            now=now(),
            demo_allowed=identity.demo_allowed(),
            shown=identity.known_browser(),
        )
    except (BadInput, TooManyAttempts) as refusal:
        return answer_form("login", form, refusal)
    enter(opened)
    return redirect(home_of(opened, form.next.data), 303)


def home_of(opened: login.LoggedIn, target: str | None) -> str:
    """Where somebody lands: where they wanted to go, else where their work is."""
    if pages.safe_next(target):
        return _lands(target)
    return url_for("desk.queue") if opened.actor.is_staff else "/"


@blueprint.get("/signup")
@public
def sign_up() -> ResponseReturnValue:
    """The form for a new neighbour."""
    if identity.current_actor():
        return redirect(url_for("accounts.me"), 303)
    return answer_form("signup", SignUpForm(formdata=None, next=request.args.get("next", "")))


@blueprint.post("/signup")
@public
@hashes
def join() -> ResponseReturnValue:
    """Make the account and log it in at once."""
    form = SignUpForm()
    if not form.validate_on_submit():
        return answer_form("signup", form)
    try:
        opened = joining.join(
            phone=form.phone.data,
            name=form.name.data,
            salutation=Salutation(form.salutation.data or Salutation.NONE),
            home=form.home(),
            password=form.password.data,
            address=identity.client_address(),
            lifetime=identity.session_lifetime(),
            now=now(),
        )
    except (BadInput, TooManyAttempts) as refusal:
        return answer_form("signup", form, refusal)
    enter(opened)
    return redirect(url_for("accounts.me"), 303)


@blueprint.post("/logout")
@public
def log_out() -> ResponseReturnValue:
    """End the session here and on the server; doing it twice is the same as once."""
    preferences = kept_preferences()
    identity.end_session()
    session.update(preferences)
    return redirect(url_for("tablet.lock") if identity.shared_device() else "/", 303)


@blueprint.get("/me")
@signed_in
def me() -> ResponseReturnValue:
    """The own account."""
    actor = identity.the_actor()
    return pages.show(
        "accounts/me",
        person=people.by_id(actor.id),
        record=points.own(actor, now()),
        tools=[*_tools(actor), (url_for("telling.channels"), _("怎么通知我"))],
    )


def _tools(actor: Actor) -> list[tuple[str, str]]:
    """The pages that this person works with: address and name."""
    calendar = (url_for("calendar_feeds.mine"), _("放进手机日历"))
    if actor.is_staff:
        return [
            (url_for("desk.queue"), _("审核预约")),
            (url_for("people.to_verify"), _("核实住户")),
            (url_for("merchants.review_list"), _("商户资料")),
            (url_for("studio.shows"), _("直播场次")),
            (url_for("sales.imports"), _("销售导入")),
            (url_for("tablet.pin"), _("共用平板的数字密码")),
            calendar,
        ]
    if actor.is_merchant:
        return [
            (url_for("sales.mine"), _("我的店")),
            (url_for("merchants.my_shop"), _("资料和证照")),
            (url_for("studio.products"), _("我的商品")),
            (url_for("bookings.mine"), _("我的展位")),
            calendar,
        ]
    mine = [(url_for("bookings.mine"), _("我的预约")), calendar]
    return [*mine, (url_for("people.to_verify"), _("核实住户"))] if actor.captain_of else mine


@blueprint.post("/preferences")
@public
@by_origin
def prefer() -> ResponseReturnValue:
    """Choose the language or the letter size of this browser, and stay on the page."""
    if request.form.get("locale") in LOCALES:
        session["locale"] = request.form["locale"]
    if request.form.get("elder") in ("0", "1"):
        session["elder"] = request.form["elder"] == "1"
    session.permanent = True
    return redirect(_lands(request.form.get("next")), 303)
