"""Text -> tree, by precedence climbing.

From loose to tight: `or`; `and`; comparisons, `between`, `in`; `+ -`; `* /`; `**`; `instance of`;
minus sign; call, filter, path.  All binary operators group to the left, `**` as well.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.domain.sentence import Sentence, later
from engine.feel import forms
from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import AT, END, NAME, NUMBER, SIGN, TEXT, Token
from engine.feel.names import KEY
from engine.feel.tokens import Tokens
from engine.feel.tree import (
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Literal,
    Logic,
    Name,
    Negation,
    Node,
    Path,
    UnaryComparison,
    UnaryTests,
)
from engine.feel.type_parser import read_type

OR, AND, COMPARE, ADD, MULTIPLY, POWER, INSTANCE = range(1, 8)
_LEVELS = {
    "or": OR,
    "and": AND,
    "between": COMPARE,
    "in": COMPARE,
    "instance": INSTANCE,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), COMPARE),
    "+": ADD,
    "-": ADD,
    "*": MULTIPLY,
    "/": MULTIPLY,
    "**": POWER,
}
COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))
_CONSTANTS = {"null": None, "true": True, "false": False}
_WRONG_COMPARISON = later("等しいは =、等しくないは !=、以上は >=、以下は <= です。")


class Parser:
    """Parses one text.  Raises FeelSyntaxError from every method."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._depth = 0
        self.range_ends = 0  # how many ends of ranges are being read, where `[` may close

    def whole_expression(self) -> Node:
        node = self.expression()
        self.end()
        return node

    def end(self) -> None:
        token = self.tokens.operator()
        if token.kind != END:
            raise self.tokens.unexpected(token)

    def whole_tests(self) -> UnaryTests:
        """A cell: `-`, tests separated by commas, or `not(tests)`."""
        tokens, start = self.tokens, self.tokens.at
        if tokens.try_sign("-") and tokens.operator().kind == END:
            return UnaryTests(at=start, tests=(), negated=False)
        tokens.at = start
        first = tokens.operand()
        if first.value == "not" and first.kind == NAME:
            negated = self._negated_tests(first)
            if negated is not None:
                return negated
            tokens.at = start
        tests = self.tests()
        self.end()
        return UnaryTests(at=start, tests=tests, negated=False)

    def _negated_tests(self, word: Token) -> UnaryTests | None:
        tokens = self.tokens
        tokens.take(word)
        if not tokens.try_sign("("):
            return None
        tests = self.tests()
        tokens.sign(")", later("not( の括弧が閉じていません。"))
        if tokens.operator().kind != END:
            return None  # `not(a) and b` is an ordinary expression
        return UnaryTests(at=word.at, tests=tests, negated=True)

    def tests(self) -> tuple[Node, ...]:
        tests = [self.expression()]
        while self.tokens.try_sign(","):
            tests.append(self.expression())
        return tuple(tests)

    def expression(self, level: int = OR) -> Node:
        """An expression whose outermost operator binds at least as tightly as `level`."""
        self._depth += 1
        if self._depth > self.tokens.limits.depth:
            raise self.tokens.error(self.tokens.at, later("式の入れ子が深すぎます。"))
        node = self._prefix()
        while True:
            token = self.tokens.operator()
            found = _LEVELS.get(str(token.value), 0) if token.kind in (NAME, SIGN) else 0
            if found < level or (found == 0):
                break
            self.tokens.take(token)
            node = self._binary(node, token, found)
        self._depth -= 1
        return node

    def _binary(self, left: Node, token: Token, level: int) -> Node:
        word = str(token.value)
        special: Callable[[Node, Token], Node] | None = {
            "between": self._between,
            "in": self._in,
            "instance": self._instance_of,
            "and": self._logic,
            "or": self._logic,
        }.get(word)
        if special:
            return special(left, token)
        if level == COMPARE:
            self._refuse_second_comparison()
            right = self.expression(ADD)
            return Comparison(at=token.at, operator=word, left=left, right=right)
        return Arithmetic(at=token.at, operator=word, left=left, right=self.expression(level + 1))

    def _refuse_second_comparison(self) -> None:
        token = self.tokens.operand()
        if token.kind == SIGN and token.value in COMPARISONS:
            raise self.tokens.unexpected(token, _WRONG_COMPARISON)

    def _logic(self, left: Node, token: Token) -> Node:
        word = str(token.value)
        right = self.expression(_LEVELS[word] + 1)
        if isinstance(left, Logic) and left.operator == word:
            return Logic(at=left.at, operator=word, operands=(*left.operands, right))
        return Logic(at=token.at, operator=word, operands=(left, right))

    def _between(self, value: Node, token: Token) -> Node:
        low = self.expression(ADD)
        self.tokens.word("and", later("between は x between a and b と書きます。"))
        return Between(at=token.at, value=value, low=low, high=self.expression(ADD))

    def _in(self, value: Node, token: Token) -> Node:
        first = self.tokens.operand()
        if first.kind == SIGN and first.value == "(":
            tests = forms.parenthesis(self, first)
            if len(tests) == 1:
                tests = (self._postfix(tests[0]),)
            return In(at=token.at, value=value, tests=tests)
        return In(at=token.at, value=value, tests=(self.expression(ADD),))

    def _instance_of(self, value: Node, token: Token) -> Node:
        self.tokens.word("of", later("instance of のあとに型を書きます。"))
        return InstanceOf(at=token.at, value=value, type=read_type(self.tokens))

    def _prefix(self) -> Node:
        token = self.tokens.operand()
        if token.kind == SIGN and token.value == "-":
            self.tokens.take(token)
            return Negation(at=token.at, operand=self.expression(INSTANCE + 1))
        if token.kind == SIGN and token.value in COMPARISONS:
            self.tokens.take(token)
            operand = self.expression(ADD)
            return UnaryComparison(at=token.at, operator=str(token.value), operand=operand)
        return self._postfix(self._primary(token))

    def _primary(self, token: Token) -> Node:
        if token.kind in (NUMBER, TEXT):
            self.tokens.take(token)
            return Literal(at=token.at, value=token.value)
        if token.kind == AT:
            self.tokens.take(token)
            return AtLiteral(at=token.at, text=str(token.value))
        if token.kind == NAME:
            return self._word(token, str(token.value))
        if token.kind == SIGN and token.value == "(":
            tests = forms.parenthesis(self, token)
            if len(tests) > 1:
                raise self.tokens.error(token.at, later("括弧の中に書ける式は一つです。"))
            return tests[0]
        form = forms.BY_SIGN.get(str(token.value)) if token.kind == SIGN else None
        if form is None:
            raise self.tokens.unexpected(token)
        return form(self, token)

    def _word(self, token: Token, word: str) -> Node:
        form = forms.BY_WORD.get(word)
        if form is not None:
            self.tokens.take(token)
            return form(self, token)
        self.tokens.take(token)
        if word in _CONSTANTS:
            return Literal(at=token.at, value=_CONSTANTS[word])
        if word in forms.RESERVED:
            raise self.tokens.error(
                token.at, Sentence("「%(name)s」は名前に使えません。", name=word)
            )
        return Name(at=token.at, name=word)

    def _postfix(self, node: Node) -> Node:
        while True:
            token = self.tokens.operator()
            if token.kind != SIGN:
                return node
            if token.value == "(":
                node = self._call(node, token)
            elif token.value == ".":
                node = self._path(node, token)
            elif token.value == "[":
                filtered = self._filter(node, token)
                if filtered is None:
                    return node
                node = filtered
            else:
                return node

    def _path(self, source: Node, token: Token) -> Node:
        self.tokens.take(token)
        name = self.tokens.operand()
        if name.kind != NAME:
            raise self.tokens.unexpected(name, later("「.」のあとには項目の名前を書きます。"))
        self.tokens.take(name)
        return Path(at=token.at, source=source, name=str(name.value))

    def _filter(self, source: Node, token: Token) -> Node | None:
        """A filter; None when the bracket can only be the open end of a range, as in `[1..3[`."""
        tokens = self.tokens
        before, depth, brackets = tokens.at, self._depth, tokens.brackets
        tokens.take(token)
        tokens.brackets += 1
        ends, self.range_ends = self.range_ends, 0
        try:
            condition = self.expression()
            tokens.sign("]", later("[ に対応する ] がありません。"))
        except FeelSyntaxError:
            if not ends:
                raise
            tokens.at, self._depth, tokens.brackets = before, depth, brackets
            return None
        finally:
            self.range_ends = ends
        tokens.brackets -= 1
        return Filter(at=token.at, source=source, condition=condition)

    def _call(self, function: Node, token: Token) -> Node:
        tokens = self.tokens
        tokens.take(token)
        tokens.brackets += 1
        arguments: list[Node] = []
        names: list[str] = []
        while not (not arguments and tokens.try_sign(")")):
            name = tokens.pattern(KEY)
            if name is not None:
                names.append(name)
                tokens.sign(":", "")
            arguments.append(self.expression())
            if tokens.try_sign(")"):
                break
            tokens.sign(",", later("引数は , で区切り、最後に ) を書きます。"))
        tokens.brackets -= 1
        if names and len(names) != len(arguments):
            raise tokens.error(token.at, later("名前つきの引数と名前のない引数は混ぜられません。"))
        return Call(
            at=function.at, function=function, arguments=tuple(arguments), names=tuple(names)
        )
