"""What can be chosen in the columns of a register: people, organisations, records, fixed words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.domain.person import Person
from engine.domain.records import Register
from engine.domain.register_search import ColumnKind, choices_of, kind_of, kinds_of
from engine.forms.lookups import Choice
from engine.services.lookups import MOST, OfficeLookups
from engine.services.unit import Unit
from engine.storage import people


def person_label(person: Person) -> str:
    return (
        f"{person.name}（{person.organisation_name}）" if person.organisation_name else person.name
    )


def of_people(unit: Unit) -> list[Choice]:
    """Those who may sign in, by name."""
    found = [one for one in people.page(unit, 0, MOST) if one.is_active]
    by_name = sorted(found, key=lambda one: one.name)
    return [Choice(one.id, person_label(one), is_name=True) for one in by_name]


def of_columns(
    unit: Unit, register: Register, lookups: OfficeLookups | None = None
) -> Mapping[str, Sequence[Choice]]:
    """Column -> choices; columns of tables as `column/inner`.  Records only with `lookups`."""
    made: dict[str, Sequence[Choice]] = {}
    known: dict[ColumnKind, Sequence[Choice]] = {}
    properties = register.schema["properties"]
    for column, kind in kinds_of(register).items():
        made[column] = _of(unit, properties[column], known, lookups)
        if kind is ColumnKind.ROWS:
            inner = properties[column]["items"]["properties"]
            for name, rule in inner.items():
                made[f"{column}/{name}"] = _of(unit, rule, known, lookups)
    return {column: choices for column, choices in made.items() if choices}


def _of(
    unit: Unit,
    rule: Mapping[str, object],
    known: dict[ColumnKind, Sequence[Choice]],
    lookups: OfficeLookups | None,
) -> Sequence[Choice]:
    kind = kind_of(rule)
    if kind is ColumnKind.RECORD:
        return [] if lookups is None else lookups.register(str(rule.get("x-register", "")))
    if kind is ColumnKind.PERSON and kind not in known:
        known[kind] = of_people(unit)
    if kind is ColumnKind.ORGANISATION and kind not in known:
        known[kind] = [
            Choice(one.id, one.name, is_name=True) for one in people.organisations(unit)
        ][:MOST]
    if kind in known:
        return known[kind]
    return [Choice(word, word) for word in choices_of(rule)]
