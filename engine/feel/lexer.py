"""Where does the next token end?  What it is depends on what the parser expects there.

Where an operand may stand, names that are in scope are taken whole; where an operator stands,
plain words only, so that `in`, `and` or `-` are never swallowed by a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.sentence import Sentence, later
from engine.domain.values import number
from engine.feel.errors import FeelSyntaxError
from engine.feel.names import BLANK, PLAIN_NAME, KnownNames

NUMBER, TEXT, AT, NAME, SIGN, END = "number", "text", "at", "name", "sign", "end"

_SKIP = re.compile(rf"(?:{BLANK}+|//[^\r\n]*|/\*(?s:.*?)\*/)+")
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TEXT = re.compile(r'"((?:[^"\\\r\n]|\\.)*)"')
_AT = re.compile(rf'@{BLANK}*"((?:[^"\\\r\n]|\\.)*)"')
_SIGN = re.compile(r"\*\*|\.\.|->|<=|>=|!=|[-+*/=<>()\[\]{},:.;]")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_MISTAKES = (
    ("==", later("等しいは = です。")),
    ("!", later("等しくないは !=、否定は not(...) です。")),
    ("&&", later("「かつ」は and です。")),
    ("||", later("「または」は or です。")),
    ("≠", later("等しくないは != です。")),
    ("≧", later("以上は >= です。")),
    ("≥", later("以上は >= です。")),
    ("≦", later("以下は <= です。")),
    ("≤", later("以下は <= です。")),
    ("×", later("掛け算は * です。")),
    ("÷", later("割り算は / です。")),
    ("%", later("余りは modulo(a, b) です。")),
    ("^", later("べき乗は ** です。")),
    ("'", later('文字列は " で囲みます。')),
    ("“", later('文字列は半角の " で囲みます。')),
    ("”", later('文字列は半角の " で囲みます。')),
    ('"', later('文字列を閉じる " がありません。')),
    ("@", later('日付は @"2026-04-01" のように書きます。')),
)
_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is the number, the text without quotes and escapes, the name, or the sign."""

    kind: str
    value: str | Decimal
    at: int
    end: int


def skip(source: str, at: int) -> int:
    """The first place at or after `at` that is neither blank nor comment."""
    found = _SKIP.match(source, at)
    return found.end() if found else at


def operand(source: str, at: int, known: KnownNames) -> Token:
    """The token at a place where an operand may stand."""
    at = skip(source, at)
    name, end = known.longest(source, at)
    return Token(NAME, name, at, end) if name else _other(source, at)


def operator(source: str, at: int) -> Token:
    """The token at a place where an operator or the end of something may stand."""
    at = skip(source, at)
    if found := PLAIN_NAME.match(source, at):
        return Token(NAME, found.group(), at, found.end())
    # A dot leads to an entry here, whose name may begin with a digit; it is no number.
    return _sign(source, at) if source.startswith(".", at) else _other(source, at)


def _other(source: str, at: int) -> Token:
    if found := _NUMBER.match(source, at):
        return _number(source, found)
    if found := _TEXT.match(source, at):
        return Token(TEXT, unescape(found.group(1)), at, found.end())
    if found := _AT.match(source, at):
        return Token(AT, unescape(found.group(1)), at, found.end())
    return _sign(source, at)


def _number(source: str, found: re.Match[str]) -> Token:
    if abs(Decimal(found.group()).adjusted()) > 6144 or len(found.group()) > 1000:  # noqa: PLR2004
        raise error(source, found.start(), later("数値が大きすぎるか小さすぎます。"))
    return Token(NUMBER, number(found.group()), found.start(), found.end())


def _sign(source: str, at: int) -> Token:
    if at >= len(source):
        return Token(END, "", len(source.rstrip()), at)
    for mistake, hint in _MISTAKES:
        if source.startswith(mistake, at) and not source.startswith("!=", at):
            raise error(
                source, at, Sentence("「%(text)s」はここに書けません。", text=mistake), hint
            )
    if found := _SIGN.match(source, at):
        return Token(SIGN, found.group(), at, found.end())
    sign = source[at]
    if sign in _FULL_WIDTH:
        raise error(
            source,
            at,
            Sentence("全角の「%(sign)s」は使えません。", sign=sign),
            Sentence("半角の %(sign)s にします。", sign=_FULL_WIDTH[sign]),
        )
    shown = sign if sign.isprintable() else f"U+{ord(sign):04X}"
    raise error(source, at, Sentence("「%(text)s」はここに書けません。", text=shown))


def unescape(text: str) -> str:
    """The text between quotes with its escapes resolved; an unknown escape stays as it is."""
    if "\\" not in text:
        return text
    made = _ESCAPE.sub(_unescaped, text)
    return _SURROGATES.sub(lambda pair: _joined(pair.group()), made)


def _unescaped(found: re.Match[str]) -> str:
    body = found.group(1)
    if len(body) > 1:
        code = int(body[1:], 16)
        return chr(code) if code <= 0x10FFFF else found.group()  # noqa: PLR2004
    return _ESCAPES.get(body, found.group())


def _joined(pair: str) -> str:
    return pair.encode("utf-16", "surrogatepass").decode("utf-16")


def error(source: str, at: int, message: str, hint: str = "") -> FeelSyntaxError:
    """The error with line and column, counted from 1."""
    line = source.count("\n", 0, at) + 1
    column = at - source.rfind("\n", 0, at)
    return FeelSyntaxError(_sentence(message), line, column, _sentence(hint))


def _sentence(text: str) -> Sentence:
    return text if isinstance(text, Sentence) else Sentence(text)
