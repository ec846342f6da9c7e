"""データ項目の変更: who looks after an instance corrects what it holds, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from engine.domain import values
from engine.domain.access import Actor, may_change_variables, may_see_instance
from engine.domain.errors import (
    ConflictError,
    FieldErrors,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from engine.domain.instance import InstanceEndedError, InstanceHead, InstanceSuspendedError
from engine.domain.sentence import Sentence, later
from engine.execution import changing
from engine.execution.data import data_of
from engine.execution.sameness import same
from engine.feel.errors import FeelError
from engine.feel.expression import compile_expression
from engine.services import running
from engine.services.recording import Cause
from engine.services.unit import Unit
from engine.storage import instances

CHANGED = "variables_changed"


class Kind(StrEnum):
    """What a person says a value is; `EXPRESSION` is FEEL, for lists and contexts."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    NULL = "null"
    EXPRESSION = "expression"


class MayNotChangeError(ForbiddenError):
    """Only the project's PJMO and administrators change data items."""

    code = "may_not_change_variables"


class ChangedMeanwhileError(ConflictError):
    """The instance has moved on since the page was opened."""

    code = "person_changed"


@dataclass(frozen=True, kw_only=True)
class NewValue:
    """A data item as it is typed.  `version`: of the instance the person has seen."""

    name: str
    kind: Kind
    text: str
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class VariablesPage:
    """`items`: those that may be changed, with what they hold now."""

    head: InstanceHead
    items: Mapping[str, Any]


def page(unit: Unit, instance_id: str, actor: Actor) -> VariablesPage:
    """What the page offers.

    Raises:
        NotFoundError, MayNotChangeError, InstanceEndedError, InstanceSuspendedError.
    """
    head = _allowed(unit, instance_id, actor)
    found = data_of(running.peek(unit, head))
    items = {name: value for name, value in found.items() if name not in changing.RESERVED}
    return VariablesPage(head=head, items=items)


def change(unit: Unit, instance_id: str, new: NewValue, actor: Actor) -> None:
    """Set one data item; the history keeps what it held before.  The same value changes nothing.

    Raises:
        FieldErrors: of `name`, `value` or `reason`.
        NotFoundError, MayNotChangeError, InstanceEndedError, InstanceSuspendedError.
        ChangedMeanwhileError
    """
    head = _allowed(unit, instance_id, actor)
    name, value = _checked(unit, new)
    if head.version != new.version:
        raise ChangedMeanwhileError(f"process instance {instance_id} has moved on")
    taken = running.take(unit, head, actor)
    before = data_of(taken.live).get(name)
    if same(before, value) and value is not None:
        unit.office.live.put(head.id, head.version, taken.live)
        return
    step = changing.change(taken.live, {name: value}, taken.host)
    detail = {"reason": new.reason.strip(), "changes": {name: {"before": before, "after": value}}}
    running.record(unit, taken, step, Cause(event=CHANGED, actor=actor, detail=detail))


def _allowed(unit: Unit, instance_id: str, actor: Actor) -> InstanceHead:
    head = instances.get_head(unit, instance_id)
    if not may_see_instance(actor, head.started_by, head.project_id):
        raise NotFoundError("process_instance", instance_id)
    if not may_change_variables(actor, head.project_id):
        raise MayNotChangeError(f"{actor.user_id} may not change data of {instance_id}")
    if head.is_ended:
        raise InstanceEndedError(head.id, head.state)
    if head.is_suspended:
        raise InstanceSuspendedError(head.id, head.suspend_reason)
    return head


def _checked(unit: Unit, new: NewValue) -> tuple[str, Any]:
    errors: dict[str, str] = {}
    name, value = "", None
    try:
        name = values.name(new.name)
    except InvalidError:
        errors["name"] = Sentence("名前に記号と空白は使えません。")
    if name in changing.RESERVED:
        errors["name"] = Sentence("このデータ項目は変えられません。")
    try:
        value = values.storable(_value(unit, new.kind, new.text.strip()), name)
    except (ValueError, InvalidOperation, FeelError, values.UnstorableError):
        errors["value"] = Sentence(_WANTED[new.kind])
    if not new.reason.strip():
        errors["reason"] = Sentence("理由を入力してください。")
    if errors:
        raise FieldErrors(errors)
    return name, value


_WANTED = {
    Kind.TEXT: later("文字が長すぎます。"),
    Kind.NUMBER: later("数を入力してください。"),
    Kind.BOOLEAN: later("「はい」か「いいえ」を入力してください。"),
    Kind.DATE: later("日付は 2026-04-01 のように入力してください。"),
    Kind.EXPRESSION: later("式の書き方に誤りがあります。"),
}


def _value(unit: Unit, kind: Kind, text: str) -> Any:
    if kind is Kind.NULL:
        return None
    if kind is Kind.TEXT:
        return text
    if kind is Kind.NUMBER:
        return Decimal(text)
    if kind is Kind.BOOLEAN:
        return _boolean(text)
    if kind is Kind.DATE:
        return date.fromisoformat(text)
    return compile_expression(text).evaluate_strict({}, unit.evaluation())


def _boolean(text: str) -> bool:
    """Yes and no as they are written on the page, in both languages, and as in expressions."""
    if text.lower() in ("true", "はい", "yes"):
        return True
    if text.lower() in ("false", "いいえ", "no"):
        return False
    raise ValueError(text)
