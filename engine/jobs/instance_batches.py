"""Long exports of instances in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.batch import Batch, MadeFile
from engine.domain.working_days import tokyo_date
from engine.jobs.runner_port import Commands
from engine.services import batches, instance_export
from engine.services.instance_export import Export
from engine.services.register_export import CONTENT_TYPES

if TYPE_CHECKING:
    from engine.jobs.batch_kinds import Progress


def export(engine: Commands, batch: Batch, progress: Progress) -> MadeFile:
    """Make the file that the batch asks for, with the rights of its maker."""
    wanted = Export.from_args(batch.args)
    actor = engine.ask(batches.maker, batch)
    path = progress.folder / f"export.{wanted.ending}"
    instance_export.write(engine.ask, wanted, actor, path, progress)
    name = instance_export.file_name(wanted.ending, tokyo_date(batch.created_at))
    return MadeFile(path=path, name=name, content_type=CONTENT_TYPES[wanted.ending])
