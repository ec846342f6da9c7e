"""Every text of the shipped models, registers and schedules has its English."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.domain.labels import read_labels, squeezed
from engine.domain.roles import read_roles
from engine.settings import config_dir, models_dir

JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
FILE = "labels.en.json"
UNSHOWN = frozenset(
    {"message", "signal", "error", "escalation", "dataInput", "dataOutput", "itemDefinition"}
)
OF_FORMS = frozenset(
    {"label", "dateLabel", "timeLabel", "description", "text", "message", "patternMessage"}
    | {"suffixAdorner", "key", "path"}
)
# What the heading of a file must say, whatever the language.
HEADINGS = frozenset({"指標", "実績値", "出典", "備考"})
FOLDERS = sorted(one for one in models_dir().iterdir() if (one / f"{one.name}.bpmn").is_file())
EVERY_FOLDER = pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.name)


def labels(file: Path) -> dict[str, str]:
    return read_labels(file.read_bytes())


def of_diagram(file: Path) -> Iterator[str]:
    for node in etree.parse(str(file)).iter():
        kind = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if kind == "documentation":
            yield node.text or ""
        if kind and kind not in UNSHOWN:
            yield node.get("name", "")


def of_form(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from of_form(item)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in OF_FORMS and isinstance(value, str):
                yield value
            if name == "values":
                yield from (str(choice["value"]) for choice in value)
            yield from of_form(value)


def of_folder(folder: Path) -> set[str]:
    found = set(of_diagram(folder / f"{folder.name}.bpmn"))
    for file in folder.glob("*.form.json"):
        found |= set(of_form(json.loads(file.read_text())))
    return {squeezed(text) for text in found if JAPANESE.search(text)}


def of_register(part: Any, above: str = "") -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if above == "properties":
                yield name
            if name == "enum":
                yield from (str(one) for one in value if one is not None)
            yield from of_register(value, name)


def of_decision(file: Path) -> Iterator[str]:
    """The names of columns, values and answers, and the reasons that are told."""
    for node in etree.parse(str(file)).iter("{*}*"):
        kind, written = etree.QName(node).localname, "".join(node.itertext())
        if kind in ("inputData", "input", "output", "decision"):
            yield from (node.get("name", ""), node.get("label", ""))
        elif kind in ("inputValues", "outputValues", "outputEntry", "defaultOutputEntry"):
            yield from re.findall(r'"([^"]*)"', written)
        elif kind == "annotationEntry":
            yield squeezed(written)


@EVERY_FOLDER
def test_every_text_of_a_process_has_its_english(folder: Path) -> None:
    known = labels(folder / FILE)

    assert sorted(of_folder(folder) - known.keys()) == []


@EVERY_FOLDER
def test_no_label_stands_for_a_text_that_is_gone(folder: Path) -> None:
    files = [*folder.glob("*.bpmn"), *folder.glob("*.form.json")]
    written = squeezed(" ".join(file.read_text() for file in files))
    texts = of_folder(folder)
    gone = [text for text in labels(folder / FILE) if text not in texts and text not in written]

    assert gone == []


def test_registers_decisions_and_schedules_have_their_english() -> None:
    known = labels(config_dir() / FILE)
    registers = [json.loads(one.read_text()) for one in (config_dir() / "registers").glob("*.json")]
    schedules = tomllib.loads((config_dir() / "schedules.toml").read_text())["schedule"]
    texts = {text for register in registers for text in of_register(register)}
    texts |= {schedule["name"] for schedule in schedules}
    for file in (models_dir() / "_decisions").glob("*.dmn"):
        texts |= set(of_decision(file))

    missing = {text for text in texts if JAPANESE.search(text)} - known.keys()

    assert sorted(missing) == []
    assert [one["title"] for one in registers if not one["x-labels"]["en"]] == []


def test_every_role_has_its_english() -> None:
    roles = read_roles(tomllib.loads((config_dir() / "roles.toml").read_text()), "roles.toml")

    assert [role.code for role in roles.by_code.values() if not role.name_en] == []


def test_labels_are_english() -> None:
    files = [config_dir() / FILE, *(folder / FILE for folder in FOLDERS)]
    english = " ".join(label for file in files for label in labels(file).values())

    assert set(re.findall(f"{JAPANESE.pattern}+", english)) <= HEADINGS


def test_one_text_has_one_english_everywhere() -> None:
    seen: dict[str, set[str]] = {}
    for file in [config_dir() / FILE, *(folder / FILE for folder in FOLDERS)]:
        for text, label in labels(file).items():
            seen.setdefault(text, set()).add(label)

    assert {text: found for text, found in seen.items() if len(found) > 1} == {}
