"""版の切替: running cases of one version go on under another, after a look at who could go."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.services import migrating, migration_pages
from engine.services.migrating import NobodyError, Target
from web.context import actor, engine
from web.digits import number
from web.i18n import _

bp = Blueprint("studio_migration", __name__, url_prefix="/studio")

MAX_REASON = 400
MAPPED = "map:"  # name of the field that says what stands for an element


@bp.get("/<key>/migrate")
def ask(key: str) -> str:
    return _page(key)


@bp.post("/<key>/migrate")
def begin(key: str) -> Response:
    """Begin with those chosen; `all` stands for every running case of the version."""
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > MAX_REASON:
        return make_response(_page(key, reason, is_sent=True), 422)
    is_all = request.form.get("which") == "all"
    target = Target(definition_id=request.form.get("to_id", ""), reason=reason, mapping=_mapping())
    chosen = None if is_all else request.form.getlist("case")
    from_id = request.form.get("from_id", "")
    try:
        batch_id = engine().run(migrating.begin, from_id, target, actor(), chosen)
    except NobodyError:
        return make_response(_page(key, reason, is_empty=True), 422)
    flash(_("版の切替を始めました。結果はこの画面に出ます。"), "ok")
    return redirect(url_for("batches.show", batch_id=batch_id), code=303)


@bp.post("/migrations/<batch_id>/undo")
def undo_all(batch_id: str) -> Response:
    new_id = engine().run(migrating.undo_all, batch_id, actor())
    flash(_("版の切替の取消しを始めました。結果はこの画面に出ます。"), "ok")
    return redirect(url_for("batches.show", batch_id=new_id), code=303)


@bp.post("/migrations/of/<instance_id>/undo")
def undo(instance_id: str) -> Response:
    engine().run(migrating.undo, instance_id, actor())
    flash(_("版の切替を取り消しました。"), "ok")
    return redirect(url_for("instances.show", instance_id=instance_id), code=303)


def _mapping() -> Mapping[str, str]:
    return {
        name.removeprefix(MAPPED): value
        for name, value in request.values.items()
        if name.startswith(MAPPED) and value
    }


def _page(key: str, reason: str = "", *, is_sent: bool = False, is_empty: bool = False) -> str:
    values = request.values
    numbers = (number(values.get("from", ""), 0), number(values.get("to", ""), 0))
    found = engine().ask(migration_pages.page, key, numbers, _mapping(), actor())
    only = values.get("only", "")
    return render_template(
        "studio_migrate.html",
        key=key,
        found=found,
        trials=[one for one in found.trials if not only or one.head.id == only],
        only=only,
        mapping=_mapping(),
        reason=reason,
        longest=MAX_REASON,
        is_sent=is_sent,
        is_empty=is_empty,
    )
