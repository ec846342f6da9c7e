"""A business rule task asks a decision: which variables come out, what is kept as evidence?"""

from __future__ import annotations

from typing import Any

from engine.dmn.evaluate import evaluate
from engine.domain.values import storable
from engine.execution import reasons
from engine.execution.scripting import FeelEngine
from engine.execution.step import DecisionTaken


def decide(engine: FeelEngine, spiff_task: Any, decision_id: str) -> dict[str, Any]:
    """The variables the decision sets: name -> value; the answer is noted in the act.

    A single output is a variable named after it, several are one variable each; several outputs
    of several rules are one list under the name of the decision's variable.

    Raises:
        DecisionFailedError: the table has no answer.
    """
    version_id, model = engine.act.host.decision(decision_id)
    outcome = evaluate(model, decision_id, engine.scope(spiff_task, {}), engine.evaluation())
    value = storable(outcome.value, decision_id)
    engine.act.decisions.append(
        DecisionTaken(
            element_id=spiff_task.task_spec.bpmn_id,
            decision_id=decision_id,
            version_id=version_id,
            inputs=storable(outcome.inputs, decision_id),
            value=value,
            matched=outcome.matched,
        )
    )
    engine.act.why[spiff_task.id.hex] = reasons.of_rules(outcome.matched)
    names = model.output_names(decision_id)
    if len(names) == 1:
        return {names[0]: value}
    if isinstance(value, dict):
        return {name: value.get(name) for name in names}
    return {model.variable_name(decision_id): value}
