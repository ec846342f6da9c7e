"""台帳: all of them, the records of one, and one record with its versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, render_template, request

from engine.domain.access import may_edit_register
from engine.domain.records import Register, RegisterEntry
from engine.domain.register_search import SORTED, Search, kinds_of
from engine.services import people, register_choices, registers
from engine.services.register_export import AT_ONCE
from web import record_differences, register_filters, saved
from web.context import actor, engine

bp = Blueprint("registers", __name__, url_prefix="/registers")
MAX_COLUMNS = 6
MAX_ID = 64  # letters
USER, ORGANISATION, RECORD = "user", "org", "ref:"


@bp.get("")
def listing() -> str:
    return render_template(
        "registers.html",
        registers=engine().ask(registers.all_registers),
        counts=engine().ask(registers.counts, actor()),
    )


@bp.get("/<code>")
def show(code: str) -> str:
    register = engine().ask(registers.register, code)
    filters = register_filters.filters_of(
        register, engine().ask(register_choices.of_columns, register)
    )
    search = register_filters.search_of(register, filters)
    start = register_filters.start_of(search)
    found = engine().ask(registers.search, code, actor(), search, start=start)
    places = _places()
    return render_template(
        "register.html",
        register=register,
        columns=list_columns(register),
        found=found,
        filters=filters,
        chips=register_filters.chips(filters, places["place_names"]),
        order=search,
        is_sortable=_sortable(register),
        states=engine().ask(registers.states, code),
        query=register_filters.query(),
        export_at_once=found.count <= AT_ONCE,
        saved=saved.on(saved.REGISTER + code),
        saved_address=saved.address,
        may_enter=_may_enter(register),
        order_address=register_filters.order_address,
        cursor_address=register_filters.cursor_address,
        **places,
        **texts_of(register, found.entries),
    )


def _may_enter(register: Register) -> bool:
    """Whether the person may write records of this register by hand, in some project."""
    person = actor()
    return bool(registers.editable_projects(register, person, person.project_ids | {None}))


def asked_search(register: Register) -> Search:
    """What the query of this request looks for."""
    choices = engine().ask(register_choices.of_columns, register)
    return register_filters.search_of(register, register_filters.filters_of(register, choices))


def _places() -> dict[str, Any]:
    projects = engine().ask(people.projects, actor())
    systems = engine().ask(people.systems, actor())
    return {
        "projects": projects,
        "systems": systems,
        "place_names": {place.id: place.name for place in (*projects, *systems)},
    }


def _sortable(register: Register) -> frozenset[str]:
    return frozenset(column for column, kind in kinds_of(register).items() if kind in SORTED)


@bp.get("/<code>/<entry_id>")
def entry(code: str, entry_id: str) -> str:
    """The record as it stands, or the difference between the two versions of the query."""
    register = engine().ask(registers.register, code)
    found = engine().ask(registers.entry, code, entry_id, actor())
    versions = engine().ask(registers.entry_versions, code, entry_id, actor())[::-1]
    texts = texts_of(register, versions)
    names = texts["names"]
    compared = _compared(versions)
    return render_template(
        "register_entry.html",
        register=register,
        entry=found,
        versions=versions,
        changes=[
            record_differences.between(register, old, new, names) if old else []
            for new, old in zip(versions, [*versions[1:], None], strict=True)
        ],
        compared=compared,
        differences=record_differences.between(register, *compared, names) if compared else [],
        instances=engine().ask(registers.instances_of, versions, actor()),
        may_edit=may_edit_register(actor(), register.editors, found.project_id),
        **texts,
    )


def _compared(versions: list[RegisterEntry]) -> tuple[RegisterEntry, RegisterEntry] | None:
    """The older and the newer of the two versions that are to be compared."""
    known = {str(one.version): one for one in versions}
    chosen = [known.get(request.args.get(name, "")) for name in ("old", "new")]
    old, new = chosen
    if old is None or new is None or old.version == new.version:
        return None
    return (old, new) if old.version < new.version else (new, old)


def texts_of(register: Register, entries: list[RegisterEntry]) -> dict[str, Any]:
    """What templates need to show values: `names` by id, and `types` by column."""
    return {"names": _names(register, entries), "types": column_types(register)}


def column_types(register: Register) -> dict[str, str]:
    """Column -> its type beyond JSON Schema, e.g. user, org, yen."""
    properties = register.schema.get("properties", {})
    return {name: str(rule.get("x-type", "")) for name, rule in properties.items()}


def list_columns(register: Register) -> list[str]:
    chosen = register.schema.get("x-list") or register.columns
    return [column for column in chosen if column in register.columns][:MAX_COLUMNS]


def _names(register: Register, entries: list[RegisterEntry]) -> Mapping[str, str]:
    """Id -> name, for the writers and for all that values refer to."""
    columns = [name for name, type_ in column_types(register).items() if _refers(type_)]
    ids = {entry.written_by for entry in entries}
    ids |= {str(entry.values[c]) for entry in entries for c in columns if entry.values.get(c)}
    ids |= {text for entry in entries for text in _texts_inside(entry.values)}
    return engine().ask(registers.meanings, ids)


def _refers(type_: str) -> bool:
    return type_ in (USER, ORGANISATION) or type_.startswith(RECORD)


def _texts_inside(values: Mapping[str, Any]) -> Iterator[str]:
    """Short texts inside lists and contexts: any of them may be the id of a person."""
    waiting = [value for value in values.values() if isinstance(value, (list, dict))]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, str) and len(value) <= MAX_ID:
            yield value
