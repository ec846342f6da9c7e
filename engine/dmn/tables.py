"""How does a decision table answer?  Cells are closures, the hit policy a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.dmn import tree
from engine.dmn.hits import Answer
from engine.dmn.run import Code, Condition, MatchedRule, Problem, ProblemKind, Run, Scope
from engine.feel.expression import Expression

Convert = Callable[[Any, Run], Any]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A compiled column of conditions: equal cells are one test, asked at most once."""

    label: str
    value: Code
    allowed: Expression | None
    tests: tuple[Expression, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A compiled rule: per condition that is not `-` the column and the test in it."""

    rule: tree.Rule
    tests: tuple[tuple[int, int], ...]
    outputs: tuple[Code, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A compiled table.  `owner`: id of the decision or function that it belongs to."""

    owner: str
    box: tree.TableBox
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    converts: tuple[Convert, ...]
    defaults: tuple[Code, ...] | None
    answer: Answer

    def run(self, scope: Scope, run: Run) -> Any:
        inputs = [column.value(scope, run) for column in self.columns]
        labels = (column.label for column in self.columns)
        seen = run.seen[self.owner] = dict(zip(labels, inputs, strict=True))
        scopes = [{**scope, "?": value} for value in inputs]
        if not self._are_allowed(scopes, run):
            return self._fail(ProblemKind.INPUT_NOT_ALLOWED, seen, (), run)
        hits = self._hits(scopes, run)
        if not hits:
            if self.defaults is None:
                return self._fail(ProblemKind.NO_RULE, seen, (), run)
            return self.answer.default(self._output(self.defaults, scope, run))
        outputs = [self._output(row.outputs, scope, run) for row in hits]
        chosen = self.answer.choose(outputs, run.evaluation)
        if chosen is None:
            rules = tuple(row.rule.index for row in hits)
            return self._fail(ProblemKind.SEVERAL_RULES, seen, rules, run)
        run.matched += [self._matched(hits[number], inputs) for number in chosen]
        return self.answer.value([outputs[number] for number in chosen], run.evaluation)

    def _are_allowed(self, scopes: Sequence[Scope], run: Run) -> bool:
        return all(
            column.allowed is None
            or scope["?"] is None
            or column.allowed.evaluate(scope, run.evaluation) is True
            for column, scope in zip(self.columns, scopes, strict=True)
        )

    def _hits(self, scopes: Sequence[Scope], run: Run) -> list[Row]:
        known: list[list[bool | None]] = [[None] * len(column.tests) for column in self.columns]
        hits = []
        for row in self.rows:
            for column, test in row.tests:
                holds = known[column][test]
                if holds is None:
                    tested = self.columns[column].tests[test]
                    holds = tested.evaluate(scopes[column], run.evaluation) is True
                    known[column][test] = holds
                if not holds:
                    break
            else:
                hits.append(row)
                if self.answer.is_first:
                    break
        return hits

    def _output(self, codes: Sequence[Code], scope: Scope, run: Run) -> tuple[Any, ...]:
        return tuple(
            convert(code(scope, run), run)
            for code, convert in zip(codes, self.converts, strict=True)
        )

    def _fail(
        self, kind: ProblemKind, seen: Mapping[str, Any], rules: tuple[int, ...], run: Run
    ) -> None:
        problem = Problem(kind=kind, decision=self.owner, inputs=seen, rules=rules)
        run.problems.append(problem)

    def _matched(self, row: Row, inputs: Sequence[Any]) -> MatchedRule:
        return MatchedRule(
            decision=self.owner,
            rule_id=row.rule.id,
            index=row.rule.index,
            annotation=row.rule.annotation,
            conditions=tuple(
                Condition(
                    label=self.columns[column].label,
                    value=inputs[column],
                    test=row.rule.inputs[column].text,
                )
                for column, _ in row.tests
            ),
        )
