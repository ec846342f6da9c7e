"""A post -> the values of the form, or one sentence for each field that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.errors import FieldErrors
from engine.domain.values import storable
from engine.feel.errors import FeelError
from engine.feel.evaluation import Evaluation
from engine.forms.fields import Form, Kind
from engine.forms.lookups import Lookups
from engine.forms.posts import Post
from engine.forms.rules import broken, is_missing, missing
from engine.forms.state import Around, Entry, flat, work_out


def accept(
    form: Form,
    post: Post,
    variables: Mapping[str, Any],
    lookups: Lookups,
    evaluation: Evaluation,
) -> dict[str, Any]:
    """The typed value of every field, by key.

    A field hidden by its condition yields null (a list or several choices: the empty list);
    automatic and read-only fields are computed or taken from `variables`, never from the post.
    Rows of a list in which nothing was given are left out.

    Raises:
        FieldErrors: in page order.
    """
    around = Around(variables=variables, lookups=lookups, evaluation=evaluation, post=post)
    entries, scope = work_out(form, around)
    _leave_out_blank_rows(entries)
    errors: dict[str, str] = {}
    _examine(entries, errors)
    values = {entry.field.key: entry.value for entry in flat(entries) if entry.field.key}
    if not errors:
        errors = _cross_checked(form, {**scope, **values}, evaluation)
    if errors:
        raise FieldErrors(errors)
    return {key: storable(value, key) for key, value in values.items()}


def _leave_out_blank_rows(entries: Sequence[Entry]) -> None:
    for entry in flat(entries):
        one = entry.field
        if one.kind is Kind.LIST and one.is_input and one.rows.may_change:
            entry.rows = [row for row in entry.rows if not row.is_blank]
            entry.value = [row.values() for row in entry.rows]


def _examine(entries: Sequence[Entry], errors: dict[str, str]) -> None:
    for entry in flat(entries):
        one = entry.field
        if entry.is_hidden or not entry.is_input:
            continue
        fault = entry.fault
        unticked = one.kind is Kind.CHECKBOX and entry.value is False
        if fault is None and entry.is_required and (is_missing(entry.value) or unticked):
            fault = missing(one)
        fault = fault or broken(one, entry.value)
        if fault is not None:
            errors[entry.path] = fault
        for row in entry.rows:
            _examine(row.entries, errors)


def _cross_checked(form: Form, scope: Mapping[str, Any], evaluation: Evaluation) -> dict[str, str]:
    """The rules over several fields; one that cannot be worked out does not hold."""
    errors: dict[str, str] = {}
    for check in form.checks:
        try:
            holds = check.when.evaluate(scope, evaluation) is True
        except FeelError:
            holds = False
        if not holds:
            errors.setdefault(check.field, check.message)
    return errors
