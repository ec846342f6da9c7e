"""案件: the list, one of them with its diagram, outline and history, and 取りやめ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.access import HEAD, may_change_variables, may_move, may_rewind
from engine.domain.instance import HistoryEntry, InstancePage, InstanceState
from engine.domain.records import DefinitionHead
from engine.services import (
    deployments,
    instance_list,
    instance_steps,
    instance_values,
    instances,
    messages,
    migrating,
    people,
)
from engine.services.instance_export import AT_ONCE
from engine.services.instance_list import InstanceListing
from web import (
    chronicle,
    documents,
    instance_chart,
    instance_filters,
    item_changes,
    progress,
    saved,
)
from web.context import actor, clock, engine
from web.errors import Message
from web.errors import page as message_page
from web.i18n import _, plain
from web.outline import outline

bp = Blueprint("instances", __name__, url_prefix="/instances")

SHORT_HISTORY = 10
MAX_REASON = 400
MAX_ID = 64
WITHDRAWAL = "msg.approval_withdrawn"
APPROVAL, APPROVAL_STEP = "approval", "approve_draft"


@bp.get("")
def listing() -> str:
    """The cases one may see, of all projects where one may."""
    asked = instance_filters.asked_filter()
    page = instance_filters.asked_page(asked)
    found = engine().ask(instance_list.listing, actor(), asked, page)
    definitions = engine().ask(deployments.newest)
    steps = _steps(definitions, asked.key)
    flows = [(one.key, one.name) for one in definitions]
    projects = [(one.id, one.name) for one in engine().ask(people.projects, actor())]
    systems = [(one.id, one.name) for one in engine().ask(people.systems, actor())]
    return render_template(
        "instances.html",
        found=found,
        asked=asked,
        order=page.order,
        chips=instance_filters.chips(asked, dict([*flows, *projects, *systems, *steps])),
        is_set=instance_filters.is_set(asked),
        flows=flows,
        versions=next((one.version for one in definitions if one.key == asked.key), 0),
        steps=steps,
        items=engine().ask(instance_values.names),
        projects=projects,
        systems=systems,
        names=engine().ask(people.names, _holders(found)),
        tiles=[(name, count, _tile_address(name)) for name, count in _tiles().items()],
        words=instance_filters,
        saved=saved.on("instances"),
        saved_address=saved.address,
        export_at_once=AT_ONCE,
        query={**instance_filters.query_of(asked), "sort": page.order},
    )


def _steps(definitions: Sequence[DefinitionHead], key: str) -> list[tuple[str, str]]:
    """Id and name of the work of people in the newest version of a process."""
    found = next((one for one in definitions if one.key == key), None)
    if found is None:
        return []
    diagram = engine().ask(deployments.files, found.id)[f"{key}.bpmn"]
    return [(one.id, one.name) for one in outline(diagram) if one.kind == "person"]


def _tiles() -> Mapping[str, int]:
    """The numbers on top, for those who look over all projects."""
    return engine().ask(instance_list.tiles, actor()) if actor().sees_all_projects else {}


def _tile_address(name: str) -> str:
    return instance_filters.address_of(instance_list.tile_filter(name, clock().today))


def _holders(found: InstanceListing) -> list[str]:
    """Ids of the people on the page: who has started a case, and who holds a task of it."""
    ids = {row.head.started_by for row in found.rows}
    ids |= {step.assignee for row in found.rows for step in row.steps if step.assignee}
    return sorted(ids)


@bp.get("/<instance_id>")
def show(instance_id: str) -> str:
    return _shown(instance_id)


@bp.get("/<instance_id>/standing")
def standing(instance_id: str) -> Response:
    """The same page for who has it open: nothing as long as nothing has changed."""
    sign = engine().ask(instances.sign, instance_id, actor())
    if request.if_none_match.contains(sign):
        return Response(status=304)
    answer = make_response(_shown(instance_id))
    answer.set_etag(sign)
    return answer


@bp.get("/<instance_id>/steps/<int:line>")
def step(instance_id: str, line: int) -> str:
    """One step with the data before and after it."""
    found = engine().ask(instance_steps.step, instance_id, line, actor())
    texts = documents.texts(found.data) | item_changes.texts([found.changes])
    names = _named(texts | {found.entry.on_behalf_of or ""})
    return render_template(
        "instance_step.html",
        step=found,
        may_rewind=may_rewind(actor(), found.head.project_id),
        head=found.head,
        sentence=chronicle.sentence(found.entry),
        told=chronicle.told(found.passed, names),
        changes=item_changes.told(found.changes, names),
        facts=[
            (name, documents.named(value, names)) for name, value in documents.facts(found.data)
        ],
    )


def _shown(instance_id: str) -> str:
    page = engine().ask(instances.page, instance_id, actor())
    wanted = request.args.get("history", "")
    entries = page.history
    if wanted == "all":
        entries = tuple(engine().ask(instances.history, instance_id, actor(), limit=1_000))
    kept = chronicle.kept(entries, only_people=wanted == "people")
    shown = kept if wanted == "all" else kept[:SHORT_HISTORY]
    is_long = wanted == "all"  # each step has a page of its own
    changes = {} if is_long else item_changes.by_line(instance_id, entries, shown)
    names = _names(page, shown, item_changes.texts(found for _line, found in changes.values()))
    advance = progress.progress(page, clock())
    return render_template(
        "instance.html",
        page=page,
        head=page.head,
        progress=advance,
        timeline=instance_chart.timeline(advance, page.head, clock()),
        people=names,
        told=chronicle.told(shown, names),
        told_count=len(kept),
        changes={
            line: (step, item_changes.told(found, names)) for line, (step, found) in changes.items()
        },
        steps=item_changes.steps(instance_id, shown) if is_long else (),
        history=wanted,
        may_withdraw=_may_withdraw(page),
        may_undo_migration=engine().ask(migrating.may_undo, page.head, actor()),
        may_change=may_change_variables(actor(), page.head.project_id),
        may_move=may_move(actor()),
        is_behind=engine().ask(migrating.is_behind, page.head, actor()),
        documents=documents.of(page.variables),
        facts=[
            (name, documents.named(value, names)) for name, value in documents.facts(page.variables)
        ],
    )


@bp.get("/<instance_id>/diagram.bpmn")
def diagram(instance_id: str) -> Response:
    page = engine().ask(instances.page, instance_id, actor())
    return make_response(page.diagram, 200, {"Content-Type": "application/xml; charset=utf-8"})


@bp.get("/<instance_id>/cancel/confirm")
def confirm_cancel(instance_id: str) -> str:
    return _question(instance_id, "cancel", "")


@bp.post("/<instance_id>/cancel")
def cancel(instance_id: str) -> Response:
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > MAX_REASON:
        return make_response(_question(instance_id, "cancel", reason, is_sent=True), 422)
    engine().run(instances.cancel, instance_id, reason, actor())
    flash(_("案件を取りやめました。"), "ok")
    return redirect(url_for(".show", instance_id=instance_id), code=303)


@bp.get("/<instance_id>/withdraw/confirm")
def confirm_withdraw(instance_id: str) -> str:
    return _question(instance_id, "withdraw", "")


@bp.post("/<instance_id>/withdraw")
def withdraw(instance_id: str) -> Response:
    """The drafter takes a draft back while it waits for an approver."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > MAX_REASON:
        return make_response(_question(instance_id, "withdraw", reason, is_sent=True), 422)
    page = engine().ask(instances.page, instance_id, actor())
    if not _may_withdraw(page):
        return message_page(
            Message(
                title=_("もう取り下げられません"),
                texts=(_("決裁が先に進んだか、あなたが起案者ではありません。"),),
            ),
            409,
        )
    engine().run(
        messages.send,
        WITHDRAWAL,
        project_id=page.head.project_id,
        key=page.head.business_key,
        payload={"理由": reason},
        actor=actor(),
    )
    flash(_("起案を取り下げました。"), "ok")
    return redirect(url_for(".show", instance_id=instance_id), code=303)


def _names(page: InstancePage, entries: Sequence[HistoryEntry], more: Set[str]) -> dict[str, str]:
    """Id -> name of all the page may name; `more`: further texts that may be ids."""
    ids = {page.head.started_by, *(task.assignee or "" for task in page.open_tasks)}
    ids |= documents.texts(page.variables)
    for entry in entries:
        ids |= documents.texts(chronicle.values(entry)) | {entry.on_behalf_of or ""}
    return _named(ids | more)


def _named(ids: Set[str]) -> dict[str, str]:
    """Id -> name of the people, systems, projects and groups among the texts."""
    short = sorted(text for text in ids if 0 < len(text) <= MAX_ID)
    places = (*engine().ask(people.systems, actor()), *engine().ask(people.projects, actor()))
    return {
        **_groups(),
        **{place.id: place.name for place in places},
        **engine().ask(people.names, short),
    }


def _groups() -> dict[str, str]:
    """Candidate group -> the words for it."""
    roles = engine().ask(people.role_names)
    heads = {code + HEAD: _("%(role)sの長", role=plain(name)) for code, name in roles.items()}
    return {**roles, **heads}


def _may_withdraw(page: InstancePage) -> bool:
    return (
        page.head.key == APPROVAL
        and page.head.state is InstanceState.RUNNING
        and page.variables.get("起案者") == actor().user_id
        and any(task.element_id == APPROVAL_STEP for task in page.open_tasks)
    )


def _question(instance_id: str, verb: str, reason: str, *, is_sent: bool = False) -> str:
    page: Any = engine().ask(instances.page, instance_id, actor())
    return render_template(
        "instance_question.html",
        page=replace(page, history=()),
        head=page.head,
        verb=verb,
        reason=reason,
        longest=MAX_REASON,
        is_sent=is_sent,
        is_allowed=page.may_cancel if verb == "cancel" else _may_withdraw(page),
    )
