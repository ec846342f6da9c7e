"""取り込む: hand in a spreadsheet, see what it would change and what is wrong, then import it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.domain.differences import marked
from engine.domain.person import Attachment
from engine.domain.records import Register
from engine.services import attachments, batches, register_import, registers
from engine.services.attachments import Upload
from engine.services.register_import import AT_ONCE_ROWS, KIND, FaultyImportError
from engine.services.register_plan import Fault, Plan
from engine.services.spreadsheets import Sheet, SheetColumn, SpreadsheetError, write_csv
from web.context import actor, engine
from web.i18n import _, sentence
from web.views.register_export import attached

bp = Blueprint("register_import", __name__, url_prefix="/registers")
SHOWN_FAULTS, SHOWN_CHANGES = 100, 20


@bp.get("/<code>/import")
def ask(code: str) -> str:
    return _asked(_register(code))


@bp.post("/<code>/import")
def hand_in(code: str) -> Response:
    """Keep the file, and show what importing it would do."""
    register = _register(code)
    file = request.files.get("file")
    if file is None or not file.filename:
        text = _("ファイルを選んでください。")
        return make_response(_asked(register, text), 422)
    upload = Upload(name=file.filename, content_type=file.mimetype, stream=file.stream)
    kept = engine().run(attachments.store, upload, actor())
    file.close()
    try:
        engine().ask(register_import.of_file, code, kept.id, actor())
    except SpreadsheetError as error:
        return make_response(_asked(register, str(sentence(error.reason))), 422)
    return redirect(url_for(".preview", code=code, file_id=kept.id), code=303)


@bp.get("/<code>/import/<file_id>")
def preview(code: str, file_id: str) -> str:
    register = _register(code)
    file, plan = engine().ask(register_import.of_file, code, file_id, actor())
    return _shown(register, file, plan)


@bp.post("/<code>/import/<file_id>")
def execute(code: str, file_id: str) -> Response:
    """Import all of the file, in the background when it is long."""
    register = _register(code)
    file, plan = engine().ask(register_import.of_file, code, file_id, actor())
    if plan.faults or request.form.get("sha256") != file.sha256:
        return make_response(_shown(register, file, plan), 422)
    if plan.row_count > AT_ONCE_ROWS:
        args = {"code": code, "file": file_id, "count": plan.row_count, "url": _list_url(code)}
        id_ = engine().run(batches.begin, KIND, actor(), args=args)
        flash(_("受け付けました。結果はこの画面に出ます。"), "ok")
        return redirect(url_for("batches.show", batch_id=id_), code=303)
    try:
        done = engine().run(register_import.execute, code, file_id, actor())
    except FaultyImportError as error:
        return make_response(_shown(register, file, error.plan), 422)
    text = _(
        "新しい記録%(new)s件を加え、%(changed)s件を直しました。", new=done.new, changed=done.changed
    )
    flash(text, "ok")
    return redirect(_list_url(code), code=303)


@bp.get("/<code>/import/<file_id>/faults.csv")
def faults(code: str, file_id: str) -> Response:
    """All faults as a list to work through."""
    register = _register(code)
    _file, plan = engine().ask(register_import.of_file, code, file_id, actor())
    headings = (_("シート"), _("行"), _("列"), _("直すこと"))
    sheet = Sheet(name="faults", columns=tuple(SheetColumn(heading=one) for one in headings))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "faults.csv"
        write_csv(path, sheet, (_fault_row(one) for one in plan.faults))
        return attached(path, f"{register.code}_{_('直すこと')}.csv", "csv")


def _fault_row(fault: Fault) -> list[str | int]:
    text = sentence(fault.text)
    plain = text.striptags() if hasattr(text, "striptags") else str(text)
    return [fault.sheet, fault.row, fault.column, plain]


def _register(code: str) -> Register:
    register = engine().ask(registers.register, code)
    registers.check_editable(register, actor())
    return register


def _list_url(code: str) -> str:
    return url_for("registers.show", code=code)


def _asked(register: Register, error: str = "") -> str:
    return render_template("register_import.html", register=register, error=error)


def _shown(register: Register, file: Attachment, plan: Plan) -> str:
    return render_template(
        "register_import_plan.html",
        register=register,
        file=file,
        plan=plan,
        faults=plan.faults[:SHOWN_FAULTS],
        changed=plan.changed[:SHOWN_CHANGES],
        new=plan.new[:SHOWN_CHANGES],
        marked=marked,
        is_done=file.state != "draft",
    )
