"""XPath regular expressions in the words of RE2.

What RE2 reads differently is written out: `.` leaves out the carriage return as well, `\\w` and
`\\d` mean Unicode's, `\\i` and `\\c` are classes of XML names, `\\p{Is...}` are blocks,
`[a-z-[aeiou]]` subtracts.  Back-references and look-around do not exist in linear time.
"""

from __future__ import annotations

from engine.feel.character_classes import CLASS_ESCAPES, CharacterClass
from engine.feel.errors import OperationFailed

_BLANKS = " \t\n\r"
_SINGLE = {"n": "\\n", "r": "\\r", "t": "\\t"}
_LITERAL = frozenset("\\|.-^?*+{}()[]$")


def translate(pattern: str, flags: str) -> str:
    """The pattern for RE2.

    Raises:
        OperationFailed: it is no XPath pattern, or it needs more than linear time.
    """
    return _Translation(_without_blanks(pattern) if "x" in flags else pattern, flags).whole()


def _without_blanks(pattern: str) -> str:
    kept: list[str] = []
    depth = 0
    escaped = False
    for sign in pattern:
        if sign in _BLANKS and not depth:
            continue
        kept.append(sign)
        if not escaped:
            depth += (sign == "[") - (sign == "]")
        escaped = sign == "\\" and not escaped
    return "".join(kept)


class _Translation:
    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.dot = "(?s:.)" if "s" in flags else "[^\\n\\r]"

    def whole(self) -> str:
        made: list[str] = []
        while self.at < len(self.pattern):
            made.append(self._next())
        return "".join(made)

    def _take(self) -> str:
        if self.at >= len(self.pattern):
            raise self._wrong()
        self.at += 1
        return self.pattern[self.at - 1]

    def _wrong(self) -> OperationFailed:
        return OperationFailed(f"正規表現「{self.pattern[:40]}」は正しくありません。")

    def _next(self) -> str:
        sign = self._take()
        if sign == "\\":
            return self._escape()
        if sign == "[":
            return self._class().for_re2()
        if sign == ".":
            return self.dot
        if sign == "(" and self.pattern.startswith("?", self.at):
            if not self.pattern.startswith("?:", self.at):
                raise OperationFailed("正規表現の先読み・後読みは使えません。")
            self.at += 2
            return "(?:"
        return sign

    def _escape(self) -> str:
        sign = self._take()
        if sign.isdigit():
            raise OperationFailed("正規表現の後方参照は使えません。")
        if sign in _SINGLE:
            return _SINGLE[sign]
        if sign in _LITERAL:
            return "\\" + sign
        return self._class_escape(sign).for_re2()

    def _class_escape(self, sign: str) -> CharacterClass:
        """`\\s`, `\\w`, `\\p{Lu}` and their like, after the backslash."""
        if sign in "pP":
            end = self.pattern.find("}", self.at)
            if not self.pattern.startswith("{", self.at) or end < 0:
                raise self._wrong()
            name = self.pattern[self.at + 1 : end]
            self.at = end + 1
            return CharacterClass.of_property(name, negated=sign == "P")
        if sign not in CLASS_ESCAPES:
            raise self._wrong()
        return CharacterClass.of_escape(sign)

    def _class(self) -> CharacterClass:
        """What stands in square brackets, after the opening one."""
        made = CharacterClass(negated=self._try("^"))
        while not self._try("]"):
            if self._try("-["):
                made.subtracted = self._class()
                if not self._try("]"):
                    raise self._wrong()
                break
            self._member(made)
        if made.is_empty:
            raise self._wrong()
        return made

    def _member(self, made: CharacterClass) -> None:
        low = self._class_character(made)
        if low is None:
            return
        if self._is_range():
            self.at += 1
            high = self._class_character(made)
            if high is None or high < low:
                raise self._wrong()
            made.add(low, high)
            return
        made.add(low, low)

    def _is_range(self) -> bool:
        following = self.pattern[self.at : self.at + 2]
        return following[:1] == "-" and following[1:] not in ("]", "[", "")

    def _class_character(self, made: CharacterClass) -> int | None:
        """The next character of a class; None when it was a whole class, which is then added."""
        sign = self._take()
        if sign == "[":
            raise self._wrong()
        if sign != "\\":
            return ord(sign)
        escaped = self._take()
        if escaped in _SINGLE:
            return ord({"n": "\n", "r": "\r", "t": "\t"}[escaped])
        if escaped in _LITERAL:
            return ord(escaped)
        made.parts.append(self._class_escape(escaped))
        return None

    def _try(self, sign: str) -> bool:
        if not self.pattern.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True
