"""書き出す: the records of the current filter as Excel or CSV, at once or in the background."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from engine.domain.records import Register
from engine.services import batches, register_export, registers
from engine.services.register_export import AT_ONCE, CONTENT_TYPES, KIND, Export
from web import register_filters
from web.context import actor, clock, engine
from web.i18n import _
from web.views.registers import asked_search

bp = Blueprint("register_export", __name__, url_prefix="/registers")


@bp.get("/<code>/export.<any(xlsx, csv):ending>")
def download(code: str, ending: str) -> Answer:
    """The file at once, while there are few records."""
    register = engine().ask(registers.register, code)
    wanted = Export(code=code, search=asked_search(register), ending=ending)
    if engine().ask(registers.count_all, code, actor(), wanted.search) > AT_ONCE:
        flash(
            _("件数が増えたため、書き出しには少し時間がかかります。もう一度選んでください。"),
            "note",
        )
        return redirect(register_filters.address(), code=303)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"export.{ending}"
        register_export.write(engine().ask, wanted, actor(), path)
        return attached(path, register_export.file_name(register, ending, clock().today), ending)


@bp.post("/<code>/export")
def begin(code: str) -> Answer:
    """The same in the background."""
    register = engine().ask(registers.register, code)
    ending = register_export.is_known_ending(request.form.get("format", ""))
    wanted = Export(code=code, search=asked_search(register), ending=ending)
    id_ = engine().run(batches.begin, KIND, actor(), args=wanted.to_args())
    flash(_("受け付けました。結果はこの画面に出ます。"), "ok")
    return redirect(url_for("batches.show", batch_id=id_), code=303)


@bp.get("/<code>/template.xlsx")
def template(code: str) -> Answer:
    """An empty file for new records."""
    register: Register = engine().ask(registers.register, code)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        engine().ask(register_export.write_template, code, actor(), path)
        return attached(path, f"{register.code}_{register.name}_ひな形.xlsx", "xlsx")


def attached(path: Path, name: str, ending: str) -> Response:
    """The file to keep, under its name."""
    answer = make_response(path.read_bytes())
    answer.headers["Content-Type"] = CONTENT_TYPES[ending]
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
