"""Scripts: assignments, one per line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.feel.errors import BudgetExceededError, FeelSyntaxError, UnknownNameError
from engine.feel.expression import compile_script
from engine.feel.script import ScriptError
from tests.feel.language import make_evaluation, numbers


def run(source: str, **scope: Any) -> dict[str, Any]:
    return compile_script(source).execute(scope, make_evaluation())


def test_each_line_sees_the_lines_before() -> None:
    assert run("件数 = count(一覧)\n合計 = 件数 * 2", 一覧=numbers(1, 2)) == {"件数": 2, "合計": 4}


def test_expressions_in_brackets_may_span_lines() -> None:
    assigned = run(
        "a = [\n  1,\n  2 // two\n]\n\n// comment\nb = {\n  x: a[1],\n  y: [1..3[\n}.x\n"
    )

    assert assigned == {"a": numbers(1, 2), "b": Decimal(1)}


def test_the_scope_is_changed_in_place() -> None:
    scope: dict[str, Any] = {"n": Decimal(1)}

    compile_script("n = n + 1").execute(scope, make_evaluation())

    assert scope == {"n": 2}


def test_variables_share_no_parts() -> None:
    scope: dict[str, Any] = {"a": numbers(1)}

    compile_script("b = [a, a]").execute(scope, make_evaluation())
    scope["a"].append(Decimal(2))

    assert scope["b"] == [numbers(1), numbers(1)]


def test_names_are_those_the_script_takes_from_outside() -> None:
    assert compile_script("a = b + 1\nc = a + d").names == {"b", "d"}


def test_an_empty_script_assigns_nothing() -> None:
    assert run("\n // nothing\n") == {}


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("a = 1\nb == 2", 2, id="comparison instead of an assignment"),
        pytest.param("a = 1\n1 + 1", 2, id="expression alone"),
        pytest.param("a = 1 b = 2", 1, id="two on one line"),
        pytest.param("a = 1 +\n2", 1, id="open end of a line"),
        pytest.param("a.b = 1", 1, id="path as a target"),
        pytest.param("import os", 1, id="python"),
        pytest.param("for x in [1]: a = x", 1, id="python loop"),
        pytest.param("a += 1", 1, id="assignment operator"),
    ],
)
def test_a_line_that_is_no_assignment_is_refused(source: str, line: int) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_script(source)

    assert caught.value.line == line


def test_unknown_names_stop_a_script() -> None:
    with pytest.raises(UnknownNameError):
        run("a = nothing")


@pytest.mark.parametrize("source", ["a = [1..3]", "a = function(x) x", "a = {b: sum}"])
def test_ranges_and_functions_are_not_kept(source: str) -> None:
    with pytest.raises(ScriptError):
        run(source)


def test_doubling_in_every_line_is_stopped() -> None:
    lines = "\n".join(["a = [1]", *["a = [a, a]"] * 30])

    with pytest.raises(BudgetExceededError):
        run(lines)
