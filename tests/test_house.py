"""The measures of the house that no other tool takes: sizes, and where code may lie."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_FUNCTION, LONGEST_MODULE = 40, 400
GROWN_BY_TOOLS = "engine/storage/migrations/versions/"


def files(*endings: str) -> list[str]:
    """Files of the project, as git lists them, or as they lie there without git."""
    told = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = told.stdout.split("\0") if told.returncode == 0 else []
    return [name for name in names if name.endswith(endings) and (ROOT / name).is_file()]


SOURCES = [name for name in files(".py") if not name.startswith(GROWN_BY_TOOLS)]


def test_there_is_something_to_measure():
    assert len(SOURCES) > 100


@pytest.mark.parametrize("room", ["engine", "web"])
def test_no_module_is_longer_than_the_measure(room):
    lengths = {
        name: len((ROOT / name).read_text(encoding="utf-8").splitlines())
        for name in SOURCES
        if name.startswith(f"{room}/")
    }

    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_the_measure():
    long = [
        f"{name}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for name in SOURCES
        for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert long == []


def test_models_and_configuration_hold_data_only():
    kinds = {Path(name).suffix for name in files("") if name.startswith(("bpmn/", "config/"))}

    assert kinds <= {".bpmn", ".dmn", ".json", ".toml", ".txt"}


def test_a_package_says_in_one_sentence_what_the_room_is_for():
    wordy = [
        name
        for name in SOURCES
        if name.startswith(("engine/", "web/")) and name.endswith("__init__.py")
        for module in [ast.parse((ROOT / name).read_text(encoding="utf-8"))]
        if ast.get_docstring(module) is None or len(module.body) > 1
    ]

    assert wordy == []
