"""受信箱: the tasks that wait for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.domain.person import Place
from engine.domain.records import DefinitionHead
from engine.domain.working_days import tokyo_date
from engine.services import assigning, deployments, instances, people, worklists
from engine.services.worklists import Filter, PageAsked, WorklistRow
from web import bulk, saved
from web.bulk import Result
from web.context import actor, clock, engine
from web.i18n import _, filled
from web.paging import same_with
from web.saved import Saved

bp = Blueprint("worklist", __name__, url_prefix="/worklist")

PAGE_SIZE = 25
FILTERS = ("text", "flow", "system", "due", "state")
SUNDAY = 6
ACTIVE = frozenset({"all", "mine", "group", "delegated"})  # views whose tasks one may act on


@dataclass(frozen=True, kw_only=True)
class Group:
    """Tasks due in one stretch of time."""

    heading: str
    is_late: bool
    rows: tuple[WorklistRow, ...]


@bp.get("")
def show() -> str:
    return _rendered()


@bp.post("")
def act_on_many() -> Response:
    """The same for several tasks; those that could not be done stay selected and say why."""
    act, chosen = request.form.get("do", ""), request.form.getlist("task")
    results = bulk.run(act, chosen, request.form.get("person", "")) if act in bulk.ACTS else []
    failed = [one for one in results if one.error]
    if results and not failed:
        flash(_done(act, len(results)), "ok")
        return redirect(same_with(), code=303)
    status = 409 if results else 422
    return make_response(_rendered(act, results), status)


def _done(act: str, count: int) -> str:
    return {
        "claim": _("%(count)s件を引き受けました。", count=count),
        "unclaim": _("%(count)s件をグループに戻しました。", count=count),
        "assign": _("%(count)s件の担当を決めました。", count=count),
    }[act]


def _rendered(act: str = "", results: Sequence[Result] | None = None) -> str:
    view = request.args.get("view", "")
    view = view if view in worklists.VIEWS else "all"
    kept = saved.on("worklist")
    found = engine().ask(worklists.worklist, actor(), view, _filter(request.args), _page())
    rows = found.rows
    names = engine().ask(people.names, sorted({r.task.assignee for r in rows if r.task.assignee}))
    definitions = engine().ask(deployments.newest)
    systems = engine().ask(people.systems, actor())
    failed = [one for one in results or () if one.error]
    return render_template(
        "worklist.html",
        view=view,
        found=found,
        groups=_grouped(rows, view),
        names=names,
        may_act=view in ACTIVE,
        chips=_chips(definitions, systems),
        due_words=due_words(),
        state_words=state_words(),
        saved=kept,
        saved_address=saved.address,
        saved_counts=_saved_counts(kept),
        act=act,
        results=results,
        failed=failed,
        selected={one.task_id for one in failed},
        candidates=engine().ask(assigning.candidates, [row.task for row in rows], actor()),
        definitions=definitions,
        systems=systems,
        may_start=bool(engine().ask(instances.startable, actor())),
    )


def _filter(args: Mapping[str, str]) -> Filter:
    return Filter(
        text=args.get("text", ""),
        key=args.get("flow", ""),
        system_id=args.get("system", ""),
        due=args.get("due", ""),
        state=args.get("state", ""),
    )


def _page() -> PageAsked:
    args = request.args
    return PageAsked(
        order=args.get("sort", ""),
        after=args.get("after", ""),
        before=args.get("before", ""),
        size=PAGE_SIZE,
    )


def _saved_counts(kept: Saved) -> dict[str, int]:
    """How many tasks each saved view finds; one statement for all of them."""
    asked = [saved.parts(view) for view in kept.views]
    wanted = [(one.get("view", "all"), _filter(one)) for one in asked]
    numbers = engine().ask(worklists.count_each, actor(), wanted) if wanted else []
    return {view.id: number for view, number in zip(kept.views, numbers, strict=True)}


def _chips(
    definitions: Iterable[DefinitionHead], systems: Iterable[Place]
) -> list[tuple[Markup | str, str]]:
    """Set filters in words, each with the address without it."""
    flows = {one.key: one.name for one in definitions}
    places = {one.id: one.name for one in systems}
    set_now = {name: request.args.get(name, "") for name in FILTERS}
    words = {
        "text": filled(_("ことば：%(text)s"), text=set_now["text"]),
        "flow": filled(_("業務フロー：%(name)s"), name=flows.get(set_now["flow"], "")),
        "system": filled(_("情報システム：%(name)s"), name=places.get(set_now["system"], "")),
        "due": _("期限：%(name)s", name=due_words().get(set_now["due"], "")),
        "state": _("状態：%(name)s", name=state_words().get(set_now["state"], "")),
    }
    return [(words[name], same_with(**{name: None})) for name in FILTERS if set_now[name]]


def due_words() -> dict[str, str]:
    return {"overdue": _("期限切れ"), "today": _("今日が期限"), "week": _("今週中")}


def state_words() -> dict[str, str]:
    return {"open": _("未着手"), "claimed": _("引受済み"), "drafted": _("下書きあり")}


def _grouped(rows: Sequence[WorklistRow], view: str) -> list[Group]:
    """Rows in the order they came, under the stretch of time their deadline lies in.

    In another order than that of the deadline they stand together.
    """
    if view == "done" or request.args.get("sort"):
        return [Group(heading="", is_late=False, rows=tuple(rows))] if rows else []
    headings: dict[str, list[WorklistRow]] = {}
    today = clock().today
    for row in rows:
        due_at = row.task.due_at
        heading = _stretch(tokyo_date(due_at) if due_at else None, today)
        headings.setdefault(heading, []).append(row)
    return [
        Group(heading=heading, is_late=heading == _("期限切れ"), rows=tuple(found))
        for heading, found in headings.items()
    ]


def _stretch(due_on: date | None, today: date) -> str:
    if due_on is None:
        return _("期限なし")
    if due_on < today:
        return _("期限切れ")
    if due_on == today:
        return _("今日")
    sunday = today + timedelta(days=SUNDAY - today.weekday())
    return _("今週") if due_on <= sunday else _("来週以降")
