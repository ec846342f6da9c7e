"""Long exports and imports of registers in the background."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.domain.batch import Batch, MadeFile
from engine.domain.working_days import tokyo_date
from engine.jobs.runner_port import Commands
from engine.services import batches, register_export, register_import, registers
from engine.services.register_export import CONTENT_TYPES, Export

if TYPE_CHECKING:
    from engine.jobs.batch_kinds import Progress


def export(engine: Commands, batch: Batch, progress: Progress) -> MadeFile:
    """Make the file that the batch asks for, with the rights of its maker."""
    wanted = Export.from_args(batch.args)
    actor = engine.ask(batches.maker, batch)
    register = engine.ask(registers.register, wanted.code)
    path = progress.folder / f"export.{wanted.ending}"
    register_export.write(engine.ask, wanted, actor, path, progress)
    name = register_export.file_name(register, wanted.ending, tokyo_date(batch.created_at))
    return MadeFile(path=path, name=name, content_type=CONTENT_TYPES[wanted.ending])


def import_(engine: Commands, batch: Batch, progress: Progress) -> Mapping[str, Any]:
    """Import the file, unless that was done before this process was killed."""
    code, file = str(batch.args["code"]), str(batch.args["file"])
    count = int(batch.args["count"])
    actor = engine.ask(batches.maker, batch)
    if not engine.ask(register_import.is_imported, file, actor):
        progress(0, count)
        engine.run(register_import.execute, code, file, actor)
    progress(count, count)
    return {"url": str(batch.args["url"])}
