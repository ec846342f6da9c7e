"""月次報告書: an entry of the register of monitoring reports, as a page, as PDF and as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, render_template, send_file
from werkzeug.wrappers import Response

from engine.domain.records import Register, RegisterEntry
from engine.services import people, registers
from engine.services.spreadsheets import write_csv
from web import errors, pdf, reports
from web.context import actor, engine
from web.i18n import _

bp = Blueprint("reports", __name__, url_prefix=f"/registers/{reports.REGISTER}/<entry_id>")
NO_LIBRARY = 503


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """What the page and the PDF show."""

    register: Register
    entry: RegisterEntry
    report: reports.Report
    place: str  # system, or project


@bp.get("/report")
def show(entry_id: str) -> str:
    return render_template(
        "report.html", shown=_shown(entry_id), statuses=reports.STATUSES, menu_place="registers"
    )


@bp.get("/report.pdf")
def as_pdf(entry_id: str) -> Response:
    """The same template on paper; opens in the browser's own viewer."""
    shown = _shown(entry_id)
    html = render_template("report_print.html", shown=shown, statuses=reports.STATUSES)
    try:
        content = pdf.pdf_of(html)
    except pdf.PdfUnavailableError:
        return errors.page(_no_library(), NO_LIBRARY)
    return _file(content, "application/pdf", f"{shown.entry.number}.pdf", is_page=True)


@bp.get("/report.csv")
def as_csv(entry_id: str) -> Response:
    shown = _shown(entry_id)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.csv"
        write_csv(path, reports.SHEET, reports.rows(shown.report))
        content = path.read_bytes()
    return _file(content, "text/csv", f"{shown.entry.number}.csv")


def _file(content: bytes, kind: str, name: str, *, is_page: bool = False) -> Response:
    """A download, or with `is_page` something the browser may show; names may be Japanese."""
    return send_file(BytesIO(content), kind, as_attachment=not is_page, download_name=name)


def _shown(entry_id: str) -> _Shown:
    """Rights are those of the register's entry."""
    found = engine().ask(registers.entry, reports.REGISTER, entry_id, actor())
    return _Shown(
        register=engine().ask(registers.register, reports.REGISTER),
        entry=found,
        report=reports.of(found),
        place=_place(found),
    )


def _place(entry: RegisterEntry) -> str:
    for places, id_ in ((people.systems, entry.system_id), (people.projects, entry.project_id)):
        for place in engine().ask(places, actor()):
            if place.id == id_:
                return place.name
    return ""


def _no_library() -> errors.Message:
    return errors.Message(
        title=_("この機械ではPDFを作れません"),
        texts=(
            _("PDFに要る部品（Pango）が入っていません。管理者に知らせてください。"),
            _("報告書の画面とCSVは使えます。画面はそのまま印刷できます。"),
        ),
    )
