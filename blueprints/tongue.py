"""Words in the reader's language, at the price of a look into a dictionary: pages say hundreds of them."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import flask_babel
from babel import Locale, support
from flask import Flask, g, request
from flask_babel import get_locale, get_translations
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField
from wtforms.i18n import messages_path

_markup: dict[str, dict[str, Markup]] = {}
"""What templates said already, by language: a text without gaps is always the same piece of HTML."""


class Domain(flask_babel.Domain):
    """Looks the catalogue up once for each language that a request speaks, not for each word."""

    def get_translations(self) -> support.NullTranslations:
        """The catalogue of the language that is spoken now."""
        context: SimpleNamespace | None = g.get("_flask_babel") if g else None
        known = getattr(context, "jufu_catalogue", None)
        if known is not None and known[0] is getattr(context, "babel_locale", None):
            found: support.NullTranslations = known[1]
            return found
        found = super().get_translations()
        if g:
            g._flask_babel.jufu_catalogue = (get_locale(), found)  # noqa: SLF001  where the extension keeps its own
        return found


class PageForm(FlaskForm):
    """A form of a page: it comes as a form, and its built-in sentences are read from their file once."""

    class Meta(FlaskForm.Meta):
        """See WTForms."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Text for fields of text and files for those of files; nothing where JSON was sent, which no page does."""
            found = None if request.is_json else super().wrap_formdata(form, formdata)
            if not isinstance(found, CombinedMultiDict):
                return found
            files = [
                (name, file)
                for name, file in request.files.items(multi=True)
                if name in form and isinstance(form[name], FileField)
            ]
            return CombinedMultiDict((MultiDict(files), request.form))

        def get_translations(self, form: Any) -> Any:
            """The catalogue of WTForms in the reader's language."""
            return _of_wtforms(str(get_locale()))


@cache
def _of_wtforms(locale: str) -> Any:
    return support.Translations.load(messages_path(), [Locale.parse(locale)], domain="wtforms")


def _said(text: str, /, **gaps: Any) -> Markup:
    """A text of a template in the reader's language; what fills its gaps is escaped."""
    if gaps:
        return Markup(get_translations().ugettext(text)) % gaps  # noqa: S704  the texts are ours
    context = g.get("_flask_babel")
    words: dict[str, Markup] | None = getattr(context, "jufu_markup", None)
    if words is None or context.jufu_markup_locale is not context.babel_locale:
        locale = get_locale()
        words = _markup.setdefault(str(locale), {})
        g._flask_babel.jufu_markup, g._flask_babel.jufu_markup_locale = words, locale  # noqa: SLF001  as above
    found = words.get(text)
    if found is None:
        found = words[text] = Markup(get_translations().ugettext(text)) % {}  # noqa: S704  the texts are ours
    return found


def init_app(app: Flask) -> None:
    """Speak this way; after Flask-Babel."""
    app.extensions["babel"].instance.domain_instance = Domain()
    app.jinja_env.globals.update(_=_said, gettext=_said)
