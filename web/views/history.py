"""操作の記録: what has happened everywhere, for administrators; as CSV, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine.services import history_pages, people
from engine.services.history_pages import KINDS, HistoryFilter, HistoryPage
from engine.services.spreadsheets import Sheet, SheetColumn, write_csv
from web import history_words
from web.context import actor, clock, engine
from web.i18n import _, filled
from web.paging import asked_id, same_with
from web.views.register_export import attached

bp = Blueprint("history", __name__, url_prefix="/admin/history")

PAGE_SIZE = 50
CHUNK = 500
MOST_LINES = 50_000
MAX_TEXT = 100
Names = Mapping[str, str]


def _asked() -> HistoryFilter:
    kind = request.args.get("kind", "")
    return HistoryFilter(
        person=request.args.get("person", "").strip()[:MAX_TEXT],
        kind=kind if kind in KINDS else "",
        from_on=_day("from"),
        to_on=_day("to"),
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


@bp.get("")
def listing() -> str:
    asked = _asked()
    found = engine().ask(
        history_pages.listing,
        actor(),
        asked,
        before=asked_id("before") or 0,
        after=asked_id("after") or 0,
        size=PAGE_SIZE,
    )
    entries = [line.entry for line in found.lines]
    told = history_words.told(entries, _names(found))
    return render_template(
        "history.html",
        found=found,
        rows=list(zip(found.lines, told, strict=True)),
        asked=asked,
        kinds=history_words.kinds(),
        chips=_chips(asked),
        query=request.args.to_dict(),
        most=MOST_LINES,
    )


def _names(found: HistoryPage) -> Names:
    """Names of people, roles and places that the lines speak of."""
    ids = history_words.ids_in(line.entry for line in found.lines)
    places = (*engine().ask(people.projects, actor()), *engine().ask(people.organisations))
    return {
        **engine().ask(people.role_names),
        **{place.id: place.name for place in places},
        **engine().ask(people.names, ids),
    }


def _chips(asked: HistoryFilter) -> list[tuple[Markup, str]]:
    """Set filters as words, each with the address without it."""
    sides = (
        ("person", _("操作した人"), asked.person),
        ("kind", _("種類"), history_words.kinds().get(asked.kind, "")),
        ("from", _("から"), asked.from_on.isoformat() if asked.from_on else ""),
        ("to", _("まで"), asked.to_on.isoformat() if asked.to_on else ""),
    )
    return [
        (filled(_("%(name)s：%(value)s"), name=label, value=value), same_with(**{name: None}))
        for name, label, value in sides
        if value
    ]


@bp.get("/export.csv")
def export() -> Response:
    """The lines of the current filter, newest first; at most 50,000."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.csv"
        write_csv(path, _sheet(), _rows(_asked()))
        return attached(path, f"操作の記録_{clock().today:%Y%m%d}.csv", "csv")


def _sheet() -> Sheet:
    headings = (
        _("日時"),
        _("操作者"),
        _("代理の相手"),
        _("できごと"),
        _("変更前"),
        _("変更後"),
        _("理由"),
        _("案件"),
    )
    return Sheet(name="history", columns=tuple(SheetColumn(heading=one) for one in headings))


def _rows(asked: HistoryFilter) -> Iterator[Sequence[Any]]:
    """Read in parts, each in a short reading of its own."""
    before = 0
    for _part in range(MOST_LINES // CHUNK):
        found = engine().ask(history_pages.listing, actor(), asked, before=before, size=CHUNK)
        told = history_words.told([line.entry for line in found.lines], _names(found))
        for line, one in zip(found.lines, told, strict=True):
            yield _cells(line.business_key, one)
        before = found.older
        if not before:
            return


def _cells(business_key: str, one: history_words.Told) -> Sequence[Any]:
    sides = [(f"{change.label} " if change.label else "", change) for change in one.changes]
    return (
        one.at,
        one.who.striptags(),
        one.represented,
        one.sentence.striptags(),
        [f"{label}{change.before}" for label, change in sides],
        [f"{label}{change.after}" for label, change in sides],
        one.reason,
        business_key,
    )
