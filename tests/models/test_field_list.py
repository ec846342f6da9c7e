"""Does every form ask for what the checklist marks with a star, and insist on it?"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.forms.schema import Field, Form, read_form

MODELS = Path(__file__).parents[2] / "bpmn"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PROPERTY = ".//{http://spiffworkflow.org/bpmn/schema/1.0/core}property[@name='formKey']"
# Tasks that the checklist gives no starred field: steps around an approval, notices, confirmations.
WITHOUT_STARS = {
    "approve_draft",
    "check_differences",
    "fix_system",
    "invite_trainees",
    "notify_start",
    "publish_manual",
    "reconsider_draft",
    "reconsider_exception",
    "reconsider_plan",
    "reconsider_report",
    "record_requirement_change",
}


def starred() -> list[tuple[str, str, str, str]]:
    """(process, element, path of the field, what it has to be) for each star of the list."""
    table = tomllib.loads((Path(__file__).parent / "field_list.toml").read_text(encoding="utf-8"))
    return [
        (process, element, path, wanted)
        for process, tasks in table.items()
        for element, fields in tasks.items()
        for path, wanted in fields.items()
    ]


def form_of(process: str, element: str) -> Form:
    root = etree.parse(MODELS / process / f"{process}.bpmn").getroot()
    task = next(e for e in root.iter(f"{BPMN}userTask") if e.get("id") == element)
    form_key = task.find(PROPERTY).get("value")
    file = MODELS / process / f"{form_key}.form.json"
    return read_form(file.read_bytes(), file.name)


def user_tasks() -> set[tuple[str, str]]:
    """(process, element) of every task with a form in the shipped models."""
    return {
        (file.stem, task.get("id"))
        for file in MODELS.glob("*/*.bpmn")
        for task in etree.parse(file).getroot().iter(f"{BPMN}userTask")
    }


def shortcoming(form: Form, path: str, wanted: str) -> str | None:
    """What the form lacks of a starred field, or None."""
    kind, condition, choices = parsed(wanted)
    field = found(form.fields, path.split("."))
    if field is None:
        return "is missing"
    is_required = {
        "": field.required,
        "if": field.required_if is not None,
        "auto": field.is_automatic,
    }
    offered = [choice.value for choice in field.choices]
    faults = (
        (field.field_type != kind, f"is of type {field.field_type}, not {kind}"),
        (choices and offered != choices, f"offers {offered}"),
        (not is_required[condition], "is not required as the list says"),
    )
    return next((text for is_wrong, text in faults if is_wrong), None)


def parsed(wanted: str) -> tuple[str, str, list[str]]:
    kind, _, rest = wanted.partition(" ")
    condition, _, left = rest.partition(" ")
    if condition not in ("if", "auto"):
        condition, left = "", rest
    return kind, condition, left.split("/") if left else []


def found(fields: tuple[Field, ...], path: list[str]) -> Field | None:
    """The field of that path: keys of lists first, groups do not count."""
    level = [one for field in fields for one in ungrouped(field)]
    field = next((one for one in level if one.key == path[0]), None)
    if field is None or len(path) == 1:
        return field
    return found(field.children, path[1:])


def ungrouped(field: Field) -> list[Field]:
    if field.kind != "group":
        return [field]
    return [one for child in field.children for one in ungrouped(child)]


@pytest.mark.parametrize(
    ("process", "element", "path", "wanted"),
    starred(),
    ids=["-".join(entry[:3]) for entry in starred()],
)
def test_a_starred_field_is_asked_for_and_required(
    process: str, element: str, path: str, wanted: str
) -> None:
    form = form_of(process, element)

    lack = shortcoming(form, path, wanted)

    assert lack is None, f"{path} {lack}"


def test_no_task_is_left_out_of_the_list() -> None:
    listed = {entry[:2] for entry in starred()}

    left_out = {task for task in user_tasks() - listed if task[1] not in WITHOUT_STARS}

    assert left_out == set()


def doctored(change: str) -> Form:
    """The form of the resources with one fault put in."""
    file = MODELS / "operating_structure" / "secure_resources.form.json"
    raw: dict[str, Any] = json.loads(file.read_bytes())
    rows = raw["components"][0]["components"]
    place = next(component for component in rows if component["key"] == "確保状況")
    if change == "removed":
        rows.remove(place)
    elif change == "optional":
        del place["validate"]
    elif change == "other choices":
        place["values"] = place["values"][:2]
    else:
        place["properties"]["fieldType"] = "text"
    return read_form(json.dumps(raw).encode(), file.name)


@pytest.mark.parametrize("change", ["removed", "optional", "other choices", "other type"])
def test_a_form_with_a_fault_does_not_pass(change: str) -> None:
    form = doctored(change)

    lack = shortcoming(form, "資源.確保状況", "sel 未/手配中/確保済")

    assert lack is not None
