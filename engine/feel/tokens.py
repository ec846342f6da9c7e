"""The text with a reading position: look at the next token, take it, insist on one."""

from __future__ import annotations

import re

from engine.domain.sentence import Sentence, later
from engine.feel import lexer
from engine.feel.errors import FeelSyntaxError
from engine.feel.evaluation import Limits
from engine.feel.lexer import END, NAME, SIGN, Token
from engine.feel.names import KnownNames, normal

# Ends of ranges are tried out before they are taken; hostile text must not try without end.
READS_PER_NODE = 20


class Tokens:
    """Reads one text.

    With `line_ends` a new line outside of brackets ends the expression, as in scripts.
    """

    def __init__(
        self,
        source: str,
        known: KnownNames,
        limits: Limits,
        at: int = 0,
        *,
        line_ends: bool = False,
    ) -> None:
        self.source = source
        self.known = known
        self.limits = limits
        self.at = at
        self.brackets = 0
        self._line_ends = line_ends
        self._reads = 0

    def operand(self) -> Token:
        """The next token where an operand may stand; it is not taken."""
        self._reads += 1
        if self._reads > READS_PER_NODE * self.limits.nodes:
            raise self.error(self.at, later("式が複雑すぎます。"))
        return self._within_line(lexer.operand(self.source, self.at, self.known))

    def operator(self) -> Token:
        """The next token where an operator may stand; it is not taken."""
        return self._within_line(lexer.operator(self.source, self.at))

    def _within_line(self, token: Token) -> Token:
        if self._line_ends and not self.brackets and "\n" in self.source[self.at : token.at]:
            return Token(END, "", self.at, self.at)
        return token

    def take(self, token: Token) -> Token:
        self.at = token.end
        return token

    def try_sign(self, sign: str) -> bool:
        """Take the sign if it comes next."""
        token = self.operator()
        if token.kind != SIGN or token.value != sign:
            return False
        self.take(token)
        return True

    def sign(self, sign: str, context: str) -> Token:
        """Take the sign or fail; `context` is a Japanese sentence on what is missing."""
        return self._expect(SIGN, sign, context)

    def word(self, word: str, context: str) -> Token:
        """Take the keyword or fail; `context` is a Japanese sentence on what is missing."""
        return self._expect(NAME, word, context)

    def _expect(self, kind: str, value: str, context: str) -> Token:
        token = self.operator()
        if token.kind != kind or token.value != value:
            raise self.unexpected(token, context)
        return self.take(token)

    def pattern(self, pattern: re.Pattern[str]) -> str | None:
        """Take a name that is delimited by what follows it (a key, a parameter), or None."""
        start = lexer.skip(self.source, self.at)
        found = pattern.match(self.source, start)
        if found is None:
            return None
        self.at = found.end()
        return normal(found.group())

    def unexpected(self, token: Token, context: str = "") -> FeelSyntaxError:
        if not self.source.strip(" \t\r\n="):
            return self.error(0, later("式が空です。"))
        if token.kind == END:
            return self.error(token.at, later("式が途中で終わっています。"), context)
        text = self.source[token.at : token.end]
        return self.error(
            token.at, Sentence("「%(text)s」はここに書けません。", text=text), context
        )

    def error(self, at: int, message: str, hint: str = "") -> FeelSyntaxError:
        return lexer.error(self.source, at, message, hint)
