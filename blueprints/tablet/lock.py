"""Routes of the lock screen: who takes over the tablet, and locking it at once."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from blueprints import identity, idle, pages
from blueprints.access import public, signed_in
from blueprints.accounts.routes import enter, home_of
from blueprints.clock import now
from blueprints.edge import whole
from blueprints.hashing import hashes
from blueprints.problems import headers_of, status_of
from blueprints.tablet import blueprint
from blueprints.words import sentence
from domain.errors import BadInput, Missing, Refusal, TooManyAttempts
from services.tablets import locking
from services.tablets.locking import Face


@blueprint.get("/lock", endpoint="lock")
@public
def lock_screen() -> ResponseReturnValue:
    """Everybody who can take over, or with `who` the number pad for one of them; elsewhere that this is no tablet."""
    return _screen(request.args.get("who", type=whole), request.args.get("next"))


@blueprint.post("/lock")
@public
def lock_now() -> ResponseReturnValue:
    """Lock at once, by hand or when the time is up; the same person finds the page again."""
    found = identity.presence()
    if found is not None and found.device_id is not None:
        locking.lock(found.session_id)
    return redirect(url_for("tablet.lock", next=_way_back(pages.page_before())), 303)


@blueprint.post("/lock/open")
@public
@hashes
def unlock() -> ResponseReturnValue:
    """Take over the tablet with a PIN: the same person goes on, another one starts afresh."""
    person_id, target = request.form.get("person_id", type=whole), request.form.get("next")
    if person_id is None:
        return _screen(None, target)
    before = identity.presence()
    try:
        opened = locking.unlock(
            identity.device_token(),
            person_id,
            request.form.get("pin", ""),
            lifetime=identity.session_lifetime(),
            now=now(),
            demo_allowed=identity.demo_allowed(),
        )
    except Missing as refusal:
        return _elsewhere(status_of(refusal))
    except (BadInput, TooManyAttempts) as refusal:
        return _screen(person_id, target, refusal)
    held = locking.take_held(before.session_id, opened.actor.id) if before else None
    enter(opened)
    is_same = before is None or before.actor.id == opened.actor.id
    address = home_of(opened, _way_back(target) if is_same else None)
    answer = pages.show("tablet/held", form=held, address=address) if held else redirect(address, 303)
    response = current_app.make_response(answer)
    identity.keep_device(response, identity.device_token())
    return response


@blueprint.post("/lock/awake")
@signed_in
def stay_awake() -> ResponseReturnValue:
    """Somebody touched the screen without opening a page; sent by static/js/lock.js."""
    idle.note_touch()
    return "", 204


def _way_back(target: str | None) -> str | None:
    """A page of ours to return to, other than the lock screen itself."""
    safe = pages.safe_next(target)
    return None if safe is None or safe.partition("?")[0] == url_for("tablet.lock") else safe


def _screen(who: int | None, target: str | None, refusal: Refusal | None = None) -> ResponseReturnValue:
    try:
        faces = locking.faces(identity.device_token(), demo_allowed=identity.demo_allowed())
    except Missing:
        return _elsewhere(200)
    chosen: Face | None = next((face for face in faces if face.id == who), None)
    response = current_app.make_response(
        pages.show(
            "tablet/lock",
            status_of(refusal) if refusal else 200,
            faces=faces,
            chosen=chosen,
            target=_way_back(target),
            said=sentence(refusal) if refusal else None,
            device=identity.shared_device(),
            actor=None,
            nav=[],
            is_lock_screen=True,
        )
    )
    if refusal is not None:
        response.headers.update(headers_of(refusal))
    return response


def _elsewhere(status: int) -> ResponseReturnValue:
    return pages.show("tablet/elsewhere", status)
