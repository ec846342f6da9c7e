"""What becomes of BPMN files of other tools, without a database: for the command line.

The house is that of the shipped files: its roles, registers, operations and processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from engine.configured import read_registers, read_roles_file
from engine.domain.errors import Finding, RefusedError
from engine.domain.sentence import Sentence
from engine.execution.bundle import DECISIONS, read_folders
from engine.execution.importing import Around, Draft, import_file
from engine.execution.interfaces import handed_back
from engine.execution.model import Known
from engine.layout.drawing import laid_out
from engine.services import operations

__all__ = ["Draft", "Tried", "draw", "files_in", "known", "try_file"]

ENDINGS: Final = (".bpmn", ".bpmn20.xml", ".bpmn2", ".xml")
FORMS: Final = (".form", ".json")
MAX_DRAWN: Final = 150_000  # bytes of a diagram that is drawn here; larger ones wait for the studio
Folders = Mapping[str, Mapping[str, bytes]]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One file: its drafts, or the findings that say why it cannot be read."""

    path: Path
    tool: str = ""
    drafts: tuple[Draft, ...] = ()
    refused: tuple[Finding, ...] = ()


def known(config: Path, models: Folders) -> Known:
    """What exists around an import.

    Raises:
        RefusedError: the configuration itself has mistakes.
    """
    specs = {name: operation.spec for name, operation in operations.shipped().items()}
    roles = read_roles_file(config / "roles.toml")
    registers = frozenset(read_registers(config / "registers"))
    found = Known(roles=roles.names(), operations=specs, registers=registers)
    processes = {key: files for key, files in models.items() if key != DECISIONS}
    decisions = {DECISIONS: models[DECISIONS]} if DECISIONS in models else {}
    return replace(
        found,
        processes=frozenset(processes),
        outputs={key: handed_back(key, files) for key, files in processes.items()},
        decisions=read_folders(decisions, found).decisions,
    )


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and every diagram in the folders."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for inside in sorted(path.rglob("*")):
            if inside.is_file() and inside.name.lower().endswith(ENDINGS):
                yield inside


def try_file(path: Path, around: Known, draw: Callable[[bytes], bytes | None] | None) -> Tried:
    """Import one file; whatever is wrong with it is told, never raised."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return Tried(path=path, refused=(_unreadable(path, error),))
    given = dict(_beside(path))
    try:
        found = import_file(content, path.name, Around(known=around, given=given, draw=draw))
    except RefusedError as error:
        return Tried(path=path, refused=error.findings)
    return Tried(path=path, tool=found.tool, drafts=found.drafts)


def _beside(path: Path) -> Iterator[tuple[str, bytes]]:
    """The forms that lie beside the diagram."""
    for other in sorted(path.parent.iterdir()):
        if other.is_file() and other.name.endswith(FORMS):
            try:
                yield other.name, other.read_bytes()
            except OSError:
                continue


def draw(content: bytes) -> bytes | None:
    """The diagram with a drawing of ours; None if it is too large or too broken to be drawn."""
    if len(content) > MAX_DRAWN:
        return None
    try:
        return laid_out(content.decode()).encode()
    except (ValueError, KeyError, IndexError, ArithmeticError, RecursionError):
        return None


def _unreadable(path: Path, error: OSError) -> Finding:
    message = Sentence("ファイルを開けません（%(reason)s）。", reason=error.strerror or "")
    return Finding(code="unreadable", message=message, file=path.name)
