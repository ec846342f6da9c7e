"""Nothing an expression says can take much time or memory."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from engine.feel.errors import BudgetExceededError, FeelError, FeelSyntaxError
from engine.feel.evaluation import Limits
from engine.feel.expression import compile_expression
from tests.feel.language import evaluate, make_evaluation

DOUBLING = "{{d: function(s, n) if n = 0 then s else d({step}, n - 1), r: {use}}}.r"
LONG = 'string join(for i in 1..5000 return "aaaaaaaaaaaaaaaaaaaa")'
RUNAWAY = [
    pytest.param("for i in 1..1000000000 return i", "entries", id="huge range"),
    pytest.param("some i in 1..1000000000 satisfies false", "steps", id="endless search"),
    pytest.param("for i in 1..100 return for j in 1..100 return for k in 1..100 return 1",
                 "steps", id="nested loops"),
    pytest.param("for i in 1..1000, j in 1..1000 return 1", "entries", id="product of loops"),
    pytest.param("for i in 1..2000 return partial", "steps", id="copies of earlier results"),
    pytest.param("{f: function(n) f(n + 1), r: f(1)}.r", "depth", id="endless recursion"),
    pytest.param("{f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1), r: f(30)}.r",
                 "steps", id="branching recursion"),
    pytest.param("(function(f) f(f))(function(f) f(f))", "depth", id="function of itself"),
    pytest.param("{f: function(a, b) count(sort([1, 2], f)) > 0, r: sort([1, 2], f)}.r", "depth",
                 id="sorting inside of sorting"),
    pytest.param("{f: function(n) [1][f(n + 1) = 1], r: f(1)}.r", "depth", id="filter in itself"),
    pytest.param("{f: function(n) {a: f(n: n + 1)}, r: f(1)}.r", "depth", id="context in itself"),
    pytest.param("{f: function(n) some x in [1] satisfies f(n + 1), r: f(1)}.r", "depth",
                 id="quantifier in itself"),
    pytest.param(DOUBLING.format(step="s + s", use='d("aaaaaaaaaa", 50)'), "text",
                 id="doubled text"),
    pytest.param(DOUBLING.format(step="concatenate(s, s)", use="d([1], 50)"), "entries",
                 id="doubled list"),
    pytest.param(DOUBLING.format(step="[s, s]", use="string(d([1], 40))"), "text",
                 id="shared parts as text"),
    pytest.param(DOUBLING.format(step="[s, s]", use="d([1], 40) = d([1], 40)"), "steps",
                 id="shared parts compared"),
    pytest.param(DOUBLING.format(step="[s, s]", use="flatten(d([1], 40))"), "steps",
                 id="shared parts flattened"),
    pytest.param(f'replace({LONG}, "a", "bbbbbbbbbb")', "text", id="growing replacement"),
    pytest.param(f'split({LONG}, "a")', "entries", id="too many parts"),
    pytest.param(f'matches({LONG}, "(a?){{900}}a{{900}}b")', "steps", id="huge pattern"),
    pytest.param("distinct values(for i in 1..3000 return [i])", "steps", id="pairwise comparison"),
    pytest.param(f'upper case({LONG.replace("a" * 20, "ß" * 20)})', "text",
                 id="text growing in case"),
]  # fmt: skip
HARMLESS = [
    "9 ** 9 ** 9",
    "10 ** (10 ** 9)",
    "1.0000001 ** 1e30",
    "round half up(5.5, -99999999999)",
    "decimal(1 / 3, 1e300)",
    'duration("P1D") * 1e300',
    '@"P999999999M" * 1e300',
    'date("2026-01-01") + duration("P99999999Y")',
    "exp(1e300)",
    'number("1e999999999")',
    f'matches({LONG}, "^(a+)+$")',
    f'matches({LONG}, "(a|aa)+b")',
    'matches("a", "(((a{1000}){1000}){1000})")',
    "sort(for i in 1..9999 return i, function(x, y) true)",
    "string(1e6144)",
]


@pytest.mark.parametrize(("source", "budget"), RUNAWAY)
def test_a_runaway_expression_ends_at_its_budget(source: str, budget: str) -> None:
    with pytest.raises(BudgetExceededError) as caught:
        evaluate(source)

    assert caught.value.budget == budget


@pytest.mark.parametrize("source", HARMLESS)
def test_huge_numbers_and_evil_patterns_end_by_themselves(source: str) -> None:
    evaluation = make_evaluation()

    compile_expression(source).evaluate({}, evaluation)

    evaluation.charge(1)  # something of the budget is left


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("(" * 150 + "1" + ")" * 150, id="brackets"),
        pytest.param("-" * 3900 + "1", id="minus signs"),
        pytest.param("[" * 150 + "]" * 150, id="lists"),
        pytest.param("{a:" * 150 + "1" + "}" * 150, id="contexts"),
        pytest.param("not(" * 150 + "true" + ")" * 150, id="calls"),
        pytest.param("if " * 200, id="conditions"),
        pytest.param("function() " * 150 + "1", id="functions"),
        pytest.param("1" + " + 1" * 500, id="long sum"),
        pytest.param("a" + ".a" * 500, id="long path"),
        pytest.param("a" + "[1]" * 500, id="many filters"),
        pytest.param("[1..a[" * 150, id="ends of ranges that might be filters"),
        pytest.param("a in (" * 150 + "1" + ")" * 150, id="tests in tests"),
        pytest.param("[" + "1," * 900 + "1]", id="too many parts"),
        pytest.param("a" * 4001, id="too long"),
    ],
)
def test_deep_or_long_texts_are_refused_before_they_run(source: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(source)


def test_a_hundred_nested_calls_are_within_the_budget() -> None:
    assert evaluate("{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(90)}.r") == 90


def test_a_long_chain_of_conditions_is_no_deep_text() -> None:
    assert evaluate(" and ".join(["true"] * 300)) is True


def test_time_is_a_budget_of_its_own() -> None:
    evaluation = make_evaluation(Limits(seconds=-1.0))

    with pytest.raises(BudgetExceededError) as caught:
        compile_expression("some i in 1..100000 satisfies false").evaluate({}, evaluation)

    assert caught.value.budget == "time"


def test_a_budget_is_spent_by_all_expressions_of_one_evaluation() -> None:
    expression = compile_expression("count(for i in 1..100 return i)")
    evaluation = make_evaluation(Limits(steps=1_000))

    with pytest.raises(BudgetExceededError):
        for _ in range(10):
            expression.evaluate({}, evaluation)


def test_limits_can_be_set() -> None:
    tight = Limits(source=20, entries=3)

    with pytest.raises(FeelSyntaxError):
        compile_expression("1 + 1 + 1 + 1 + 1 + 1", limits=tight)
    with pytest.raises(BudgetExceededError):
        compile_expression("for i in 1..4 return i").evaluate({}, make_evaluation(tight))


def test_runaway_expressions_leave_the_memory_of_a_process_alone() -> None:
    sources = [str(param.values[0]) for param in RUNAWAY] + HARMLESS

    child = subprocess.run(
        [sys.executable, "-m", "tests.feel.test_budgets"],
        input="\0".join(sources),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert int(child.stdout) < 64


def _grown_megabytes(sources: list[str]) -> int:
    evaluate("1 + 1")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for source in sources:
        try:
            evaluate(source)
        except FeelError:
            continue
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024


if __name__ == "__main__":
    sys.stdout.write(str(_grown_megabytes(sys.stdin.read().split("\0"))))
