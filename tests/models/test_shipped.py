"""Every shipped folder is accepted as it lies, with what the product itself offers."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from engine.execution.bundle import DECISIONS, Folders, Known, read_folders
from engine.services.operations import shipped

ROOT = Path(__file__).parents[2]
BPMN = ROOT / "bpmn"
FOLDERS = sorted(folder.name for folder in BPMN.iterdir() if folder.is_dir())


def known() -> Known:
    roles = tomllib.loads((ROOT / "config/roles.toml").read_text(encoding="utf-8"))["role"]
    return Known(
        roles={role["code"]: role["name"] for role in roles},
        operations={name: operation.spec for name, operation in shipped().items()},
        registers=frozenset(path.stem for path in (ROOT / "config/registers").glob("*.json")),
    )


@cache
def read() -> Folders:
    """All folders published together; raises with every finding if one is refused."""
    return read_folders(
        {
            name: {
                str(path.relative_to(BPMN / name)): path.read_bytes()
                for path in (BPMN / name).rglob("*")
                if path.is_file()
            }
            for name in FOLDERS
        },
        known(),
    )


def test_all_shipped_folders_are_accepted_together() -> None:
    assert sorted([*read().bundles, DECISIONS]) == FOLDERS


@pytest.mark.parametrize("key", [name for name in FOLDERS if name != DECISIONS])
def test_a_shipped_process_leaves_nothing_to_warn_about(key: str) -> None:
    assert read().bundles[key].warnings == ()


@pytest.mark.parametrize("key", [name for name in FOLDERS if name != DECISIONS])
def test_everything_a_person_sees_of_a_shipped_process_has_a_name(key: str) -> None:
    bundle = read().bundles[key]

    assert bundle.prefix
    for element in bundle.elements.values():
        if element.kind.endswith("Task") or element.kind == "callActivity":
            assert element.name, element.id
