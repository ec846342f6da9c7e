"""Trees written down again as text, with brackets only where the grammar needs them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from engine.feel import tree
from engine.feel.parser import ADD, AND, COMPARE, INSTANCE, MULTIPLY, OR, POWER
from engine.feel.tree import Node

PREFIX, POSTFIX = INSTANCE + 1, INSTANCE + 2
LEVELS = {"+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "**": POWER}
PLAIN = re.compile(r"[A-Za-z_ぁ-んァ-ヶ一-龠][A-Za-z0-9_ぁ-んァ-ヶ一-龠]*")
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printed(node: Node) -> str:
    """The text of a whole expression, or of a cell of a decision table."""
    if isinstance(node, tree.UnaryTests):
        tests = ", ".join(map(_whole, node.tests)) or "-"
        return f"not({tests})" if node.negated else tests
    return _whole(node)


def without_places(part: Any) -> Any:
    """The same tree with every place in the text 0, so that trees can be compared."""
    if isinstance(part, tuple):
        return tuple(map(without_places, part))
    if not isinstance(part, (Node, tree.Iterator, tree.Parameter)):
        return part
    changed = {one.name: without_places(getattr(part, one.name)) for one in fields(part)}
    return replace(part, **changed | ({"at": 0} if isinstance(part, Node) else {}))


def _whole(node: Node) -> str:
    return _WRITERS[type(node)][1](node)


def _in(node: Node, level: int) -> str:
    """The text where an operator of that level or a tighter one may stand."""
    own, write = _WRITERS[type(node)]
    text = write(node)
    found = LEVELS[node.operator] if isinstance(node, tree.Arithmetic) else own
    if isinstance(node, tree.Logic):
        found = AND if node.operator == "and" else OR
    return text if found >= level else f"({text})"


def _literal(node: tree.Literal) -> str:
    value = node.value
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Decimal):
        return str(value)
    return {None: "null", True: "true", False: "false"}[value]


def _quoted(text: str) -> str:
    return '"' + "".join(ESCAPES.get(sign, sign) for sign in text) + '"'


def _arithmetic(node: tree.Arithmetic) -> str:
    level = LEVELS[node.operator]
    return f"{_in(node.left, level)} {node.operator} {_in(node.right, level + 1)}"


def _logic(node: tree.Logic) -> str:
    level = AND if node.operator == "and" else OR
    return f" {node.operator} ".join(_in(operand, level + 1) for operand in node.operands)


def _comparison(node: tree.Comparison) -> str:
    return f"{_in(node.left, COMPARE)} {node.operator} {_in(node.right, ADD)}"


def _between(node: tree.Between) -> str:
    ends = f"{_in(node.low, ADD)} and {_in(node.high, ADD)}"
    return f"{_in(node.value, COMPARE)} between {ends}"


def _tests(node: tree.In) -> str:
    return f"{_in(node.value, COMPARE)} in ({', '.join(map(_whole, node.tests))})"


def _instance_of(node: tree.InstanceOf) -> str:
    return f"{_in(node.value, INSTANCE)} instance of {_type(node.type)}"


def _type(node: tree.TypeNode) -> str:
    if not node.arguments and node.result is None and node.name != "function":
        return node.name
    parts = [_type(one) for one in node.arguments]
    if node.fields:
        parts = [f"{name}: {part}" for name, part in zip(node.fields, parts, strict=True)]
    result = "" if node.result is None else f" -> {_type(node.result)}"
    return f"{node.name}<{', '.join(parts)}>{result}"


def _iterators(iterators: Sequence[tree.Iterator]) -> str:
    texts = []
    for one in iterators:
        end = "" if one.end is None else f"..{_in(one.end, POSTFIX)}"
        texts.append(f"{one.name} in {_in(one.source, POSTFIX)}{end}")
    return ", ".join(texts)


def _if(node: tree.If) -> str:
    return f"if {_whole(node.condition)} then {_whole(node.then)} else {_whole(node.otherwise)}"


def _for(node: tree.For) -> str:
    return f"for {_iterators(node.iterators)} return {_whole(node.body)}"


def _quantified(node: tree.Quantified) -> str:
    word = "every" if node.every else "some"
    return f"{word} {_iterators(node.iterators)} satisfies {_whole(node.body)}"


def _function(node: tree.FunctionDefinition) -> str:
    parameters = ", ".join(
        one.name if one.type is None else f"{one.name}: {_type(one.type)}"
        for one in node.parameters
    )
    return f"function({parameters}) {'external {}' if node.body is None else _whole(node.body)}"


def _call(node: tree.Call) -> str:
    arguments = [_whole(one) for one in node.arguments]
    if node.names:
        arguments = [f"{name}: {one}" for name, one in zip(node.names, arguments, strict=True)]
    return f"{_in(node.function, POSTFIX)}({', '.join(arguments)})"


def _path(node: tree.Path) -> str:
    is_number = isinstance(node.source, tree.Literal) and isinstance(node.source.value, Decimal)
    source = f"({_literal(node.source)})" if is_number else _in(node.source, POSTFIX)  # type: ignore[arg-type]
    return f"{source}.{node.name}"


def _context(node: tree.ContextLiteral) -> str:
    entries = (
        f"{key if PLAIN.fullmatch(key) else _quoted(key)}: {_whole(value)}"
        for key, value in node.entries
    )
    return "{" + ", ".join(entries) + "}"


def _range(node: tree.RangeLiteral) -> str:
    low, high = (_end(end) for end in (node.low, node.high))
    return f"{'[' if node.low_included else '('}{low}..{high}{']' if node.high_included else ')'}"


def _end(node: Node) -> str:
    """In brackets unless it is one word: `[` behind it might be a filter, or close the range."""
    is_short = isinstance(node, (tree.Literal, tree.Name, tree.AtLiteral))
    return _in(node, POSTFIX) if is_short else f"({_whole(node)})"


Writer = Callable[[Any], str]
_WRITERS: dict[type[Node], tuple[int, Writer]] = {
    tree.Literal: (POSTFIX, _literal),
    tree.AtLiteral: (POSTFIX, lambda node: f"@{_quoted(node.text)}"),
    tree.Name: (POSTFIX, lambda node: node.name),
    tree.Negation: (PREFIX, lambda node: f"-{_in(node.operand, PREFIX)}"),
    tree.Arithmetic: (ADD, _arithmetic),
    tree.Comparison: (COMPARE, _comparison),
    tree.Logic: (OR, _logic),
    tree.Between: (COMPARE, _between),
    tree.In: (COMPARE, _tests),
    tree.InstanceOf: (INSTANCE, _instance_of),
    tree.If: (0, _if),
    tree.For: (0, _for),
    tree.Quantified: (0, _quantified),
    tree.FunctionDefinition: (0, _function),
    tree.Call: (POSTFIX, _call),
    tree.Filter: (POSTFIX, lambda node: f"{_in(node.source, POSTFIX)}[{_whole(node.condition)}]"),
    tree.Path: (POSTFIX, _path),
    tree.ListLiteral: (
        POSTFIX,
        lambda node: "[" + ", ".join(map(_whole, node.items)) + "]",
    ),
    tree.ContextLiteral: (POSTFIX, _context),
    tree.RangeLiteral: (POSTFIX, _range),
    tree.UnaryComparison: (0, lambda node: f"{node.operator} {_in(node.operand, ADD)}"),
}
