"""書き出す: the cases of the current filter as Excel or CSV, at once or in the background."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.services import batches, instance_export, instance_list
from engine.services.instance_export import AT_ONCE, KIND, Export
from engine.services.register_export import is_known_ending
from web import instance_filters
from web.context import actor, clock, engine
from web.i18n import _
from web.views.register_export import attached

bp = Blueprint("instance_export", __name__, url_prefix="/instances")


def _export(ending: str) -> Export:
    asked = instance_filters.asked_filter()
    order = instance_filters.asked_page(asked).order
    return Export(asked=asked, order=order, ending=ending)


@bp.get("/export.<any(xlsx, csv):ending>")
def download(ending: str) -> Response:
    """The file at once, while there are few."""
    wanted = _export(ending)
    if engine().ask(instance_list.count, actor(), wanted.asked) > AT_ONCE:
        flash(
            _("件数が増えたため、書き出しには少し時間がかかります。もう一度選んでください。"),
            "note",
        )
        return redirect(instance_filters.address(), code=303)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{ending}"
        instance_export.write(engine().ask, wanted, actor(), path)
        return attached(path, instance_export.file_name(ending, clock().today), ending)


@bp.post("/export")
def begin() -> Response:
    """The same in the background."""
    wanted = _export(is_known_ending(request.form.get("format", "")))
    id_ = engine().run(batches.begin, KIND, actor(), args=wanted.to_args())
    flash(_("受け付けました。結果はこの画面に出ます。"), "ok")
    return redirect(url_for("batches.show", batch_id=id_), code=303)
