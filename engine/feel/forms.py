"""The parts of the grammar that open with a sign or a word of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.domain.sentence import later
from engine.feel.lexer import SIGN, TEXT, Token
from engine.feel.names import KEY, PARAMETER, VARIABLE
from engine.feel.tree import (
    ContextLiteral,
    For,
    FunctionDefinition,
    If,
    Iterator,
    ListLiteral,
    Node,
    Parameter,
    Quantified,
    RangeLiteral,
)
from engine.feel.type_parser import read_type

if TYPE_CHECKING:
    from engine.feel.parser import Parser

RESERVED = frozenset(("then", "else", "return", "satisfies", "and", "or", "in", "between"))


def parenthesis(parser: Parser, token: Token) -> tuple[Node, ...]:
    """What stands in round brackets: an expression, a range `(a..b]`, or tests after `in`."""
    tokens = parser.tokens
    tokens.take(token)
    tokens.brackets += 1
    first = parser.expression()
    if tokens.try_sign(".."):
        return (_range(parser, first, token),)
    tests = [first]
    while tokens.try_sign(","):
        tests.append(parser.expression())
    tokens.sign(")", later("( に対応する ) がありません。"))
    tokens.brackets -= 1
    return tuple(tests)


def square(parser: Parser, token: Token) -> Node:
    """`[a, b]`, `[a..b]`, `[a..b)`."""
    tokens = parser.tokens
    tokens.take(token)
    tokens.brackets += 1
    items: list[Node] = []
    while not (not items and tokens.try_sign("]")):
        items.append(parser.expression())
        if len(items) == 1 and tokens.try_sign(".."):
            return _range(parser, items[0], token)
        if tokens.try_sign("]"):
            break
        tokens.sign(",", later("一覧は , で区切り、最後に ] を書きます。"))
    tokens.brackets -= 1
    return ListLiteral(at=token.at, items=tuple(items))


def open_range(parser: Parser, token: Token) -> Node:
    """`]a..b]`."""
    tokens = parser.tokens
    tokens.take(token)
    tokens.brackets += 1
    low = parser.expression()
    tokens.sign("..", later("範囲は ]a..b] のように書きます。"))
    return _range(parser, low, token)


def _range(parser: Parser, low: Node, start: Token) -> Node:
    tokens = parser.tokens
    parser.range_ends += 1
    high = parser.expression()
    parser.range_ends -= 1
    end = tokens.operator()
    if end.kind != SIGN or end.value not in ("]", ")", "["):
        raise tokens.unexpected(end, later("範囲は ] か ) で閉じます。"))
    tokens.take(end)
    tokens.brackets -= 1
    return RangeLiteral(
        at=start.at,
        low=low,
        high=high,
        low_included=start.value == "[",
        high_included=end.value == "]",
    )


def context(parser: Parser, token: Token) -> Node:
    """`{name: expression, "any text": expression}`."""
    tokens = parser.tokens
    tokens.take(token)
    tokens.brackets += 1
    entries: list[tuple[str, Node]] = []
    while not (not entries and tokens.try_sign("}")):
        key = _key(parser)
        tokens.sign(":", later("項目の名前のあとには : を書きます。"))
        entries.append((key, parser.expression()))
        tokens.known.add(key)
        if tokens.try_sign("}"):
            break
        tokens.sign(",", later("項目は , で区切り、最後に } を書きます。"))
    tokens.brackets -= 1
    return ContextLiteral(at=token.at, entries=tuple(entries))


def _key(parser: Parser) -> str:
    tokens = parser.tokens
    token = tokens.operand()
    if token.kind == TEXT:
        tokens.take(token)
        return str(token.value)
    key = tokens.pattern(KEY)
    if key is None:
        raise tokens.unexpected(token, later("ここには項目の名前と : を書きます。"))
    return key


def if_(parser: Parser, token: Token) -> Node:
    condition = parser.expression()
    parser.tokens.word("then", later("if のあとには then を書きます。"))
    then = parser.expression()
    parser.tokens.word("else", later("if には else が必要です。"))
    return If(at=token.at, condition=condition, then=then, otherwise=parser.expression())


def for_(parser: Parser, token: Token) -> Node:
    mark = parser.tokens.known.mark()
    iterators = _iterators(parser)
    parser.tokens.word("return", later("for x in 一覧 return 式 と書きます。"))
    body = parser.expression()
    parser.tokens.known.forget(mark)
    return For(at=token.at, iterators=iterators, body=body)


def quantified(parser: Parser, token: Token) -> Node:
    mark = parser.tokens.known.mark()
    iterators = _iterators(parser)
    word = str(token.value)
    parser.tokens.word("satisfies", _SATISFIES[word])
    body = parser.expression()
    parser.tokens.known.forget(mark)
    return Quantified(at=token.at, every=word == "every", iterators=iterators, body=body)


def _iterators(parser: Parser) -> tuple[Iterator, ...]:
    tokens = parser.tokens
    iterators: list[Iterator] = []
    while True:
        name = tokens.pattern(VARIABLE)
        if name is None:
            raise tokens.unexpected(
                tokens.operator(), later("変数の名前のあとには in を書きます。")
            )
        tokens.word("in", later("変数の名前のあとには in を書きます。"))
        source = parser.expression()
        end = parser.expression() if tokens.try_sign("..") else None
        tokens.known.add(name)
        iterators.append(Iterator(name=name, source=source, end=end))
        if not tokens.try_sign(","):
            return tuple(iterators)


def function(parser: Parser, token: Token) -> Node:
    """`function(a: number, b) body`; the body of an external function is read and dropped."""
    tokens = parser.tokens
    tokens.sign("(", later("function(a, b) 式 と書きます。"))
    mark = tokens.known.mark()
    parameters: list[Parameter] = []
    tokens.brackets += 1
    while not (not parameters and tokens.try_sign(")")):
        parameters.append(_parameter(parser))
        if tokens.try_sign(")"):
            break
        tokens.sign(",", later("引数は , で区切り、最後に ) を書きます。"))
    tokens.brackets -= 1
    external = tokens.operator()
    if external.value == "external":
        tokens.take(external)
        parser.expression()
        body = None
    else:
        body = parser.expression()
    tokens.known.forget(mark)
    return FunctionDefinition(at=token.at, parameters=tuple(parameters), body=body)


def _parameter(parser: Parser) -> Parameter:
    tokens = parser.tokens
    name = tokens.pattern(PARAMETER)
    if name is None:
        raise tokens.unexpected(tokens.operator(), later("ここには引数の名前を書きます。"))
    tokens.known.add(name)
    type_ = read_type(tokens) if tokens.try_sign(":") else None
    return Parameter(name=name, type=type_)


_SATISFIES = {
    "some": later("some x in 一覧 satisfies 条件 と書きます。"),
    "every": later("every x in 一覧 satisfies 条件 と書きます。"),
}
Form = Callable[["Parser", Token], Node]
BY_WORD: dict[str, Form] = {
    "if": if_,
    "for": for_,
    "some": quantified,
    "every": quantified,
    "function": function,
}
BY_SIGN: dict[str, Form] = {"[": square, "]": open_range, "{": context}
