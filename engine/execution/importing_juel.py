"""What does a simple expression of JUEL, JavaScript, Groovy, MVEL or Java say in FEEL?

Only what has one meaning is translated: comparisons, `and`/`or`/`not`, arithmetic, paths, a few
calls that all these engines know.  Anything else raises `UnclearError`, never a guess.  Where the
other language takes null for false, the FEEL says so (`x = true` instead of `x`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from engine.execution.importing_tokens import Dialect, UnclearError, tokens_of

MAX_LENGTH: Final = 2_000
MAX_DEPTH: Final = 30
_ENGINE: Final = frozenset(
    {"execution", "task", "authenticatedUserId", "currentUser", "loopCounter", "kcontext", "this"}
    | {"nrOfActiveInstances", "numberOfActiveInstances", "numberOfTerminatedInstances", "new"}
    | {"mod", "instanceof", "typeof", "in", "var", "let", "return", "function", "delegateTask"}
)
_TERNARY, _OR, _AND, _COMPARED, _SUM, _PRODUCT, _UNARY, _WHOLE = range(8)


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part in FEEL.  `kind`: truth, number, text, null, list or path (a variable's value)."""

    text: str
    kind: str
    level: int = _WHOLE

    def within(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"


@dataclass(frozen=True, kw_only=True)
class Feel:
    """The expression in FEEL, and the variables it reads."""

    text: str
    kind: str
    names: frozenset[str]


def translated(
    source: str, dialect: Dialect, names: Mapping[str, str], *, condition: bool = False
) -> Feel:
    """The expression in FEEL.  `names`: what variables are called here, where not the same.

    Raises:
        UnclearError
    """
    if len(source) > MAX_LENGTH:
        raise UnclearError
    reader = _Reader(source, dialect, names)
    made = reader.ternary()
    if reader.at < len(reader.tokens):
        raise UnclearError
    if condition:
        made = reader.truth(made)
    return Feel(text=made.text, kind=made.kind, names=frozenset(reader.names_read))


class _Reader:
    def __init__(self, source: str, dialect: Dialect, names: Mapping[str, str]) -> None:
        self.dialect = dialect
        self.names = names
        self.names_read: set[str] = set()
        self.tokens = tokens_of(source, dialect)
        self.at = 0
        self.depth = 0

    # --- tokens

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *signs: str) -> str:
        """The sign that comes, if it is one of these."""
        kind, text = self.peek()
        if kind == "sign" and text in signs:
            self.at += 1
            return text
        return ""

    def must(self, sign: str) -> None:
        if not self.take(sign):
            raise UnclearError

    # --- from the loosest binding to the tightest

    def ternary(self) -> Piece:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnclearError
        made = self.chain(self.conjunction, "||", "or", _OR)
        if self.take("?"):
            test, then = self.truth(made), self.ternary()
            self.must(":")
            other = self.ternary()
            text = f"if {test.text} then {then.within(_OR)} else {other.within(_OR)}"
            kind = then.kind if then.kind == other.kind else "path"
            made = Piece(text=text, kind=kind, level=_TERNARY)
        self.depth -= 1
        return made

    def conjunction(self) -> Piece:
        return self.chain(self.equality, "&&", "and", _AND)

    def chain(self, inner: Callable[[], Piece], sign: str, word: str, level: int) -> Piece:
        made = inner()
        while self.take(sign):
            left, right = self.truth(made), self.truth(inner())
            text = f"{left.within(level)} {word} {right.within(level + 1)}"
            made = Piece(text=text, kind="truth", level=level)
        return made

    def equality(self) -> Piece:
        made = self.relation()
        sign = self.take("==", "!=", "===", "!==")
        if not sign:
            return made
        right = self.relation()
        return self.compared(made, "=" if sign.startswith("=") else "!=", right)

    def compared(self, left: Piece, sign: str, right: Piece) -> Piece:
        """Two sides; texts beside numbers are compared differently by each language."""
        if {left.kind, right.kind} == {"text", "number"}:
            raise UnclearError
        text = f"{left.within(_SUM)} {sign} {right.within(_SUM)}"
        return Piece(text=text, kind="truth", level=_COMPARED)

    def relation(self) -> Piece:
        made = self.sum()
        sign = self.take("<", "<=", ">", ">=")
        if not sign:
            return made
        right = self.sum()
        if {made.kind, right.kind} & {"truth", "null", "list"}:
            raise UnclearError
        return self.compared(made, sign, right)

    def sum(self) -> Piece:
        made = self.product()
        while sign := self.take("+", "-"):
            made = self.calculated(made, sign, self.product(), _SUM)
        return made

    def product(self) -> Piece:
        made = self.unary()
        while sign := self.take("*", "/"):
            if sign == "/" and not self.dialect.divides:
                raise UnclearError  # of two whole numbers, a whole number
            made = self.calculated(made, sign, self.unary(), _PRODUCT)
        return made

    def calculated(self, left: Piece, sign: str, right: Piece, level: int) -> Piece:
        kinds = {left.kind, right.kind}
        if kinds == {"text"} and sign == "+" and not self.dialect.words:
            kind = "text"
        elif kinds <= {"number", "path"}:
            kind = "number"
        else:
            raise UnclearError
        text = f"{left.within(level)} {sign} {right.within(level + 1)}"
        return Piece(text=text, kind=kind, level=level)

    def unary(self) -> Piece:
        if self.take("!"):
            return self.negated(self.truth(self.nested(self.unary)))
        if self.take("-"):
            number = self.nested(self.unary)
            if number.kind not in ("number", "path"):
                raise UnclearError
            return Piece(text=f"-{number.within(_UNARY)}", kind="number", level=_UNARY)
        if self.dialect.words and self.peek() == ("name", "empty"):
            self.at += 1
            tested = self.nested(self.unary)
            if tested.kind not in ("path", "text", "list"):
                raise UnclearError
            return Piece(text=f'list contains([null, "", [], {{}}], {tested.text})', kind="truth")
        return self.postfix()

    def nested(self, inner: Callable[[], Piece]) -> Piece:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnclearError
        made = inner()
        self.depth -= 1
        return made

    def negated(self, tested: Piece) -> Piece:
        """Where the test may be null, which the others take for false: `!= true`."""
        if tested.text.endswith(" = true") and tested.level == _COMPARED:
            return replace(tested, text=f"{tested.text.removesuffix(' = true')} != true")
        return Piece(text=f"{tested.within(_SUM)} != true", kind="truth", level=_COMPARED)

    def truth(self, piece: Piece) -> Piece:
        """The piece as yes or no."""
        if piece.kind == "truth":
            return piece
        if piece.kind == "path" and self.dialect.truthy and piece.level == _WHOLE:
            return Piece(text=f"{piece.text} = true", kind="truth", level=_COMPARED)
        raise UnclearError

    # --- values

    def postfix(self) -> Piece:
        made = self.primary()
        while True:
            if self.take("."):
                made = self.member(made)
            elif self.take("["):
                made = self.indexed(made)
            else:
                return made

    def member(self, owner: Piece) -> Piece:
        kind, name = self.peek()
        if kind != "name" or owner.kind != "path":
            raise UnclearError
        self.at += 1
        if not self.take("("):
            return Piece(text=f"{owner.text}.{name}", kind="path")
        arguments = self.arguments()
        if name == "equals" and len(arguments) == 1:
            return self.compared(owner, "=", arguments[0])
        if name == "size" and not arguments:
            return Piece(text=f"count({owner.text})", kind="number")
        raise UnclearError

    def indexed(self, owner: Piece) -> Piece:
        kind, text = self.peek()
        self.at += 1
        self.must("]")
        if owner.kind != "path":
            raise UnclearError
        if kind == "number" and text.isdigit():
            return Piece(text=f"{owner.text}[{int(text) + 1}]", kind="path")
        key = str(json.loads(text)) if kind == "text" else ""
        if not key.isidentifier():
            raise UnclearError
        return Piece(text=f"{owner.text}.{key}", kind="path")

    def arguments(self) -> list[Piece]:
        found: list[Piece] = []
        if self.take(")"):
            return found
        while True:
            found.append(self.ternary())
            if self.take(")"):
                return found
            self.must(",")

    def primary(self) -> Piece:
        if self.take("("):
            made = self.ternary()
            self.must(")")
            return replace(made, text=f"({made.text})", level=_WHOLE) if made.level else made
        kind, text = self.peek()
        self.at += 1
        if kind in ("number", "text"):
            return Piece(text=text, kind=kind)
        if kind != "name":
            raise UnclearError
        return self.constant(text) or self.variable_call(text) or self.path(text)

    def constant(self, name: str) -> Piece | None:
        if name in ("true", "false"):
            return Piece(text=name, kind="truth")
        return Piece(text=name, kind="null") if name == "null" else None

    def variable_call(self, name: str) -> Piece | None:
        """`execution.getVariable("x")` and the tests that the editor of jBPM writes."""
        if name in ("execution", "kcontext") and self.words(".", "getVariable", "("):
            kind, text = self.peek()
            self.at += 1
            self.must(")")
            if kind != "text":
                raise UnclearError
            return self.path(str(json.loads(text)))
        if name == "KieFunctions" and self.take("."):
            _, function = self.peek()
            self.at += 1
            self.must("(")
            return _kie(function, self.arguments(), self)
        return None

    def words(self, *texts: str) -> bool:
        if [text for _, text in self.tokens[self.at : self.at + len(texts)]] != list(texts):
            return False
        self.at += len(texts)
        return True

    def path(self, name: str) -> Piece:
        made = self.names.get(name, name)
        if made == name and (name in _ENGINE or not name.isidentifier()):
            raise UnclearError
        if self.peek() == ("sign", "("):
            raise UnclearError
        self.names_read.add(made.partition(".")[0])
        return Piece(text=made, kind="path")


def _kie(function: str, arguments: list[Piece], reader: _Reader) -> Piece:
    first = arguments[0] if arguments else None
    if first is None or first.kind != "path":
        raise UnclearError
    fixed = {"isTrue": " = true", "isFalse": " = false", "isNull": " = null"}
    if function in fixed and len(arguments) == 1:
        return Piece(text=f"{first.text}{fixed[function]}", kind="truth", level=_COMPARED)
    pair = 2
    if function == "equalsTo" and len(arguments) == pair and arguments[1].kind == "text":
        if re.fullmatch(r'"[\d.,+-]*"', arguments[1].text):
            raise UnclearError  # the same call compares numbers
        return reader.compared(first, "=", arguments[1])
    raise UnclearError
