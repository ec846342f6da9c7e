"""The operations a service task may call, by name.

All of them run inside the step: what they write is noted in the unit of work.  `test.echo` runs
after the commit and exists for tests only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.domain.access import HEAD
from engine.domain.records import RegisterEntry
from engine.execution.model import OperationSpec
from engine.feel.errors import FeelError
from engine.feel.expression import compile_expression
from engine.services import indicator_files, indicators, message_rows, register_writing
from engine.services.host import correlation_key
from engine.services.message_rows import Sending
from engine.services.operation import BadParameterError, Call, Operation
from engine.services.register_reading import columns_of
from engine.storage import outbox, people, registers

MOST_ROWS = 1_000


def shipped(*, testing: bool = False) -> dict[str, Operation]:
    """Operation name -> operation."""
    operations = [
        _inside("register.write", _write, "register", either=("values", "rows"), optional=("id",)),
        _inside("register.read", _read, "register", optional=("filter", "columns", "limit")),
        _inside("register.count", _count, "register", optional=("filter",)),
        _inside("people.list", _people, "roles"),
        _inside("approval.route", _route, "roles", "drafter"),
        _inside("message.send", _send, "name", optional=("key", "payload")),
        _inside("mail.send", _mail, "to", "subject", "body"),
        _inside("indicators.due", indicators.due, "month"),
        _inside("indicators.read", indicator_files.read, "files", "rows"),
        _inside("indicators.trend", indicators.trend, "month", "figures"),
    ]
    if testing:
        operations.append(_echo())
    return {operation.spec.name: operation for operation in operations}


def _inside(
    name: str,
    run: Any,
    *required: str,
    optional: tuple[str, ...] = (),
    either: tuple[str, ...] = (),
) -> Operation:
    spec = OperationSpec(
        name=name,
        required=frozenset(required),
        optional=frozenset(optional),
        needs_one_of=(frozenset(either),) if either else (),
    )
    return Operation(spec=spec, inside=run)


# --- registers


def _write(call: Call) -> Any:
    register = register_writing.get(call.unit, _text(call, "register"))
    rows = call.params.get("rows")
    if rows is not None:
        return [_written(call, register, dict(row), row.get("id")) for row in call.contexts("rows")]
    values = call.params.get("values")
    if not isinstance(values, Mapping):
        raise BadParameterError("register.write の values は項目の集まり { ... } にします。")
    return _written(call, register, dict(values), call.params.get("id"))


def _written(call: Call, register: Any, values: dict[str, Any], entry_id: Any) -> Any:
    values.pop("id", None)
    entry = register_writing.write(
        call.unit, register, values, call.head, call.actor, None if entry_id is None else entry_id
    )
    return register_writing.as_result(entry)


def _read(call: Call) -> list[dict[str, Any]]:
    register = register_writing.get(call.unit, _text(call, "register"))
    limit = call.params.get("limit")
    most = MOST_ROWS if limit is None else min(int(limit), MOST_ROWS)
    columns = call.params.get("columns")
    found = []
    for row in _rows(call, register.code):
        found.append({k: v for k, v in row.items() if columns is None or k in columns})
        if len(found) >= most:
            break
    return found


def _count(call: Call) -> Decimal:
    register = register_writing.get(call.unit, _text(call, "register"))
    return Decimal(sum(1 for _ in _rows(call, register.code)))


def _rows(call: Call, code: str) -> Iterator[dict[str, Any]]:
    """Entries of the instance's project and system that fit the filter, oldest first."""
    unit = call.unit
    register = unit.office.registers[code]
    text = call.params.get("filter")
    condition = None
    if text:
        try:
            condition = compile_expression(str(text), (*register.columns, "管理番号", "版"))
        except FeelError as error:
            raise BadParameterError(f"台帳の絞り込み「{text}」を読めません（{error}）。") from error
    for entry in _entries(call, code):
        row = columns_of(register, entry)
        if condition is None or condition.evaluate(row, unit.evaluation()) is True:
            yield row


def _entries(call: Call, code: str) -> list[RegisterEntry]:
    """As the command leaves them: what it has noted itself is not written yet."""
    head, unit = call.head, call.unit
    kept = registers.in_place(unit, code, head.project_id, head.system_id, MOST_ROWS)
    noted = {
        id_: entry
        for id_, entry in unit.entries.items()
        if entry.register == code
        and entry.project_id == head.project_id
        and entry.system_id in (None, head.system_id)
    }
    if not noted:
        return kept
    both = {**{entry.id: entry for entry in kept}, **noted}
    return sorted(both.values(), key=lambda entry: (entry.written_at, entry.id))


# --- people


def _people(call: Call) -> list[dict[str, Any]]:
    roles = call.unit.office.roles.spread(_texts(call, "roles"))
    return [
        {"id": h.id, "氏名": h.name, "所属": h.organisation, "役割": h.role}
        for h in people.holders(call.unit, roles, call.head.project_id, call.unit.today)
    ]


def _route(call: Call) -> list[dict[str, str]]:
    """The steps of an approval; one that only the drafter could decide goes to the next higher.

    Steps of the same group that follow each other are one.
    """
    drafter = call.params.get("drafter")
    route: list[str] = []
    for group in _texts(call, "roles"):
        decider = _raised(call, group, drafter)
        if not route or route[-1] != decider:
            route.append(decider)
    names = call.unit.office.roles
    return [{"候補": group, "名称": names.name_of(group)} for group in route]


def _raised(call: Call, group: str, drafter: Any) -> str:
    roles = call.unit.office.roles
    seen = set()
    while not holders_of(call, group) - {drafter}:
        seen.add(group)
        above = roles.above(group)
        if not above or above in seen:
            break
        group = above
    return group


def holders_of(call: Call, group: str) -> set[str]:
    """Ids of those who are in the candidate group today."""
    found = people.holders(
        call.unit, [group.removesuffix(HEAD)], call.head.project_id, call.unit.today
    )
    return {h.id for h in found if h.is_head or not group.endswith(HEAD)}


# --- leaving the instance


def _send(call: Call) -> str:
    key = call.params.get("key")
    payload = call.params.get("payload")
    head = call.head
    sending = Sending(
        name=_text(call, "name"),
        key=correlation_key(head.project_id, head.system_id) if key is None else str(key),
        project_id=head.project_id,
        system_id=head.system_id,
        payload=payload if isinstance(payload, Mapping) else {},
        from_instance_id=head.id,
    )
    message_rows.note(call.unit, sending)
    message_rows.enter(call.unit, sending, call.actor)
    return sending.id


def _mail(call: Call) -> Decimal:
    """Note one mail to all of them; the answer is how many people it goes to."""
    roles = call.unit.office.roles
    to: list[str] = []
    for name in _texts(call, "to"):
        if roles.is_group(name):
            to += sorted(holders_of(call, name))
        else:
            to.append(name)
    recipients = list(dict.fromkeys(to))
    body = {
        "to": recipients,
        "subject": _text(call, "subject"),
        "body": _text(call, "body"),
        "business_key": call.head.business_key,
    }
    if recipients:
        outbox.add(call.unit, "mail", body, call.head.id)
        call.unit.wake_worker()
    return Decimal(len(recipients))


def _text(call: Call, name: str) -> str:
    value = call.params.get(name)
    if not isinstance(value, str):
        raise BadParameterError(f"操作の項目 {name} は文字列にします。")
    return value


def _texts(call: Call, name: str) -> list[str]:
    value = call.params.get(name)
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise BadParameterError(f"操作の項目 {name} は文字列の一覧にします。")
    return values


# --- tests


@dataclass
class _Echo:
    """Answers its input; fails as often as `fail_times` says."""

    calls: list[Any] = field(default_factory=list)

    def __call__(self, params: Mapping[str, Any], attempt: int) -> Any:
        self.calls.append(params.get("value"))
        if attempt <= int(params.get("fail_times") or 0):
            raise BadParameterError(f"asked to fail, attempt {attempt}")
        return params.get("value")


def _echo() -> Operation:
    spec = OperationSpec(
        name="test.echo",
        required=frozenset({"value"}),
        optional=frozenset({"fail_times"}),
        runs="after_commit",
    )
    return Operation(spec=spec, after=_Echo())
