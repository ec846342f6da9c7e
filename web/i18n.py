"""Which language does the person read, and how does the house say it in that language?

Texts stand in Japanese in the code and in the templates; the catalogue of another language maps
them.  Catalogues are read from their .po files when the server starts: no build step can be missed.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale, gettext
from markupsafe import Markup

from engine.forms.faults import Sentence

JAPANESE = "ja"
LANGUAGES = (JAPANESE, "en")
COOKIE = "lang"
FOLDER = Path(__file__).with_name("translations")


class CatalogueDomain(Domain):  # type: ignore[misc]  # flask_babel ships no types
    """Flask-Babel's door to the catalogues."""

    def get_translations(self) -> NullTranslations:
        return catalogue(language())


@lru_cache
def catalogue(code: str) -> NullTranslations:
    """The texts of that language; Japanese needs none."""
    file = FOLDER / code / "LC_MESSAGES" / "messages.po"
    if not file.is_file():
        return NullTranslations()
    with file.open("rb") as source:
        read = read_po(source, locale=code)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return Translations(compiled)


def install(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = JAPANESE
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Tokyo"
    babel = Babel(app, locale_selector=_chosen)
    babel.domain_instance = CatalogueDomain()
    app.jinja_env.globals.update(
        language=language, data=data, data_lang=data_lang, sentence=sentence
    )


def _(text: str, **values: object) -> str:
    """The text in the language of the page, with `%(name)s` places filled."""
    return str(gettext(text, **values))


def _chosen() -> str:
    asked = request.cookies.get(COOKIE, JAPANESE)
    return asked if asked in LANGUAGES else JAPANESE


def language() -> str:
    """`ja` or `en`."""
    return str(get_locale() or JAPANESE)


def data(text: object) -> Markup:
    """A text of a model, form, register or person: stays as it is, marked on other pages."""
    shown = "" if text is None else str(text)
    if language() == JAPANESE or shown.isascii():
        return Markup.escape(shown)
    return Markup('<span lang="ja">{}</span>').format(shown)


def data_lang(text: object) -> Markup:
    """The same mark as an attribute, for `<option>`, which can hold no other element."""
    return Markup("") if language() == JAPANESE or str(text).isascii() else Markup('lang="ja"')


def filled(pattern: str, **values: object) -> Markup:
    """The translated pattern with texts of people and models in its places, each marked."""
    return Markup.escape(pattern) % {name: data(value) for name, value in values.items()}


def sentence(text: str) -> Markup | str:
    """A sentence of the form rules in the person's language; one of a form file stays Japanese."""
    if not isinstance(text, Sentence) or text.template == "%(message)s":
        return data(text)
    return filled(gettext(text.template), **text.values)
