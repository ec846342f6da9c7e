"""A form at one moment: what stands in each field, what it means, what is hidden and required.

Showing and accepting both start here, so that a page and the check of its post cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made_by
from typing import Any

from engine.domain.errors import InvalidError
from engine.domain.sentence import Sentence
from engine.domain.values import storable
from engine.feel.errors import FeelError
from engine.feel.evaluation import Evaluation
from engine.feel.expression import Expression
from engine.forms.fields import SEVERAL, SHOWN_ONLY, WITH_CHOICES, Field, Form, Kind
from engine.forms.lookups import Choice, Lookups, as_functions
from engine.forms.posts import Post, origin, row_count
from engine.forms.reading import is_blank, raw_from, raw_of, value_of

MAX_CHOICES = 500


@dataclass(kw_only=True)
class Entry:
    """One field in its place.  `raw` is what stands in its controls, `value` what that means.

    `fault` is set when `raw` cannot be read.  `rows` belong to a list, `entries` to a group.
    """

    field: Field
    path: str
    raw: tuple[str, ...] = ()
    value: Any = None
    fault: Sentence | None = None
    is_hidden: bool = False
    is_required: bool = False
    choices: tuple[Choice, ...] = ()
    rows: list[Row] = made_by(default_factory=list)
    entries: list[Entry] = made_by(default_factory=list)

    @property
    def is_input(self) -> bool:
        return self.field.is_input


@dataclass(kw_only=True)
class Row:
    """One row of a list; `origin` is its place in the variable it came from, if any.

    `before`: what the variable held there, with entries the form does not show.
    """

    path: str
    origin: int | None
    entries: list[Entry]
    before: Mapping[str, Any] = made_by(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether a person has given nothing in this row."""
        return all(is_blank(entry.raw) for entry in flat(self.entries) if entry.is_input)

    def values(self) -> dict[str, Any]:
        shown = {entry.field.key: entry.value for entry in flat(self.entries) if entry.field.key}
        return {**self.before, **shown}


def flat(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries of one level in page order: groups are opened, lists are not."""
    for entry in entries:
        yield entry
        if entry.field.kind is Kind.GROUP:
            yield from flat(entry.entries)


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a form is worked out against; `post` is None when the page is opened."""

    variables: Mapping[str, Any]
    lookups: Lookups
    evaluation: Evaluation
    post: Post | None = None


def work_out(form: Form, around: Around) -> tuple[list[Entry], dict[str, Any]]:
    """The entries of the form and the scope in which its expressions see them."""
    builder = _Builder(around)
    entries = [builder.entry(one, "", around.variables) for one in form.fields]
    scope = {**around.variables, **as_functions(around.lookups)}
    scope.update({one.field.key: one.value for one in flat(entries) if one.field.key})
    builder.settle(entries, scope)
    return entries, scope


class _Builder:
    """First what was typed, field by field; then, in page order, what hangs on other fields."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._functions = as_functions(around.lookups)
        self._choices: dict[str, tuple[Choice, ...]] = {}

    def entry(self, one: Field, prefix: str, known: Mapping[str, Any]) -> Entry:
        """The field with what was typed, else with what the variables hold (`known`)."""
        made = Entry(field=one, path=prefix + (one.key or one.id))
        if one.kind is Kind.GROUP:
            made.entries = [self.entry(child, prefix, known) for child in one.children]
        elif one.kind is Kind.LIST:
            self._fill_list(made, known.get(one.key))
        elif one.kind not in SHOWN_ONLY:
            made.choices = self._choices_of(one)
            self._fill(made, known)
        return made

    def _fill(self, made: Entry, known: Mapping[str, Any]) -> None:
        one, post = made.field, self._around.post
        if not one.is_input:
            made.value = known.get(one.key)  # an automatic one may build on its own variable
            return
        if post is None and known.get(one.key) is not None:
            made.value = known[one.key]
            made.raw = raw_from(made.value)
            return
        made.raw = self._initial(one) if post is None else raw_of(one, post, made.path)
        read = value_of(one, made.raw, made.choices, self._around.lookups)
        if isinstance(read, Sentence):
            made.fault = read
        else:
            made.value = read

    def _initial(self, one: Field) -> tuple[str, ...]:
        if one.initial is not None:
            return raw_from(self._evaluate(one.initial, self._around.variables))
        if isinstance(one.default, list):
            return tuple(str(item) for item in one.default)
        if isinstance(one.default, bool):
            return ("true" if one.default else "false",)
        if one.default in (None, ""):
            return ()
        return raw_of(one, {"it": [str(one.default)]}, "it")

    def _fill_list(self, made: Entry, value: Any) -> None:
        one, post = made.field, self._around.post
        known = (
            [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        )
        if not one.is_input:
            made.rows = [] if one.is_automatic else self._fixed(made, known)
            made.value = [dict(row) for row in known]
            return
        if not one.rows.may_change:
            origins: list[int | None] = list(range(len(known)))
        elif post is not None:
            count = row_count(post, made.path)
            origins = [origin(post, made.path, index, len(known)) for index in range(count)]
        else:
            origins = list(range(len(known))) or [None] * one.rows.initial
        for index, came_from in enumerate(origins):
            path = f"{made.path}/{index}/"
            before = {} if came_from is None else known[came_from]
            entries = [self.entry(child, path, before) for child in one.children]
            made.rows.append(Row(path=path, origin=came_from, entries=entries, before=before))
        made.value = [row.values() for row in made.rows]

    def _fixed(self, made: Entry, known: Sequence[Mapping[str, Any]]) -> list[Row]:
        """Rows that are only read."""
        made.value = [dict(row) for row in known]
        rows = []
        for index, values in enumerate(known):
            entries = [
                Entry(
                    field=replace(child, readonly=True),
                    path=f"{made.path}/{index}/{child.key}",
                    value=values.get(child.key),
                    choices=self._choices_of(child),
                )
                for child in made.field.children
            ]
            rows.append(Row(path=f"{made.path}/{index}/", origin=index, entries=entries))
        return rows

    def _choices_of(self, one: Field) -> tuple[Choice, ...]:
        if one.kind not in WITH_CHOICES or one.source is None:
            return one.choices
        if one.id not in self._choices:
            scope = {**self._around.variables, **self._functions}
            found = self._evaluate(one.source, scope)
            items = found if isinstance(found, list) else []
            choices = {choice.value: choice for choice in map(_choice, items[:MAX_CHOICES])}
            self._choices[one.id] = tuple(choices.values())
        return self._choices[one.id]

    def settle(self, entries: Sequence[Entry], scope: dict[str, Any]) -> None:
        """Automatic values, hidden fields and conditional requirements, in page order."""
        for entry in entries:
            one = entry.field
            if self._holds(one.hide, scope):
                _hide(entry)
                scope.update({e.field.key: e.value for e in flat([entry]) if e.field.key})
                continue
            if one.value is not None:
                self._compute(entry, one.value, scope)
            if one.kind is Kind.TABLE and one.source is not None:
                entry.value = self._evaluate(one.source, scope)
            self.settle(entry.entries, scope)
            for row in entry.rows if one.is_input else ():
                self.settle(row.entries, {**scope, **row.values()})
            if one.kind is Kind.LIST and one.is_input:
                entry.value = [row.values() for row in entry.rows]
            entry.is_required = one.required or self._holds(one.required_if, scope)
            if one.key:
                scope[one.key] = entry.value

    def _compute(self, entry: Entry, expression: Expression, scope: Mapping[str, Any]) -> None:
        try:
            entry.value = storable(self._evaluate(expression, scope))
        except InvalidError:
            entry.value = None
        if entry.field.kind is Kind.LIST:
            rows = entry.value if isinstance(entry.value, list) else []
            entry.rows = self._fixed(entry, [row for row in rows if isinstance(row, Mapping)])

    def _holds(self, condition: Expression | None, scope: Mapping[str, Any]) -> bool:
        return condition is not None and self._evaluate(condition, scope) is True

    def _evaluate(self, expression: Expression, scope: Mapping[str, Any]) -> Any:
        try:
            return expression.evaluate(scope, self._around.evaluation)
        except FeelError:  # the budget: the expression counts as without result
            return None


def _choice(item: Any) -> Choice:
    if isinstance(item, Mapping):
        value = item.get("value", "")
        return Choice(str(value), str(item.get("label", value)))
    return Choice(str(item), str(item))


def _hide(entry: Entry) -> None:
    """A hidden field has no value, whatever was typed before it vanished."""
    empty = entry.field.kind is Kind.LIST or entry.field.kind in SEVERAL
    entry.is_hidden, entry.value, entry.fault = True, [] if empty else None, None
    entry.raw, entry.rows = (), []
    for child in entry.entries:
        _hide(child)
