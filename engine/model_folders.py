"""The folders of models on the disk, with their examples, and which of them belong together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.execution.bundle import DECISIONS
from engine.execution.interfaces import asked_by, called_by
from engine.settings import models_dir


def read_folders(folder: Path) -> dict[str, dict[str, bytes]]:
    """Every process folder below, with its examples: key -> name of the file -> content."""
    return {
        one.name: read_folder(one)
        for one in sorted(folder.iterdir())
        if one.is_dir() and not one.name.startswith(".")
    }


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a process folder: name inside the folder -> content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def shipped(*keys: str) -> dict[str, dict[str, bytes]]:
    """The shipped processes of these keys, all that they call, and the decisions they ask."""
    folders: dict[str, dict[str, bytes]] = {}
    wanted = list(keys)
    while wanted:
        key = wanted.pop()
        if key not in folders:
            folders[key] = read_folder(models_dir() / key)
            wanted += called_by(key, folders[key])
    asked = frozenset[str]().union(*(asked_by(key, files) for key, files in folders.items()))
    every = read_folder(models_dir() / DECISIONS)
    return {**folders, DECISIONS: decisions_of(every, asked)}


def decisions_of(files: Mapping[str, bytes], wanted: frozenset[str]) -> dict[str, bytes]:
    """Of the shared decisions, those that are wanted."""
    return {name: files[name] for name in sorted(files) if name.removesuffix(".dmn") in wanted}
