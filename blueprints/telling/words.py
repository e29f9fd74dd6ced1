"""Routes of the house's own words: what each kind of message says, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from blueprints import pages
from blueprints.access import allow
from blueprints.clock import now
from blueprints.identity import the_actor
from blueprints.problems import status_of
from blueprints.telling import blueprint
from blueprints.words import notices, sentence
from blueprints.words.examples import OPTIONAL, example, placeholder_word
from blueprints.words.letters import topic_word
from blueprints.words.saying import Said
from domain import house_words
from domain.errors import BadInput, Missing
from domain.people import Role
from domain.telling import Topic
from services.telling import topics
from services.telling import words as services

LOCALES = ("zh_Hans_CN", "en")


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of message in the list: how it reads now, and whether in the house's own words."""

    kind: str
    text: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Tongue:
    """A kind of message in one language: what is in force, what was typed, how that would read."""

    locale: str
    ours: str
    typed: str
    preview: str
    is_own: bool
    error: str
    history: list[services.Change]


@blueprint.get("/manage/words")
@allow(Role.ADMIN)
def words() -> ResponseReturnValue:
    """Every kind of message by what it is about, each as it reads now."""
    shown, own = example(), {kind for kind, _locale in services.own_words()}
    lines = {kind: Line(kind, notices.sentence(kind, shown), kind in own) for kind in notices.SENTENCES}
    groups = [
        (topic_word(topic), [line for kind, line in lines.items() if topics.topic_of(kind) is topic])
        for topic in Topic
    ]
    return pages.show("telling/words", groups=[(title, some) for title, some in groups if some])


@blueprint.get("/manage/words/<message>")
@allow(Role.ADMIN)
def kind_of_words(message: str) -> ResponseReturnValue:
    """One kind of message in both languages, with its placeholders."""
    return _show(message)


@blueprint.post("/manage/words/<message>/<locale>")
@allow(Role.ADMIN)
def write_words(message: str, locale: str) -> ResponseReturnValue:
    """Keep what was typed, or only show how it would read."""
    text = request.form.get("text", "")
    known, needed = _placeholders(message, locale)
    try:
        if request.form.get("action") == "preview":
            house_words.clean(text, known, needed)
            return _show(message, typed={locale: text})
        services.save(the_actor(), message, locale, text, known=known, needed=needed, now=now())
    except BadInput as refusal:
        return _show(message, status_of(refusal), typed={locale: text}, errors={locale: sentence(refusal)})
    flash(_("记住了，以后的消息就这样写。"), "ok")
    return pages.go("telling.kind_of_words", message=message)


@blueprint.post("/manage/words/<message>/<locale>/reset")
@allow(Role.ADMIN)
def reset_words(message: str, locale: str) -> ResponseReturnValue:
    """Take ours again."""
    _placeholders(message, locale)
    services.reset(the_actor(), message, locale, now())
    flash(_("换回了原来的写法。"), "ok")
    return pages.go("telling.kind_of_words", message=message)


def _said(kind: str) -> Said:
    """A kind of message with the example; raises Missing."""
    if kind not in notices.SENTENCES:
        raise Missing
    return notices.SENTENCES[kind](example())


def _placeholders(kind: str, locale: str) -> tuple[frozenset[str], frozenset[str]]:
    """Those that a kind knows and those that it needs; raises Missing."""
    if locale not in LOCALES:
        raise Missing
    known = frozenset(_said(kind).values)
    return known, known - OPTIONAL


def _show(
    kind: str,
    status: int = 200,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> ResponseReturnValue:
    told = _said(kind)
    return pages.show(
        "telling/kind_of_words",
        status,
        kind=kind,
        reads=notices.sentence(kind, example()),
        tongues=[_tongue(kind, locale, typed or {}, errors or {}) for locale in LOCALES],
        placeholders=[
            (f"{{{name}}}", placeholder_word(name), value, name in OPTIONAL)
            for name, value in told.values.items()
        ],
    )


def _tongue(kind: str, locale: str, typed: dict[str, str], errors: dict[str, str]) -> Tongue:
    own = services.own_words().get((kind, locale))
    with force_locale(locale):
        told = _said(kind)
        ours, text = told.template, typed.get(locale, own or told.template)
        preview = "" if locale in errors else house_words.fill(text, told.values)
    return Tongue(
        locale=locale,
        ours=ours,
        typed=text,
        preview=preview,
        is_own=own is not None,
        error=errors.get(locale, ""),
        history=services.history(kind, locale),
    )
