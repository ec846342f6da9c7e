"""Which function compiles which kind of node."""

from __future__ import annotations

from engine.feel import tree
from engine.feel.compiling import calls, loops, operators, values
from engine.feel.compiling.compiler import Compile

COMPILE: dict[type[tree.Node], Compile] = {
    tree.Literal: values.literal,
    tree.AtLiteral: values.at_literal,
    tree.Name: values.name,
    tree.ListLiteral: values.list_literal,
    tree.ContextLiteral: values.context_literal,
    tree.RangeLiteral: values.range_literal,
    tree.UnaryComparison: values.unary_comparison,
    tree.Path: values.path,
    tree.Arithmetic: operators.arithmetic,
    tree.Negation: operators.negation,
    tree.Comparison: operators.comparison,
    tree.Logic: operators.logic,
    tree.Between: operators.between,
    tree.In: operators.in_,
    tree.UnaryTests: operators.unary_tests,
    tree.If: operators.if_,
    tree.InstanceOf: operators.instance_of,
    tree.For: loops.for_,
    tree.Quantified: loops.quantified,
    tree.Filter: loops.filter_,
    tree.Call: calls.call,
    tree.FunctionDefinition: calls.function_definition,
}
