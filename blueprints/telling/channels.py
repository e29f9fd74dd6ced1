"""Routes of what reaches somebody how: e-mail, short messages, topics, and the hours without either."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from blueprints import pages
from blueprints.access import public, signed_in
from blueprints.clock import now
from blueprints.identity import current_actor, the_actor
from blueprints.problems import headers_of, status_of
from blueprints.telling import blueprint
from blueprints.telling.the_post import the_post
from blueprints.words import sentence
from blueprints.words.topics import channel_word, wish_words
from domain.contacts import DAY_MINUTES, PERSONAL, mask_email, topics_of
from domain.errors import BadInput, Missing, Refusal
from domain.people import mask_phone
from domain.telling import ChannelKind, Topic
from services.telling import contacts

SALT = "confirm-email"
QUIET = ("house", "own", "never")


def offered() -> frozenset[ChannelKind]:
    """By what this house can reach people beyond the app; a letter without an address of ours confirms nothing."""
    post = the_post()
    return post.kinds.intersection(PERSONAL) - (frozenset() if post.base_url else {ChannelKind.EMAIL})


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=SALT)


def sign(person_id: int, address: str) -> str:
    """The secret of a link that confirms an address, by its hash, for one person."""
    return str(_signer().dumps([person_id, address]))


def _opened(token: str) -> tuple[int, str]:
    """Whom and which address a link is about; raises Missing for a forged one or one that is too old."""
    try:
        person_id, address = _signer().loads(token, max_age=int(contacts.CONFIRM_WITHIN.total_seconds()))
    except (BadData, ValueError, TypeError) as error:
        raise Missing from error
    return int(person_id), str(address)


@blueprint.get("/me/channels")
@signed_in
def channels() -> ResponseReturnValue:
    """What reaches this person how."""
    return _show()


@blueprint.post("/me/channels/email")
@signed_in
def set_email() -> ResponseReturnValue:
    """Take an address down and send it the letter that asks whether it is right."""
    _offered_or_missing(ChannelKind.EMAIL)
    typed = request.form.get("email", "")
    try:
        contacts.set_email(the_actor(), typed, sign, now())
    except Refusal as refusal:
        return _show(refusal, email=typed)
    return pages.go("telling.channels")


@blueprint.post("/me/channels/email/remove")
@signed_in
def remove_email() -> ResponseReturnValue:
    """Forget the address."""
    contacts.remove_email(the_actor(), now())
    flash(_("邮箱去掉了，以后不再发邮件。"), "ok")
    return pages.go("telling.channels")


@blueprint.get("/me/channels/confirm/<token>")
@public
def confirm(token: str) -> ResponseReturnValue:
    """What the link in the letter shows: one button. Programs that open links by themselves confirm nothing."""
    try:
        email = contacts.waiting_address(*_opened(token))
    except Missing:
        return pages.show("telling/confirm", 404)
    return pages.show("telling/confirm", email=mask_email(email), token=token)


@blueprint.post("/me/channels/confirm/<token>")
@public
def confirm_email(token: str) -> ResponseReturnValue:
    """Whoever reads the mailbox says yes; the link is proof enough, so nobody has to log in for it."""
    try:
        contacts.confirm_email(*_opened(token), now())
    except Missing:
        return pages.show("telling/confirm", 404)
    flash(_("邮箱确认好了。"), "ok")
    return pages.go("telling.channels" if current_actor() else "board.today")


@blueprint.post("/me/channels/sms")
@signed_in
def switch_sms() -> ResponseReturnValue:
    """Let short messages come, or none at all."""
    _offered_or_missing(ChannelKind.SMS)
    is_on = request.form.get("on") == "1"
    try:
        contacts.switch_sms(the_actor(), is_on, now())
    except BadInput as refusal:
        return _show(refusal)
    flash(_("短信打开了。") if is_on else _("短信关掉了。"), "ok")
    return pages.go("telling.channels")


@blueprint.post("/me/channels/topics")
@signed_in
def choose() -> ResponseReturnValue:
    """Say what comes by which of the channels that are open."""
    actor, ways = the_actor(), _open_ways(contacts.reach(the_actor()))
    ticked = set(request.form.getlist("wanted"))
    wanted = {(one, by) for one in topics_of(actor.role) for by in ways if f"{one} {by}" in ticked}
    contacts.choose(actor, wanted, ways, now())
    flash(_("记住了。"), "ok")
    return pages.go("telling.channels")


@blueprint.post("/me/channels/quiet")
@signed_in
def set_quiet() -> ResponseReturnValue:
    """Keep the hours in which nothing comes: the house's, own ones, or none."""
    kind = request.form.get("quiet", "house")
    typed = (request.form.get("quiet_starts", ""), request.form.get("quiet_ends", ""))
    own = {"own": (_minute(typed[0]), _minute(typed[1])), "never": (0, 0)}
    try:
        contacts.set_quiet(the_actor(), own.get(kind), now())
    except BadInput as refusal:
        return _show(refusal, quiet=kind, quiet_starts=typed[0], quiet_ends=typed[1])
    flash(_("记住了。"), "ok")
    return pages.go("telling.channels")


def _offered_or_missing(channel: ChannelKind) -> None:
    if channel not in offered():
        raise Missing


def _minute(text: str) -> int | None:
    """The minute of the day of 22:00; None for anything that is no time."""
    hours, colon, minutes = text.partition(":")
    digits = colon and (hours + minutes).isascii() and (hours + minutes).isdigit() and len(text) <= 5
    if not digits or not hours or not minutes or int(hours) > 23 or int(minutes) > 59:
        return None
    return int(hours) * 60 + int(minutes)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _half_hours(hours: tuple[int, int]) -> list[str]:
    """What quiet hours can be chosen from, and what they are now."""
    return [_clock(minute) for minute in sorted({*range(0, DAY_MINUTES, 30), *hours})]


def _open_ways(reach: contacts.Reach) -> list[ChannelKind]:
    """The channels that somebody switched on and that this house has, in their order."""
    is_open = {ChannelKind.EMAIL: reach.is_confirmed, ChannelKind.SMS: reach.sms_is_on}
    return [channel for channel in PERSONAL if channel in offered() and is_open[channel]]


def _show(refusal: Refusal | None = None, **typed: Any) -> ResponseReturnValue:
    """The page as it stands, or with what was typed and the sentence why it was refused."""
    reach, actor = contacts.reach(the_actor()), the_actor()
    own = reach.quiet or reach.house_quiet
    kind = "house" if reach.quiet is None else ("never" if own[0] == own[1] else "own")
    hours = reach.house_quiet if kind == "never" else own
    fields = {"email": reach.email or "", "quiet": kind}
    fields |= {"quiet_starts": _clock(hours[0]), "quiet_ends": _clock(hours[1])} | typed
    if fields["quiet"] not in QUIET:
        fields["quiet"] = "house"
    ways = _open_ways(reach)
    response = current_app.make_response(
        pages.show(
            "telling/channels",
            status_of(refusal) if refusal else 200,
            reach=reach,
            offered=offered(),
            ways=[(way, channel_word(way)) for way in ways],
            topics=_topic_rows(reach, topics_of(actor.role), ways),
            fields=fields,
            half_hours=_half_hours(hours),
            house_hours=[_clock(minute) for minute in reach.house_quiet],
            errors={_field_of(refusal): sentence(refusal)} if refusal else {},
            masked_phone=mask_phone(actor.phone),
        )
    )
    response.headers.update(headers_of(refusal) if refusal else {})
    return response


def _topic_rows(
    reach: contacts.Reach, topics: tuple[Topic, ...], ways: list[ChannelKind]
) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Each topic in words, with a switch for every open channel: its value, its name, whether it is on."""
    return [
        (wish_words(one), [(f"{one} {by}", channel_word(by), reach.is_on[one, by]) for by in ways])
        for one in topics
    ]


def _field_of(refusal: Refusal) -> str:
    """Where a refusal belongs on the page; too many letters are said at the address."""
    return (refusal.field if isinstance(refusal, BadInput) else None) or "email"
