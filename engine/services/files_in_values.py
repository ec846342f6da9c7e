"""Files among submitted values: only one's own may be handed in, and from then on they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.domain.access import Actor
from engine.domain.errors import InvalidError
from engine.services.lookups import is_shared, may_use
from engine.services.unit import Unit
from engine.storage import attachments

_FILE = {"id", "名前", "種類", "バイト数"}


class UnknownFileError(InvalidError):
    """A value names a file that does not exist or is not the actor's."""

    code = "unknown_file"

    def __init__(self, attachment_id: str) -> None:
        super().__init__(f"file {attachment_id} cannot be used here")
        self.attachment_id = attachment_id


def files_in(value: Any) -> Iterator[str]:
    """Ids of the files that stand somewhere in the value."""
    if isinstance(value, Mapping):
        if value.keys() == _FILE:
            yield str(value["id"])
            return
        for item in value.values():
            yield from files_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from files_in(item)


def link(
    unit: Unit,
    values: Mapping[str, Any],
    actor: Actor,
    instance_id: str | None,
    project_id: str | None,
) -> None:
    """Note that the files in the values belong to the instance (or to a record, with None).

    Raises:
        UnknownFileError: one of them is not the actor's to use.
    """
    ids = sorted(set(files_in(values)))
    if not ids:
        return
    found = {file.id: file for file in attachments.find_many(unit, ids)}
    for id_ in ids:
        file = found.get(id_)
        if file is None:
            raise UnknownFileError(id_)
        if not may_use(actor, file, project_id) and not is_shared(unit, actor, file):
            raise UnknownFileError(id_)
    for id_ in ids:
        if found[id_].state == "draft":
            attachments.link(unit, id_, instance_id, project_id)
