"""Draws small decision files for tests; a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.dmn.evaluate import Outcome, attempt
from engine.dmn.model import draft
from engine.domain.working_days import Calendar
from engine.feel.evaluation import Evaluation

DMN_15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"
NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)


def evaluation() -> Evaluation:
    return Evaluation(now=NOW, calendar=Calendar(closures=frozenset({date(2026, 5, 4)})))


def definitions(*content: str, namespace: str = "urn:test", model: str = DMN_15) -> bytes:
    """A decision file around its elements."""
    inside = "".join(content)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="{model}" id="m" name="m" '
        f'namespace="{namespace}">{inside}</definitions>'
    ).encode()


def literal(text: str, type_ref: str = "") -> str:
    typed = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    return f"<literalExpression{typed}><text>{escape(text)}</text></literalExpression>"


def decision(
    name: str,
    logic: str,
    *,
    requires: Sequence[str] = (),
    knowledge: Sequence[str] = (),
    type_ref: str = "",
) -> str:
    """A decision with its name as id; `requires` are hrefs, `#…` of a decision or of `in …`."""
    needs = "".join(_requirement(href) for href in requires) + "".join(
        f'<knowledgeRequirement><requiredKnowledge href="{href}"/></knowledgeRequirement>'
        for href in knowledge
    )
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return (
        f'<decision id="{name}" name="{name}"><variable name="{name}"{typed}/>'
        f"{needs}{logic}</decision>"
    )


def _requirement(href: str) -> str:
    kind = "requiredInput" if href.rpartition("#")[2].startswith("in_") else "requiredDecision"
    return f'<informationRequirement><{kind} href="{href}"/></informationRequirement>'


def input_data(name: str, type_ref: str = "") -> str:
    """Input data; its id is `in_` and the name."""
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<inputData id="in_{name}" name="{name}"><variable name="{name}"{typed}/></inputData>'


def column(expression: str, type_ref: str = "", values: str = "") -> str:
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    allowed = f"<inputValues><text>{escape(values)}</text></inputValues>" if values else ""
    return (
        f"<input><inputExpression{typed}><text>{escape(expression)}</text></inputExpression>"
        f"{allowed}</input>"
    )


def output(name: str = "", values: str = "", default: str = "", type_ref: str = "") -> str:
    named = f" name={quoteattr(name)}" if name else ""
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    listed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    preset = (
        f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>"
        if default
        else ""
    )
    return f"<output{named}{typed}>{listed}{preset}</output>"


def table(
    columns: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[str],
    *,
    hit: str = "UNIQUE",
    aggregation: str = "",
) -> str:
    """A decision table.  A rule is `test | test => output | output # annotation`."""
    added = f' aggregation="{aggregation}"' if aggregation else ""
    rows = "".join(_rule(number, text) for number, text in enumerate(rules, 1))
    inside = "".join((*columns, *outputs, rows))
    return f'<decisionTable id="table" hitPolicy="{hit}"{added}>{inside}</decisionTable>'


def _rule(number: int, text: str) -> str:
    cells, _, annotation = text.partition("#")
    tests, _, answers = cells.partition("=>")
    entries = "".join(_entry("inputEntry", cell) for cell in tests.split("|") if cell.strip())
    entries += "".join(_entry("outputEntry", cell) for cell in answers.split("|"))
    noted = _entry("annotationEntry", annotation) if annotation else ""
    return f'<rule id="rule_{number}">{entries}{noted}</rule>'


def _entry(tag: str, cell: str) -> str:
    return f"<{tag}><text>{escape(cell.strip())}</text></{tag}>"


def value_of(content: bytes, name: str, **inputs: Any) -> Any:
    """The value of a decision as the standard has it; whole numbers may be given as int."""
    return outcome_of(content, name, **inputs).value


def outcome_of(content: bytes, name: str, **inputs: Any) -> Outcome:
    return attempt(draft(content, "test.dmn"), name, numbers(inputs), evaluation())


def numbers(inputs: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in inputs.items()
    }
