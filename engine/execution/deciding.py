"""A business rule task asks a decision: which variables come out, what is kept as evidence?"""

from __future__ import annotations

from typing import Any

from engine.dmn import tree
from engine.dmn.evaluate import evaluate
from engine.dmn.model import Model
from engine.domain.errors import NotFoundError
from engine.domain.values import storable
from engine.execution.scripting import FeelEngine, expression
from engine.execution.step import DecisionTaken


def decide(engine: FeelEngine, spiff_task: Any, decision_id: str) -> dict[str, Any]:
    """The variables the decision sets: name -> value; the answer is noted in the act.

    A single output is a variable named after it, several are one variable each; several outputs
    of several rules are one list under the name of the decision's variable.

    Raises:
        DecisionFailedError: the table has no answer.
    """
    version_id, model = engine.act.host.decision(decision_id)
    decision = _decision(model, decision_id)
    scope = engine.scope(spiff_task, {})
    outcome = evaluate(model, decision_id, scope, engine.evaluation())
    value = storable(outcome.value, decision_id)
    engine.act.decisions.append(
        DecisionTaken(
            element_id=spiff_task.task_spec.bpmn_id,
            decision_id=decision_id,
            version_id=version_id,
            inputs=_inputs(engine, decision, scope),
            value=value,
            matched=outcome.matched,
        )
    )
    table = decision.logic if isinstance(decision.logic, tree.TableBox) else None
    names = [output.name for output in table.outputs] if table else []
    if len(names) > 1 and isinstance(value, dict):
        return {name: value.get(name) for name in names}
    single = names[0] if len(names) == 1 and names[0] else decision.variable.name or decision.name
    return {single: value}


def _decision(model: Model, decision_id: str) -> tree.Decision:
    for decision in model.definitions.decisions:
        if decision_id in (decision.id, decision.name):
            return decision
    raise NotFoundError("decision", decision_id)


def _inputs(engine: FeelEngine, decision: tree.Decision, scope: dict[str, Any]) -> dict[str, Any]:
    """What the columns of the table saw: label (or expression) -> value."""
    if not isinstance(decision.logic, tree.TableBox):
        return {}
    evaluation = engine.evaluation()
    return {
        column.label or column.expression.text: storable(
            expression(column.expression.text).evaluate(scope, evaluation)
        )
        for column in decision.logic.inputs
    }
