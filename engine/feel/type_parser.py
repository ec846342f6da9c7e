"""How a type is written.

`number`, `list<date>`, `context<a: string>`, `function<number> -> string`.
"""

from __future__ import annotations

from engine.domain.sentence import later
from engine.feel.lexer import NAME, operand
from engine.feel.names import KEY
from engine.feel.tokens import Tokens
from engine.feel.tree import TypeNode

_LONG_TYPES = ("date and time", "days and time duration", "years and months duration")
_WITH_ARGUMENTS = frozenset(("list", "range", "context", "function"))


def read_type(tokens: Tokens) -> TypeNode:
    """Take one type.

    Raises:
        FeelSyntaxError: there is none.
    """
    mark = tokens.known.mark()
    for name in _LONG_TYPES:
        tokens.known.add(name)
    token = operand(tokens.source, tokens.at, tokens.known)
    tokens.known.forget(mark)
    if token.kind != NAME:
        raise tokens.unexpected(token, later("ここには型の名前を書きます。"))
    tokens.take(token)
    name = str(token.value)
    while tokens.try_sign("."):
        part = tokens.operand()
        tokens.take(part)
        name = f"{name}.{part.value}"
    if name in _WITH_ARGUMENTS and tokens.try_sign("<"):
        return _generic(tokens, name)
    return TypeNode(name=name)


def _generic(tokens: Tokens, name: str) -> TypeNode:
    arguments: list[TypeNode] = []
    fields: list[str] = []
    while not (not arguments and tokens.try_sign(">")):
        if name == "context":
            fields.append(_field(tokens))
        arguments.append(read_type(tokens))
        if tokens.try_sign(">"):
            break
        tokens.sign(",", later("型の引数は , で区切り、最後に > を書きます。"))
    result = read_type(tokens) if name == "function" and tokens.try_sign("->") else None
    return TypeNode(name=name, arguments=tuple(arguments), fields=tuple(fields), result=result)


def _field(tokens: Tokens) -> str:
    field = tokens.pattern(KEY)
    if field is None:
        raise tokens.unexpected(tokens.operator(), later("context<項目: 型> のように書きます。"))
    tokens.sign(":", "")
    return field
