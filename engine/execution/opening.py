"""Who may do a user task that has just become ready, and by when?  Worked out once, here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from engine.domain.values import TOKYO, utc
from engine.domain.working_days import close_of
from engine.execution.failing import ElementError
from engine.execution.properties import UserTaskProperties
from engine.execution.scripting import FeelEngine
from engine.execution.step import OpenedTask
from engine.feel.expression import Expression

NO_PROPERTIES = UserTaskProperties()


class Opening:
    """Evaluates the properties of one user task with its data in scope."""

    def __init__(self, engine: FeelEngine, spiff_task: Any) -> None:
        self.engine = engine
        self.spec = spiff_task.task_spec
        self.spiff_task = spiff_task

    def opened(self, properties: Mapping[str, UserTaskProperties]) -> OpenedTask:
        """The task as the worklist shows it.

        Raises:
            ElementError, FeelError: a property cannot be worked out.
        """
        given = properties.get(self.spec.bpmn_id, NO_PROPERTIES)
        groups = given.candidate_groups
        if given.candidate_groups_expression is not None:
            groups = self._texts("candidateGroups", given.candidate_groups_expression)
        return OpenedTask(
            id=self.spiff_task.id.hex,
            element_id=self.spec.bpmn_id,
            name=self.spec.bpmn_name or "",
            form_key=given.form_key,
            assignee=self._text("assignee", given.assignee),
            candidate_groups=groups,
            candidate_users=self._texts("candidateUsers", given.candidate_users),
            excluded_users=self._texts("excludedUsers", given.excluded_users),
            due_at=self._due(given),
            follow_up_at=self._moment("followUpDate", given.follow_up_date, is_end=False),
            priority=given.priority,
        )

    def _due(self, given: UserTaskProperties) -> datetime | None:
        host = self.engine.act.host
        if given.due_working_days is not None:
            return host.calendar.due_at(host.now, given.due_working_days)
        return self._moment("dueDate", given.due_date, is_end=True)

    def _value(self, expression: Expression | None) -> Any:
        if expression is None:
            return None
        scope = self.engine.scope(self.spiff_task, {})
        return expression.evaluate_strict(scope, self.engine.evaluation())

    def _text(self, name: str, expression: Expression | None) -> str | None:
        value = self._value(expression)
        if value is None or isinstance(value, str):
            return value or None
        raise self._wrong(name, value)

    def _texts(self, name: str, expression: Expression | None) -> frozenset[str]:
        value = self._value(expression)
        values = value if isinstance(value, list) else [] if value is None else [value]
        if not all(isinstance(one, str) for one in values if one is not None):
            raise self._wrong(name, value)
        return frozenset(one for one in values if one)

    def _moment(self, name: str, expression: Expression | None, *, is_end: bool) -> datetime | None:
        """A day is its close of business for a deadline, else its beginning."""
        value = self._value(expression)
        if value is None:
            return None
        if isinstance(value, datetime):
            return utc(value if value.tzinfo else value.replace(tzinfo=TOKYO))
        if isinstance(value, date):
            return close_of(value) if is_end else utc(datetime.combine(value, time(), TOKYO))
        raise self._wrong(name, value)

    def _wrong(self, name: str, value: Any) -> ElementError:
        return ElementError(
            "bad_property",
            f"「{self.spec.bpmn_name or self.spec.bpmn_id}」の {name} の値が使えません。",
            f"{name} = {value!r}",
        )
