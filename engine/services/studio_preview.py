"""プレビュー: an input form of the studio as staff will see it; nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.domain.access import Actor
from engine.domain.errors import FieldErrors, Finding, RefusedError
from engine.domain.working_days import fiscal_year
from engine.forms.accepting import accept
from engine.forms.posts import Post, rearranged
from engine.forms.schema import Form, read_form
from engine.forms.showing import Shown, show
from engine.services import places, studio_parts
from engine.services.lookups import OfficeLookups
from engine.services.studio_parts import PartPage
from engine.services.unit import Unit

SEND = "complete"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`shown` is None when the form cannot be read: `findings` say why.

    `is_taken`: what was sent would have completed the task.
    """

    page: PartPage
    shown: Shown | None = None
    findings: tuple[Finding, ...] = ()
    is_taken: bool = False


def preview(
    unit: Unit, key: str, form_id: str, actor: Actor, post: Post | None = None, action: str = ""
) -> Preview:
    """The form with no data yet, or with what was typed and sent.

    The choices are those of the first project that the actor sees.

    Raises:
        NotFoundError: no such process or form.  MayNotEditModelsError
    """
    page = studio_parts.form(unit, key, form_id, actor)
    try:
        form = read_form(page.content, page.file)
    except RefusedError as error:
        return Preview(page=page, findings=tuple(error.findings))
    return _of(unit, page, form, actor, post, action)


def _of(
    unit: Unit, page: PartPage, form: Form, actor: Actor, post: Post | None, action: str
) -> Preview:
    project = next(iter(places.projects_of(unit, actor)), None)
    systems = places.systems_of(unit, actor) if project else []
    system = next((one for one in systems if project and one.project_id == project.id), None)
    lookups = OfficeLookups(
        unit, actor, project.id if project else None, system.id if system else None
    )
    scope = _scope(unit, actor, project.name if project else "", system.name if system else "")
    errors: dict[str, str] = {}
    if post is not None and action == SEND:
        try:
            accept(form, post, scope, lookups, unit.evaluation())
        except FieldErrors as error:
            errors = error.errors
    elif post is not None:
        post = rearranged(form, post, action) or post
    shown = show(form, scope, lookups, unit.evaluation(), post, errors)
    return Preview(page=page, shown=shown, is_taken=action == SEND and not errors)


def _scope(unit: Unit, actor: Actor, project: str, system: str) -> dict[str, Any]:
    """What expressions of the form see: facts as of a new instance, and the settings."""
    facts = {
        "番号": "",
        "件名": "",
        "プロジェクト": project,
        "システム": system,
        "年度": Decimal(fiscal_year(unit.today)),
        "開始者": actor.user_id,
        "開始日": unit.today,
    }
    return {"案件": facts, "設定": unit.office.settings}
