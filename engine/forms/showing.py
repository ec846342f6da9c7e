"""A form as a page needs it: every field with its controls' contents, its error and its choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.feel.evaluation import Evaluation
from engine.forms.fields import Field, Form, Kind
from engine.forms.lookups import Lookups
from engine.forms.posts import Post
from engine.forms.reading import is_blank, raw_from
from engine.forms.rules import is_missing
from engine.forms.state import Around, Entry, Row, work_out


@dataclass(frozen=True, kw_only=True)
class ShownChoice:
    value: str
    label: str
    is_chosen: bool
    is_name: bool


@dataclass(frozen=True, kw_only=True)
class ShownRow:
    """One row of a list.  `title` names it; `is_complete`: nothing required is missing."""

    path: str  # ends with a slash
    index: int  # from 0
    origin: int | None
    title: str
    fields: tuple[ShownField, ...]
    error_count: int
    is_complete: bool


@dataclass(frozen=True, kw_only=True)
class ShownField:
    """One field on the page.

    `id` is its id in the page, `raw` what its controls hold (three texts for a date), `value` the
    typed value for fields that are only read.  `place` names the row it stands in, e.g. 不具合 2.
    `is_trigger`: other fields appear, vanish or change with it.
    """

    id: str
    path: str
    field: Field
    raw: tuple[str, ...]
    value: Any
    is_input: bool
    is_required: bool
    is_trigger: bool
    error: str = ""
    place: str = ""
    choices: tuple[ShownChoice, ...] = ()
    fields: tuple[ShownField, ...] = ()
    rows: tuple[ShownRow, ...] = ()

    @property
    def kind(self) -> Kind:
        return self.field.kind

    @property
    def files(self) -> tuple[Mapping[str, Any], ...]:
        """The files of a file field, each `{id, 名前, 種類, バイト数}`."""
        return tuple(file for file in self.value or () if isinstance(file, Mapping))

    @property
    def label_of_value(self) -> str:
        """What people read for the chosen value; empty when nothing is chosen."""
        return "、".join(self.labels_of_value)

    @property
    def labels_of_value(self) -> tuple[str, ...]:
        """The same, one by one."""
        return tuple(choice.label for choice in self.choices if choice.is_chosen)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A form on a page."""

    fields: tuple[ShownField, ...]
    has_triggers: bool
    is_anonymous: bool = False

    def errors(self) -> Iterator[ShownField]:
        """The fields with an error, in page order."""
        yield from _with_error(self.fields)

    @property
    def error_count(self) -> int:
        return sum(1 for _ in self.errors())

    @property
    def takes_input(self) -> bool:
        return any(True for _ in _inputs(self.fields))


def show(
    form: Form,
    variables: Mapping[str, Any],
    lookups: Lookups,
    evaluation: Evaluation,
    post: Post | None = None,
    errors: Mapping[str, str] | None = None,
) -> Shown:
    """The form with the values of `variables`, or with what was posted (or saved as a draft).

    `errors`: path -> sentence, as `accept` raised them.
    """
    around = Around(variables=variables, lookups=lookups, evaluation=evaluation, post=post)
    entries, _ = work_out(form, around)
    view = _View(errors or {}, form.triggers())
    fields = view.fields(entries, "")
    return Shown(
        fields=fields,
        has_triggers=any(f.is_trigger for f in _inputs(fields)),
        is_anonymous=form.anonymous,
    )


class _View:
    def __init__(self, errors: Mapping[str, str], triggers: frozenset[str]) -> None:
        self._errors = errors
        self._triggers = triggers

    def fields(self, entries: Sequence[Entry], place: str) -> tuple[ShownField, ...]:
        return tuple(self._field(entry, place) for entry in entries if not entry.is_hidden)

    def _field(self, entry: Entry, place: str) -> ShownField:
        one = entry.field
        made = ShownField(
            id=html_id(entry.path),
            path=entry.path,
            field=one,
            raw=entry.raw,
            value=entry.value,
            is_input=entry.is_input,
            is_required=entry.is_required,
            is_trigger=one.key in self._triggers,
            error=self._errors.get(entry.path, ""),
            place=place,
            choices=_choices(entry),
            fields=self.fields(entry.entries, place),
        )
        if one.kind is not Kind.LIST:
            return made
        rows = tuple(self._row(entry, index, row) for index, row in enumerate(entry.rows))
        return replace(made, rows=rows)

    def _row(self, entry: Entry, index: int, row: Row) -> ShownRow:
        fields = self.fields(row.entries, f"{entry.field.label} {index + 1}")
        return ShownRow(
            path=row.path,
            index=index,
            origin=row.origin,
            title=_title(entry.field.rows.title, fields),
            fields=fields,
            error_count=sum(1 for _ in _with_error(fields)),
            is_complete=not row.is_blank and all(_is_filled(field) for field in _inputs(fields)),
        )


def html_id(path: str) -> str:
    """The id of a field's element on the page; a row's comes from its path without the last /."""
    return "f-" + path.strip("/").replace("/", "-")


def _choices(entry: Entry) -> tuple[ShownChoice, ...]:
    chosen = entry.raw if entry.is_input else raw_from(entry.value)
    return tuple(
        ShownChoice(
            value=choice.value,
            label=choice.label,
            is_chosen=choice.value in chosen,
            is_name=choice.is_name,
        )
        for choice in entry.choices
    )


def _title(key: str, fields: Sequence[ShownField]) -> str:
    """What stands in the field that names the row, else in the first filled one."""
    for field in fields:
        if field.kind is Kind.GROUP:
            found = _title(key, field.fields)
        else:
            found = _text(field) if key in ("", field.field.key) else ""
        if found:
            return found
    return ""


def _text(field: ShownField) -> str:
    if field.label_of_value or field.raw:
        return field.label_of_value or " ".join(field.raw)
    return field.value if isinstance(field.value, str) else ""


def _is_filled(field: ShownField) -> bool:
    if not field.is_required:
        return True
    return not is_missing(field.value) if field.kind is Kind.FILE else not is_blank(field.raw)


def _inputs(fields: Sequence[ShownField]) -> Iterator[ShownField]:
    for field in fields:
        if field.is_input:
            yield field
        yield from _inputs(field.fields)
        for row in field.rows:
            yield from _inputs(row.fields)


def _with_error(fields: Sequence[ShownField]) -> Iterator[ShownField]:
    for field in fields:
        if field.error:
            yield field
        yield from _with_error(field.fields)
        for row in field.rows:
            yield from _with_error(row.fields)
