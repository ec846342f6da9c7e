"""Asking a decision outside of any process: what would it say?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.dmn.evaluate import evaluate
from engine.domain.errors import NotFoundError
from engine.services.unit import Unit
from engine.storage import definitions


def answer(unit: Unit, decision_id: str, inputs: Mapping[str, Any]) -> Any:
    """The value of the newest version for these inputs and the settings; nothing is noted.

    Raises:
        NotFoundError: no such decision is in service.
        DecisionFailedError: it has no answer.
    """
    newest = definitions.newest_decisions(unit).get(decision_id)
    if newest is None:
        raise NotFoundError("decision", decision_id)
    model = unit.office.models.decision(unit, newest[0], decision_id)
    seen = {"設定": unit.office.settings, **inputs}
    return evaluate(model, decision_id, seen, unit.evaluation()).value
