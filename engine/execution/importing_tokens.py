"""Which words and signs does a line of another language hold, and in which language is it?"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?P<suffix>[LlDdFf](?![A-Za-z0-9_]))?)"
    r"|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[-+*/<>!?:.,()\[\]]))"
)
_WORDS: Final = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "div": "/",
}


class UnclearError(Exception):
    """The text has no meaning here that is certain."""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """`truthy`: a bare variable in a condition can only be a yes-or-no value."""

    name: str
    words: bool = False
    truthy: bool = False
    divides: bool = True
    single_quotes: bool = True
    interpolates: bool = False


JUEL: Final = Dialect(name="JUEL", words=True, truthy=True)
DIALECTS: Final = {
    "javascript": Dialect(name="JavaScript"),
    "ecmascript": Dialect(name="JavaScript"),
    "js": Dialect(name="JavaScript"),
    "groovy": Dialect(name="Groovy", interpolates=True),
    "juel": JUEL,
    "mvel": Dialect(name="MVEL", words=True, truthy=True, divides=False),
    "java": Dialect(name="Java", truthy=True, divides=False, single_quotes=False),
}


def tokens_of(source: str, dialect: Dialect) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, end = 0, len(source.rstrip())
    while at < end:
        token = _TOKEN.match(source, at)
        if token is None:
            raise UnclearError
        at = token.end()
        found.append(_token(token, dialect))
    if not found:
        raise UnclearError
    return found


def _token(token: re.Match[str], dialect: Dialect) -> tuple[str, str]:
    if token["number"]:
        return "number", token["number"].removesuffix(token["suffix"] or "")
    if token["text"]:
        return "text", _text(token["text"], dialect)
    if token["name"]:
        word = _WORDS.get(token["name"]) if dialect.words else None
        return ("sign", word) if word else ("name", token["name"])
    if token["sign"] in ("===", "!==") and dialect.name != "JavaScript":
        raise UnclearError
    return "sign", token["sign"]


def _text(written: str, dialect: Dialect) -> str:
    """A text as FEEL writes it."""
    body = written[1:-1]
    if written[0] == "'" and not dialect.single_quotes:
        raise UnclearError
    if "$" in body and dialect.interpolates and written[0] == '"':
        raise UnclearError
    if re.search(r"\\[^\\'\"]", body):
        raise UnclearError
    plain = re.sub(r"\\(.)", r"\1", body)
    return json.dumps(plain, ensure_ascii=False)
