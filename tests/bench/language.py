"""How many expressions and tables does one core evaluate in a second?  Best of three rounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from engine.dmn.evaluate import evaluate
from engine.dmn.model import read
from engine.domain.working_days import Calendar
from engine.feel.evaluation import Evaluation
from engine.feel.expression import compile_expression

SOURCE = 'a > 10 and b = "高"'
SCOPES = [{"a": Decimal(number), "b": "高" if number % 2 else "低"} for number in range(20)]
RULES, INPUTS, COMPILED, ROUNDS = 20, 4, 1_000, 3
CALENDAR = Calendar(frozenset({date(2026, 5, 4)}))
NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)


def measure() -> dict[str, float]:
    """Evaluations and tables per CPU second, each with an `Evaluation` of its own; seconds for
    compiling a thousand different expressions."""
    return {
        "expressions_per_second": round(max(_rate(_expressions, 50_000) for _ in range(ROUNDS))),
        "tables_per_second": round(max(_rate(_tables, 10_000) for _ in range(ROUNDS))),
        "compile_1000_seconds": round(min(_compiling() for _ in range(ROUNDS)), 3),
    }


def _rate(work: Callable[[int], None], count: int) -> float:
    started = time.process_time()
    work(count)
    return count / (time.process_time() - started)


def _expressions(count: int) -> None:
    expression = compile_expression(SOURCE)
    for number in range(count):
        expression.evaluate(SCOPES[number % 20], Evaluation(NOW, CALENDAR))


def _tables(count: int) -> None:
    model = read(table(), "table.dmn")
    asked = [
        {
            "金額": Decimal(number * 50),
            "区分": "甲",
            "緊急": number % 2 == 0,
            "件数": Decimal(number),
        }
        for number in range(RULES)
    ]
    for number in range(count):
        evaluate(model, "route", asked[number % RULES], Evaluation(NOW, CALENDAR))


def table() -> bytes:
    """A table of 20 rules with 4 inputs; every rule is the answer for some input."""
    labels = ("金額", "区分", "緊急", "件数")
    inputs = "".join(
        f'<input label="{label}"><inputExpression><text>{label}</text></inputExpression></input>'
        for label in labels
    )
    rules = "".join(_rule(number) for number in range(RULES))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m"'
        ' namespace="urn:bench"><decision id="route" name="route"><variable name="route"/>'
        f'<decisionTable hitPolicy="FIRST">{inputs}<output name="経路"/>{rules}'
        "</decisionTable></decision></definitions>"
    ).encode()


def _rule(number: int) -> str:
    is_last = number == RULES - 1
    cells = ["-"] * INPUTS
    if not is_last:
        cells = [
            f"[{number * 50}..{number * 50 + 49}]",
            '"甲", "乙"',
            "-",
            f">= {number}",
        ]
    entries = "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells)
    answer = f"<outputEntry><text>{number}</text></outputEntry>"
    return f"<rule>{entries}{answer}</rule>"


def _compiling() -> float:
    texts = [
        f'a > {number} and b = "区分{number}" or c in [1..{number + 2}]'
        for number in range(COMPILED)
    ]
    started = time.process_time()
    for text in texts:
        compile_expression(text)
    return time.process_time() - started
