"""Files people hand in."""

from __future__ import annotations

from typing import Any

from engine.domain.access import Actor
from engine.domain.person import Attachment
from engine.services.unit import Unit


def store(unit: Unit, upload: Any, actor: Actor) -> Attachment: ...
def attachment(unit: Unit, attachment_id: str, actor: Actor) -> Attachment: ...
def path(unit: Unit, attachment_id: str, actor: Actor) -> tuple[Attachment, Any]: ...
