"""Do the demo office and its story fit the roles, the models and their forms?"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.forms.schema import Field, Form, read_form

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "config" / "demo"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PROPERTY = ".//{http://spiffworkflow.org/bpmn/schema/1.0/core}property[@name='formKey']"


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


OFFICE = toml(DEMO / "office.toml")
STEPS = toml(DEMO / "story.toml")["step"]
TASKS = [step for step in STEPS if "element" in step]
YEAR = toml(DEMO / "monitoring.toml")


def form_of(step: dict[str, Any]) -> Form:
    folder = ROOT / "bpmn" / step["process"]
    root = etree.parse(folder / f"{step['process']}.bpmn").getroot()
    task = next(e for e in root.iter(f"{BPMN}userTask") if e.get("id") == step["element"])
    file = folder / f"{task.find(PROPERTY).get('value')}.form.json"
    return read_form(file.read_bytes(), file.name)


def inputs(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields people fill in, those in groups included, those in lists not."""
    for field in fields:
        if field.kind == "group":
            yield from inputs(field.children)
        elif field.is_input:
            yield field


def faults(fields: tuple[Field, ...], values: dict[str, Any]) -> Iterator[str]:
    for field in inputs(fields):
        value = values.get(field.key)
        if field.required and value in (None, "", []):
            yield f"{field.key} is required"
        offered = {choice.value for choice in field.choices}
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from faults(field.children, one)
            elif offered and isinstance(one, str) and one != "=null" and one not in offered:
                yield f"{field.key} does not offer {one}"


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def test_somebody_holds_every_role() -> None:
    roles = toml(ROOT / "config" / "roles.toml")["role"]
    wanted = {role["code"] for role in roles if "members" not in role}

    held = {m["role"] for person in OFFICE["person"] for m in person["memberships"]}

    assert held == wanted


def test_people_and_systems_belong_to_places_that_exist() -> None:
    organisations = {place["id"] for place in OFFICE["organisation"]}
    projects = {place["id"] for place in OFFICE["project"]}

    named = {m["project"] for p in OFFICE["person"] for m in p["memberships"] if "project" in m}

    assert {person["organisation"] for person in OFFICE["person"]} <= organisations
    assert named | {system["project"] for system in OFFICE["system"]} <= projects


def test_names_to_sign_in_with_are_unique() -> None:
    logins = [person["login"] for person in OFFICE["person"]]

    assert len(set(logins)) == len(logins)


def test_the_entries_fit_their_registers() -> None:
    for entry in OFFICE["entry"]:
        schema = schema_of(entry["register"])

        assert set(entry["values"]) <= set(schema["properties"])
        assert set(schema["required"]) <= set(entry["values"])


def schema_of(code: str) -> dict[str, Any]:
    path = ROOT / "config" / "registers" / f"{code}.json"
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize(
    "step", TASKS, ids=[f"{n}-{step['element']}" for n, step in enumerate(TASKS)]
)
def test_a_step_of_the_story_answers_its_form(step: dict[str, Any]) -> None:
    form = form_of(step)

    wrong = list(faults(form.fields, step["values"]))
    unknown = set(step["values"]) - {field.key for one in form.fields for field in one.walk()}

    assert (wrong, unknown) == ([], set())


def test_the_story_is_told_by_people_of_the_office() -> None:
    people = {person["id"] for person in OFFICE["person"]}

    told_by = {one for step in STEPS for one in as_list(step["by"])}

    assert told_by <= people


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_file_of_the_story_is_there() -> None:
    named = {text[5:] for text in texts(STEPS) if text.startswith("file:")}

    assert named == {file.name for file in (DEMO / "files").iterdir()}


def test_the_year_of_monitoring_belongs_to_a_system_of_the_office() -> None:
    places = {(system["id"], system["project"]) for system in OFFICE["system"]}

    assert (YEAR["system"], YEAR["project"]) in places


@pytest.mark.parametrize("one", YEAR["indicator"], ids=lambda one: one["name"])
def test_an_indicator_of_the_year_has_its_figures(one: dict[str, Any]) -> None:
    properties = schema_of("R20")["properties"]

    assert one["kind"] in properties["区分"]["enum"]
    assert one["direction"] in properties["方向"]["enum"]
    assert len(one["figures"]) == YEAR["months"] - (one["method"] != "自動")
    assert all(isinstance(figure, int | float) or figure == "未収集" for figure in one["figures"])


def test_there_is_a_report_for_each_month_but_the_last() -> None:
    assert len(YEAR["report"]) == YEAR["months"] - 1
