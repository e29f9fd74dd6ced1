"""Routes of the word list."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from blueprints import once, pages
from blueprints.access import allow
from blueprints.claims import blueprint, views
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.studio.forms import blame, passes
from blueprints.tongue import PageForm
from blueprints.words import sentence
from domain.errors import BadInput, Missing
from domain.merchants.claims import WordKind, clean_reason, clean_word
from domain.people import Role
from models import ClaimWord
from services.idempotency import Answer
from services.merchants import claim_words as services


class WordForm(PageForm):
    """A word, what becomes of it, and why."""

    word = StringField(_l("词"), [passes(clean_word)])
    kind = RadioField(
        _l("出现了怎么办？"),
        choices=[
            SelectChoice(WordKind.ABSOLUTE.value, _l("标出来，请人判断")),
            SelectChoice(WordKind.DISEASE.value, _l("食品上不能写")),
        ],
        default=WordKind.ABSOLUTE.value,
    )
    reason = StringField(_l("为什么"), [passes(clean_reason)])


@blueprint.get("/claims/words")
@allow(Role.STAFF)
def word_list() -> ResponseReturnValue:
    """The whole list, with an empty form on top."""
    return _show(WordForm(formdata=None))


@blueprint.get("/claims/words/<int:word_id>")
@allow(Role.STAFF)
def word(word_id: int) -> ResponseReturnValue:
    """The list with one word in the form."""
    chosen = _one(word_id)
    typed = {"word": chosen.word, "kind": chosen.kind.value, "reason": chosen.reason}
    return _show(WordForm(formdata=None, data=typed), chosen)


@blueprint.post("/claims/words")
@allow(Role.STAFF)
def add_word() -> ResponseReturnValue:
    """Put a word on the list."""
    form = WordForm()

    def act() -> ClaimWord:
        return services.add(the_actor(), *_typed(form), now=now())

    return _save(form, None, act)


@blueprint.post("/claims/words/<int:word_id>")
@allow(Role.STAFF)
def edit_word(word_id: int) -> ResponseReturnValue:
    """Change a word."""
    form = WordForm()

    def act() -> ClaimWord:
        return services.edit(the_actor(), word_id, *_typed(form), now=now())

    return _save(form, _one(word_id), act)


@blueprint.post("/claims/words/<int:word_id>/remove")
@allow(Role.STAFF)
def remove_word(word_id: int) -> ResponseReturnValue:
    """Take a word off."""
    gone = services.remove(the_actor(), word_id, now=now())
    flash(_("“%(word)s”从词单拿掉了。", word=gone), "ok")
    return pages.go("claims.word_list")


def _typed(form: WordForm) -> tuple[str, WordKind, str]:
    return form.word.data or "", WordKind(form.kind.data), form.reason.data or ""


def _one(word_id: int) -> ClaimWord:
    found = next((one for one in services.words(the_actor()) if one.id == word_id), None)
    if found is None:
        raise Missing
    return found


def _save(form: WordForm, chosen: ClaimWord | None, act: Callable[[], ClaimWord]) -> ResponseReturnValue:
    if not form.validate():
        return _show(form, chosen, 422)
    try:
        answer = once.once(lambda: Answer(303, {"word": act().word}))
    except BadInput as refusal:
        blame(form, refusal.field, sentence(refusal))
        return _show(form, chosen, status_of(refusal))
    flash(_("“%(word)s”在词单上了。", word=answer.body["word"]), "ok")
    return pages.go("claims.word_list")


def _show(form: WordForm, chosen: ClaimWord | None = None, status: int = 200) -> ResponseReturnValue:
    return pages.show(
        "claims/words",
        status,
        form=form,
        chosen=chosen,
        parts=views.parts(services.words(the_actor())),
        idempotency_key=once.new_key(),
    )
