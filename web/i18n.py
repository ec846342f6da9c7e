"""Which language does the person read, and how does the house say it in that language?

Texts stand in Japanese in the code and in the templates; the catalogue of another language maps
them.  Catalogues are read from their .po files when the server starts: no build step can be missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale, gettext
from markupsafe import Markup, escape

from engine.domain.sentence import Sentence
from web.labels import label_of

JAPANESE = "ja"
LANGUAGES = (JAPANESE, "en")
COOKIE = "lang"
_JAPANESE = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_QUOTED = re.compile(f"({_JAPANESE.pattern}+)")
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
        language=language,
        data=data,
        data_lang=data_lang,
        listed=listed,
        own=own,
        plain=plain,
        sentence=sentence,
    )


def _(text: str, /, **values: object) -> str:
    """The text in the language of the page, with `%(name)s` places filled."""
    return str(gettext(text, **values))


def _chosen() -> str:
    asked = request.cookies.get(COOKIE, JAPANESE)
    return asked if asked in LANGUAGES else JAPANESE


def language() -> str:
    """`ja` or `en`."""
    return str(get_locale() or JAPANESE)


def data(text: object) -> Markup:
    """A text of a model, form, register or person: its label in the language of the page.

    Where there is no label, it stays as it is, marked on other pages.
    """
    shown = "" if text is None else str(text)
    label = label_of(shown, language()) if _is_foreign(shown) else ""
    return _quoting(label) if label else own(shown)


def own(text: object) -> Markup:
    """What a person has written: never translated, marked on other pages."""
    shown = "" if text is None else str(text)
    is_foreign = _is_foreign(shown)
    return Markup('<span lang="ja">{}</span>').format(shown) if is_foreign else escape(shown)


def _quoting(label: str) -> Markup:
    """A label with the Japanese words it names, such as the headings of a file, marked."""
    return Markup("").join(own(part) for part in _QUOTED.split(label))


def plain(text: object) -> str:
    """The same as `data` where no element can stand: in titles, options and attributes."""
    shown = "" if text is None else str(text)
    return label_of(shown, language()) or shown if _is_foreign(shown) else shown


def listed(texts: Iterable[object]) -> Markup:
    """Several texts in one line."""
    return Markup(_("、")).join(data(text) for text in texts)  # noqa: S704  a mark of our own


def data_lang(text: object) -> Markup:
    """The mark of `data` as an attribute, for `<option>`, which can hold no other element."""
    return Markup('lang="ja"') if _is_foreign(plain(text)) else Markup("")


def _is_foreign(text: str) -> bool:
    return language() != JAPANESE and _JAPANESE.search(text) is not None


def filled(pattern: str, **values: object) -> Markup:
    """The translated pattern with texts of people and models in its places, each marked."""
    return Markup.escape(pattern) % {name: data(value) for name, value in values.items()}


def sentence(text: str) -> Markup | str:
    """A sentence of the rules in the person's language; one of a file by its label."""
    if not isinstance(text, Sentence) or text.template == "%(message)s":
        return data(text)
    parts = {name: sentence(value) for name, value in text.values.items()}
    return Markup.escape(gettext(text.template)) % parts


def spoken(text: str, code: str = "") -> str:
    """The same where no element can stand: in answers to scripts and on the command line.

    `code`: the language, that of the page when empty.
    """
    if not isinstance(text, Sentence) or text.template == "%(message)s":
        return str(text)
    parts = {name: spoken(value, code) for name, value in text.values.items()}
    return str(catalogue(code or language()).gettext(text.template) % parts)
