"""What forms may ask: people, organisations, records and files, as the actor may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.domain.access import Actor, may_see_project
from engine.domain.person import Attachment
from engine.forms.lookups import Choice
from engine.services.unit import Unit
from engine.storage import attachments, delegations
from engine.storage import people as people_rows
from engine.storage import registers as register_rows

MOST = 500


class OfficeLookups:
    """`forms.lookups.Lookups` for one person at one place."""

    def __init__(
        self, unit: Unit, actor: Actor, project_id: str | None, system_id: str | None
    ) -> None:
        self._unit = unit
        self._actor = actor
        self._project_id = project_id
        self._system_id = system_id

    def people(self, role: str) -> Sequence[Choice]:
        roles = self._unit.office.roles.spread([role])
        found = people_rows.holders(self._unit, roles, self._project_id, self._unit.today)
        labels = {
            holder.id: f"{holder.name}（{holder.organisation}）"
            if holder.organisation
            else holder.name
            for holder in found
        }
        return [Choice(id_, label, is_name=True) for id_, label in labels.items()][:MOST]

    def organisations(self) -> Sequence[Choice]:
        return [Choice(p.id, p.name, is_name=True) for p in people_rows.organisations(self._unit)][
            :MOST
        ]

    def register(self, code: str) -> Sequence[Choice]:
        register = self._unit.office.registers.get(code)
        if register is None or register.anonymous:
            return []
        subject = register.schema.get("x-subject", "")
        entries = register_rows.in_place(self._unit, code, self._project_id, self._system_id, MOST)
        return [
            Choice(entry.id, f"{entry.number} {entry.values.get(subject) or ''}".strip())
            for entry in entries
        ]

    def attachment(self, attachment_id: str) -> Mapping[str, Any] | None:
        found = attachments.find(self._unit, attachment_id)
        if found is None:
            return None
        is_mine = may_use(self._actor, found, self._project_id)
        return as_value(found) if is_mine or is_shared(self._unit, self._actor, found) else None


def is_shared(unit: Unit, actor: Actor, attachment: Attachment) -> bool:
    """A holder and his proxy have one draft in common, and so its files."""
    holder = actor.stands_for
    return attachment.state == "draft" and (
        attachment.uploaded_by == holder
        or bool(delegations.between(unit, holder, attachment.uploaded_by))
    )


def may_use(actor: Actor, attachment: Attachment, project_id: str | None) -> bool:
    """A draft belongs to its uploader; a linked file to the project it is used in."""
    if attachment.uploaded_by == actor.user_id:
        return True
    if attachment.state == "draft":
        return False
    return attachment.project_id == project_id or may_see_project(actor, attachment.project_id)


def as_value(attachment: Attachment) -> dict[str, Any]:
    """What a variable holds of a file."""
    return {
        "id": attachment.id,
        "名前": attachment.name,
        "種類": attachment.content_type,
        "バイト数": Decimal(attachment.byte_count),
    }
