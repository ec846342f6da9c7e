"""整える: draws a diagram anew, outside of the server's own threads.

Finding places for 30 elements takes about ten seconds of pure computing, which would stop every
other request of this process; a process of its own does it, one at a time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Lock
from typing import Final

from engine.domain.access import Actor
from engine.domain.errors import ConflictError, InvalidError
from engine.execution.xml import read_diagram
from engine.services.studio import get_draft
from engine.services.unit import Unit

MOST_SECONDS: Final = 90.0
_FILE: Final = "diagram.bpmn"
_turn: Final = Lock()


class LayoutBusyError(ConflictError):
    """Another diagram is being laid out."""

    code = "layout_busy"


class LayoutError(InvalidError):
    """The diagram cannot be laid out: it takes too long, or it is not finished enough."""

    code = "layout"


def check(unit: Unit, key: str, content: bytes, actor: Actor) -> None:
    """There is a draft that the actor may edit, and the text is a diagram.

    Raises:
        MayNotEditModelsError, NotFoundError, RefusedError
    """
    get_draft(unit, key, actor)
    read_diagram(content, _FILE)


def laid_out(content: bytes, most_seconds: float = MOST_SECONDS) -> str:
    """The file with its drawing renewed.  The content must have been checked.

    Raises:
        LayoutBusyError, LayoutError
    """
    if not _turn.acquire(blocking=False):
        raise LayoutBusyError("another diagram is being laid out")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / _FILE
            path.write_bytes(content)
            _run(path, most_seconds)
            return path.read_text(encoding="utf-8")
    finally:
        _turn.release()


def _run(path: Path, most_seconds: float) -> None:
    command = [sys.executable, "-m", "engine.layout", str(path)]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        subprocess.run(  # noqa: S603  our own module over a file of our own
            command, check=True, capture_output=True, timeout=most_seconds, env=known
        )
    except subprocess.SubprocessError as error:
        raise LayoutError(f"no layout: {error}") from error
